package io.millrace.sensors.pi4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.pi4j.settings.Ads1115Settings;
import io.millrace.sensors.pi4j.settings.Adxl345Settings;
import io.millrace.sensors.pi4j.settings.Bme280Settings;
import io.millrace.sensors.pi4j.settings.ChipSettings;
import io.millrace.sensors.pi4j.settings.LevelSettings;
import io.millrace.sensors.pi4j.settings.Mcp3008Settings;
import io.millrace.sensors.pi4j.settings.MotionSettings;
import io.millrace.sensors.pi4j.settings.PowerChipSettings;
import io.millrace.sensors.pi4j.simulated.Signal;
import io.millrace.sensors.pi4j.simulated.SimulatedAds1115;
import io.millrace.sensors.pi4j.simulated.SimulatedAdxl345;
import io.millrace.sensors.pi4j.simulated.SimulatedBme280;
import io.millrace.sensors.pi4j.simulated.SimulatedIcm20948;
import io.millrace.sensors.pi4j.simulated.SimulatedIna;
import io.millrace.sensors.pi4j.simulated.SimulatedMcp3008;
import io.millrace.sensors.pi4j.simulated.SimulatedMpu6050;
import io.millrace.sensors.pi4j.stream.ChipSensor;
import io.millrace.sensors.power.PowerMeter;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A day of virtual time at full rate. A sample of the chips with a FIFO says which it is, so that
 * none can be lost, repeated or stamped wrongly without notice. Here the hours of {@code
 * millrace.sensors.hours} are run, of which the report tells; {@code ./millrace test -pl
 * sensors/pi4j -am -Dtest=DayTest -Dmillrace.sensors.hours=24} is the whole day.
 */
class DayTest {
  private static final double HOURS =
      Double.parseDouble(System.getProperty("millrace.sensors.hours", "1"));

  record Counted(
      String name, double stepsPerUnit, ChipSettings settings, Rig rig, LongUnaryOperator takenNs) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Counted> counted() {
    Rig a = new Rig();
    SimulatedAdxl345 adxl = new SimulatedAdxl345(a.clock, 1.0043, Signal.COUNTING);
    a.machine.i2c(1).plug(0x53, adxl);
    Rig b = new Rig();
    SimulatedAdxl345 spi = new SimulatedAdxl345(b.clock, 0.9891, Signal.COUNTING);
    b.machine.spi(0, 0, spi.onSpi());
    Rig c = new Rig();
    SimulatedMpu6050 mpu = new SimulatedMpu6050(c.clock, 0.9927, Signal.COUNTING);
    c.machine.i2c(1).plug(0x68, mpu);
    Rig d = new Rig();
    SimulatedIcm20948 icm = new SimulatedIcm20948(d.clock, 1.0213, Signal.COUNTING);
    d.machine.i2c(1).plug(0x68, icm);
    for (Rig rig : List.of(a, c, d)) {
      rig.machine.i2c(1).speed(400_000);
    }
    return Stream.of(
        new Counted(
            "ADXL345, 3200 Hz, I2C",
            256 / 9.80665,
            new Adxl345Settings(Rig.AT_53, 3200, 16),
            a,
            adxl::takenNs),
        new Counted(
            "ADXL345, 3200 Hz, SPI",
            256 / 9.80665,
            new Adxl345Settings(Rig.SPI_0, 3200, 16),
            b,
            spi::takenNs),
        new Counted(
            "MPU-6050, 1000 Hz",
            16384 / 9.80665,
            new MotionSettings(MotionSettings.Model.MPU6050, Rig.AT_68, 1000, 2, 250),
            c,
            mpu::takenNs),
        new Counted(
            "ICM-20948, 1125 Hz",
            16384 / 9.80665,
            new MotionSettings(MotionSettings.Model.ICM20948, Rig.AT_68, 1125, 2, 250),
            d,
            icm::takenNs));
  }

  @ParameterizedTest
  @MethodSource("counted")
  void shouldLoseNothingAndKeepTheChipsTime(Counted chip) throws Exception {
    long startedNs = System.nanoTime();
    try (Rig rig = chip.rig();
        ChipSensor sensor = rig.open(chip.settings())) {
      SampleBlock block = Rig.block(sensor, 320);
      double periodNs = 1e9 / sensor.format().rateHz();
      long fromNs = rig.clock.nanoTime();
      long untilNs = fromNs + (long) (HOURS * 3600e9);
      long next = -1;
      long samples = 0;
      double worst = 0;
      long heapBefore = 0;
      boolean warm = false;
      while (rig.clock.nanoTime() - untilNs < 0) {
        int n = sensor.read(block);
        assertEquals(320, n);
        assertEquals(0, block.missingBefore());
        float[] values = block.values();
        for (int i = 0, at = 0; i < n; i++, at += sensor.format().width()) {
          long number = number(values, at, chip.stepsPerUnit());
          if (next >= 0 && number != next) {
            assertEquals(next, number, "sample " + (samples + i));
          }
          next = number + 1;
        }
        double off = Math.abs(block.firstNs() - chip.takenNs().applyAsLong(next - n)) / periodNs;
        worst = Math.max(worst, off);
        samples += n;
        if (!warm && samples > 200_000) {
          warm = true;
          heapBefore = used();
        }
      }
      assertTrue(worst < 1, "stamps are off by up to " + worst + " periods");
      assertEquals(0, sensor.overruns());
      assertEquals(0, sensor.failures());
      assertTrue(rig.problems.isEmpty());
      long growth = used() - heapBefore;
      assertTrue(growth < 1_000_000, "the heap has grown by " + growth + " bytes");
      long tookNs = System.nanoTime() - startedNs;
      System.out.printf(
          "report: %s: %.1f h of virtual time, %,d samples, none lost, stamps off by at most %.2f"
              + " periods, rate measured as %.3f Hz; %.1f s, %d ns a sample%n",
          chip.name(),
          HOURS,
          samples,
          worst,
          sensor.measuredRateHz(),
          tookNs / 1e9,
          tookNs / samples);
    }
  }

  /** The number that the first three axes carry. */
  private static long number(float[] values, int at, double stepsPerUnit) {
    long x = Math.round(values[at] * stepsPerUnit);
    long y = Math.round(values[at + 1] * stepsPerUnit);
    long z = Math.round(values[at + 2] * stepsPerUnit);
    return x | y << Signal.COUNTING_BITS | z << (2 * Signal.COUNTING_BITS);
  }

  private static long used() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  record Asked(ChipSettings settings, Rig rig) {
    @Override
    public String toString() {
      return settings.chip();
    }
  }

  static Stream<Asked> asked() {
    Rig a = new Rig();
    a.machine.i2c(1).plug(0x76, new SimulatedBme280());
    Rig b = new Rig();
    b.machine.i2c(1).plug(0x48, new SimulatedAds1115(b.clock));
    Rig c = new Rig();
    c.machine.spi(0, 0, new SimulatedMcp3008());
    Rig d = new Rig();
    PowerChipSettings.Model model = PowerChipSettings.Model.INA226;
    d.machine.i2c(1).plug(0x40, new SimulatedIna(model, 0.01));
    for (Rig rig : List.of(a, b, d)) {
      rig.machine.i2c(1).speed(400_000);
    }
    return Stream.of(
        new Asked(new Bme280Settings(Rig.AT_76, 25), a),
        new Asked(new Ads1115Settings(Rig.AT_48, 600, List.of(0), 2.048), b),
        new Asked(new Mcp3008Settings(Rig.SPI_0, 2000, List.of(0), 3.3), c),
        new Asked(new PowerChipSettings(model, Rig.AT_40, 100, 0.01, 8, PowerMeter.Scope.BOARD), d),
        new Asked(new LevelSettings("pir", 17, 1000, 5, LevelSettings.Pull.OFF, false), new Rig()));
  }

  @ParameterizedTest
  @MethodSource("asked")
  void shouldKeepAnEvenGrid(Asked chip) throws Exception {
    try (Rig rig = chip.rig();
        ChipSensor sensor = rig.open(chip.settings())) {
      SampleBlock block = Rig.block(sensor, 100);
      long startNs = rig.clock.nanoTime();
      long untilNs = startNs + (long) (HOURS * 3600e9);
      long samples = 0;
      while (rig.clock.nanoTime() - untilNs < 0) {
        int n = sensor.read(block);
        assertEquals(0, block.missingBefore());
        assertEquals(startNs + sensor.format().spanNs(samples), block.firstNs());
        samples += n;
      }
      assertEquals(0, sensor.overruns());
      assertEquals(0, sensor.failures());
      System.out.printf(
          "report: %s: %.1f h of virtual time, %,d samples, none lost, on an even grid%n",
          chip, HOURS, samples);
    }
  }
}
