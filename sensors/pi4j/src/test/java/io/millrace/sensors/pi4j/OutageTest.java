package io.millrace.sensors.pi4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.pi4j.settings.Ads1115Settings;
import io.millrace.sensors.pi4j.settings.Adxl345Settings;
import io.millrace.sensors.pi4j.settings.Bme280Settings;
import io.millrace.sensors.pi4j.settings.ChipSettings;
import io.millrace.sensors.pi4j.settings.MotionSettings;
import io.millrace.sensors.pi4j.settings.PowerChipSettings;
import io.millrace.sensors.pi4j.settings.Wire;
import io.millrace.sensors.pi4j.simulated.I2cDevice;
import io.millrace.sensors.pi4j.simulated.Signal;
import io.millrace.sensors.pi4j.simulated.SimulatedAds1115;
import io.millrace.sensors.pi4j.simulated.SimulatedAdxl345;
import io.millrace.sensors.pi4j.simulated.SimulatedBme280;
import io.millrace.sensors.pi4j.simulated.SimulatedIcm20948;
import io.millrace.sensors.pi4j.simulated.SimulatedIna;
import io.millrace.sensors.pi4j.simulated.SimulatedMpu6050;
import io.millrace.sensors.pi4j.stream.ChipReturnedException;
import io.millrace.sensors.pi4j.stream.ChipSensor;
import io.millrace.sensors.pi4j.stream.Patience;
import io.millrace.sensors.power.PowerMeter;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What goes wrong on an I²C bus, with every chip there. */
class OutageTest {
  private static final Patience TEN_SECONDS = new Patience(10_000, 10, 200);

  record Chip(ChipSettings settings, Rig rig, I2cDevice device, int address) {
    @Override
    public String toString() {
      return settings.chip();
    }

    ChipSensor open() throws Exception {
      rig.machine.i2c(1).plug(address, device);
      rig.machine.i2c(1).speed(400_000);
      return rig.open(settings, TEN_SECONDS);
    }
  }

  static Stream<Chip> chips() {
    Rig[] r = Stream.generate(Rig::new).limit(7).toArray(Rig[]::new);
    PowerChipSettings.Model a = PowerChipSettings.Model.INA219;
    PowerChipSettings.Model b = PowerChipSettings.Model.INA226;
    PowerMeter.Scope board = PowerMeter.Scope.BOARD;
    Wire.I2c at40 = Rig.AT_40;
    return Stream.of(
        new Chip(
            new Adxl345Settings(Rig.AT_53, 800, 4),
            r[0],
            new SimulatedAdxl345(r[0].clock, 1.004, Signal.COUNTING),
            0x53),
        new Chip(
            new MotionSettings(MotionSettings.Model.MPU6050, Rig.AT_68, 500, 2, 250),
            r[1],
            new SimulatedMpu6050(r[1].clock, 0.997, Signal.COUNTING),
            0x68),
        new Chip(
            new MotionSettings(MotionSettings.Model.ICM20948, Rig.AT_68, 562.5, 2, 250),
            r[2],
            new SimulatedIcm20948(r[2].clock, 0.997, Signal.COUNTING),
            0x68),
        new Chip(new Bme280Settings(Rig.AT_76, 20), r[3], new SimulatedBme280(), 0x76),
        new Chip(
            new Ads1115Settings(Rig.AT_48, 100, List.of(0, 2), 2.048),
            r[4],
            new SimulatedAds1115(r[4].clock),
            0x48),
        new Chip(
            new PowerChipSettings(a, at40, 20, 0.1, 2, board),
            r[5],
            new SimulatedIna(a, 0.1),
            0x40),
        new Chip(
            new PowerChipSettings(b, at40, 20, 0.01, 5, board),
            r[6],
            new SimulatedIna(b, 0.01),
            0x40));
  }

  /** Follows a stream over what {@code happens} while it is read, checking its time as it goes. */
  private static final class Reader {
    private final Chip chip;
    private final ChipSensor sensor;
    private final SampleBlock block;
    private final double periodNs;
    private long dueNs;
    private boolean first = true;
    private long missing;

    Reader(Chip chip, ChipSensor sensor) {
      this.chip = chip;
      this.sensor = sensor;
      this.block = Rig.block(sensor, 10);
      this.periodNs = 1e9 / sensor.format().rateHz();
    }

    void read(int samples) throws Exception {
      for (int done = 0; done < samples; done += block.samples()) {
        assertTrue(sensor.read(block) >= 1);
        long passed = block.missingBefore();
        missing += passed;
        if (!first) {
          double off = Math.abs(block.firstNs() - dueNs - passed * periodNs) / periodNs;
          double allowed = 1 + 0.006 * (passed + block.samples() + 64);
          assertTrue(off <= allowed, chip + " is off by " + off + " periods after " + passed);
        }
        first = false;
        dueNs = block.firstNs() + (long) (block.samples() * periodNs);
        assertTrue(dueNs - chip.rig.clock.nanoTime() < 2 * periodNs, "no sample of the future");
      }
    }
  }

  private interface Fault {
    void happen(Chip chip);
  }

  /** Breaks the bus while the stream runs, mends it after two seconds of virtual time. */
  private static void shouldOutlast(Chip chip, Fault begins, Fault ends, String said)
      throws Exception {
    Rig rig = chip.rig();
    try (rig;
        ChipSensor sensor = chip.open()) {
      Reader reader = new Reader(chip, sensor);
      reader.read(100);
      assertEquals(0, reader.missing);
      long brokenNs = rig.clock.nanoTime();
      begins.happen(chip);
      rig.mend(2_000, () -> ends.happen(chip));
      reader.read(200);
      assertEquals(1, sensor.outages());
      assertTrue(sensor.failures() > 3, sensor.failures() + " failures");
      assertEquals(2, rig.problems.size(), rig.problems::toString);
      String message = rig.problems.get(0).getMessage();
      assertTrue(message.contains(said), message);
      assertInstanceOf(ChipReturnedException.class, rig.problems.get(1));
      double gone = reader.missing * reader.periodNs / 1e9;
      double passed = (rig.clock.nanoTime() - brokenNs) / 1e9;
      assertTrue(gone > 1.4 && gone < passed, gone + " s are missing");
      assertEquals(0, sensor.overruns(), "nobody was late");
      reader.read(300);
      assertEquals(1, sensor.outages());
    }
  }

  @ParameterizedTest
  @MethodSource("chips")
  void shouldComeBackWithAChipThatIsUnpluggedAndPluggedAgain(Chip chip) throws Exception {
    shouldOutlast(
        chip,
        c -> c.device.unplug(),
        c -> c.device.plugAgain(),
        "i2c-1 address 0x%02X".formatted(chip.address));
  }

  @ParameterizedTest
  @MethodSource("chips")
  void shouldOutlastAStuckBus(Chip chip) throws Exception {
    shouldOutlast(
        chip,
        c -> c.rig.machine.i2c(1).stuck(true),
        c -> c.rig.machine.i2c(1).stuck(false),
        "a stuck bus");
  }

  @ParameterizedTest
  @MethodSource("chips")
  void shouldOutlastAClockStretchedForTooLong(Chip chip) throws Exception {
    shouldOutlast(
        chip, c -> c.device.stretch(true), c -> c.device.stretch(false), "stretches the clock");
  }

  @ParameterizedTest
  @MethodSource("chips")
  void shouldNoticeAChipThatForgotItsSettings(Chip chip) throws Exception {
    Rig rig = chip.rig();
    try (rig;
        ChipSensor sensor = chip.open()) {
      Reader reader = new Reader(chip, sensor);
      reader.read(100);
      chip.device.brownOut();
      reader.read(300);
      boolean keepsNone = chip.settings instanceof Ads1115Settings; // they are sent each time
      assertEquals(keepsNone ? 0 : 1, sensor.outages());
      assertEquals(keepsNone ? 0 : 2, rig.problems.size(), rig.problems::toString);
    }
  }

  @ParameterizedTest
  @MethodSource("chips")
  void shouldGoOnAfterASingleFailedTransfer(Chip chip) throws Exception {
    Rig rig = chip.rig();
    try (rig;
        ChipSensor sensor = chip.open()) {
      Reader reader = new Reader(chip, sensor);
      reader.read(100);
      chip.device.failNext(1);
      reader.read(300);
      assertEquals(1, sensor.outages());
      assertEquals(1, sensor.failures());
      assertTrue(reader.missing * reader.periodNs < 0.8e9, reader.missing + " samples are missing");
    }
  }

  @ParameterizedTest
  @MethodSource("chips")
  void shouldGiveUpWhenThePatienceIsOverAndTryAgainWhenAsked(Chip chip) throws Exception {
    Rig rig = chip.rig();
    try (rig;
        ChipSensor sensor = chip.open()) {
      Reader reader = new Reader(chip, sensor);
      reader.read(50);
      chip.device.unplug();
      long fromNs = rig.clock.nanoTime();
      IOException e = assertThrows(IOException.class, () -> reader.read(50));
      double waited = (rig.clock.nanoTime() - fromNs) / 1e9;
      assertTrue(waited >= 9.9 && waited < 11, "waited " + waited + " s");
      assertTrue(e.getMessage().contains("limit is 10000 ms"), e.getMessage());
      assertTrue(e.getMessage().contains("no chip answers"), e.getMessage());
      assertEquals(1, rig.problems.size());
      chip.device.plugAgain();
      reader.read(100);
      assertTrue(reader.missing * reader.periodNs > 9e9, reader.missing + " samples are missing");
      assertInstanceOf(ChipReturnedException.class, rig.problems.getLast());
    }
  }

  /** It can be set up each time, and yet gives nothing: that is no return. */
  @Test
  void shouldGiveUpAChipThatCanBeSetUpButGivesNothing() throws Exception {
    try (Rig rig = new Rig()) {
      SimulatedBme280 device = new SimulatedBme280();
      rig.machine.i2c(1).plug(0x76, device);
      try (ChipSensor sensor = rig.open(new Bme280Settings(Rig.AT_76, 20), TEN_SECONDS)) {
        SampleBlock block = Rig.block(sensor, 10);
        sensor.read(block);
        device.raw(0x80000, 0x80000, 0x8000);
        long fromNs = rig.clock.nanoTime();
        IOException e = assertThrows(IOException.class, () -> sensor.read(block));
        double waited = (rig.clock.nanoTime() - fromNs) / 1e9;
        assertTrue(waited >= 9.9 && waited < 11, "waited " + waited + " s");
        assertTrue(e.getMessage().contains("limit is 10000 ms"), e.getMessage());
        assertTrue(e.getMessage().contains("has measured nothing"), e.getMessage());
        assertEquals(1, rig.problems.size(), rig.problems::toString);
        assertEquals(1, sensor.outages());
        device.raw(519_888, 415_148, 28_000);
        sensor.read(block);
        assertInstanceOf(ChipReturnedException.class, rig.problems.getLast());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("chips")
  void shouldRefuseAnEmptyAddress(Chip chip) throws Exception {
    try (Rig rig = chip.rig()) {
      rig.machine.i2c(1).speed(400_000);
      IOException e = assertThrows(IOException.class, () -> rig.open(chip.settings));
      assertTrue(e.getMessage().contains("no chip answers"), e.getMessage());
      assertEquals(0, rig.problems.size(), "the caller was told");
    }
  }
}
