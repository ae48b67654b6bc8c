package io.millrace.sensors.pi4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.pi4j.chip.PowerSensor;
import io.millrace.sensors.pi4j.settings.Ads1115Settings;
import io.millrace.sensors.pi4j.settings.Adxl345Settings;
import io.millrace.sensors.pi4j.settings.Bme280Settings;
import io.millrace.sensors.pi4j.settings.ChipSettings;
import io.millrace.sensors.pi4j.settings.Mcp3008Settings;
import io.millrace.sensors.pi4j.settings.MotionSettings;
import io.millrace.sensors.pi4j.settings.PowerChipSettings;
import io.millrace.sensors.pi4j.settings.PowerChipSettings.Model;
import io.millrace.sensors.pi4j.simulated.SimulatedAds1115;
import io.millrace.sensors.pi4j.simulated.SimulatedAdxl345;
import io.millrace.sensors.pi4j.simulated.SimulatedBme280;
import io.millrace.sensors.pi4j.simulated.SimulatedIcm20948;
import io.millrace.sensors.pi4j.simulated.SimulatedIna;
import io.millrace.sensors.pi4j.simulated.SimulatedMcp3008;
import io.millrace.sensors.pi4j.simulated.SimulatedMpu6050;
import io.millrace.sensors.pi4j.stream.ChipSensor;
import io.millrace.sensors.pi4j.stream.Patience;
import io.millrace.sensors.power.PowerMeter;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes out for what the converters see, by the tables and examples of the data sheets. */
class ValuesTest {
  private static final double G = 9.80665;
  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  private float[] sample(ChipSettings settings) throws Exception {
    try (ChipSensor sensor = rig.open(settings)) {
      SampleBlock block = Rig.block(sensor, 1);
      sensor.read(block);
      return block.values().clone();
    }
  }

  /** Rev. G, table 1: 256 steps per g in full resolution, whatever the range. */
  @ParameterizedTest
  @CsvSource({"2,256", "4,-256", "8,1024", "16,-4096"})
  void shouldScaleTheAdxl345(int rangeG, int steps) throws Exception {
    rig.machine
        .i2c(1)
        .plug(0x53, new SimulatedAdxl345(rig.clock, 1, (axis, i) -> axis == 0 ? 0 : steps));
    float[] v = sample(new Adxl345Settings(Rig.AT_53, 100, rangeG));
    assertEquals(0, v[0]);
    assertEquals(steps / 256.0 * G, v[1], 1e-5);
    assertEquals(steps / 256.0 * G, v[2], 1e-5);
  }

  /** RM-MPU-6000A, §4.17 and §4.19, tables of sensitivities. */
  @ParameterizedTest
  @CsvSource({"2,16384,250,131", "4,8192,500,65.5", "8,4096,1000,32.8", "16,2048,2000,16.4"})
  void shouldScaleTheMpu6050AndTheIcm20948(int rangeG, int perG, int rangeDps, double perDps)
      throws Exception {
    rig.machine
        .i2c(1)
        .plug(
            0x68,
            new SimulatedMpu6050(
                rig.clock, 1, (axis, i) -> axis < 3 ? -perG : (int) Math.round(100 * perDps)));
    float[] v =
        sample(new MotionSettings(MotionSettings.Model.MPU6050, Rig.AT_68, 100, rangeG, rangeDps));
    rig.machine
        .i2c(1)
        .plug(
            0x68,
            new SimulatedIcm20948(
                rig.clock, 1, (axis, i) -> axis < 3 ? -perG : (int) Math.round(100 * perDps)));
    float[] w =
        sample(
            new MotionSettings(MotionSettings.Model.ICM20948, Rig.AT_68, 112.5, rangeG, rangeDps));
    SimulatedIcm20948 onSpi =
        new SimulatedIcm20948(
            rig.clock, 1, (axis, i) -> axis < 3 ? -perG : (int) Math.round(100 * perDps));
    assertTrue(onSpi.hearsI2c());
    rig.machine.spi(0, 0, onSpi.onSpi());
    float[] u =
        sample(
            new MotionSettings(MotionSettings.Model.ICM20948, Rig.SPI_0, 112.5, rangeG, rangeDps));
    assertFalse(onSpi.hearsI2c(), "bytes for another chip on the bus may be taken for I2C");
    for (float[] values : List.of(v, w, u)) {
      for (int axis = 0; axis < 3; axis++) {
        assertEquals(-G, values[axis], 1e-5);
        assertEquals(Math.toRadians(100), values[3 + axis], 1e-5);
      }
    }
  }

  /** BMP280, BST-BMP280-DS001, §3.12, whose temperature and pressure the BME280 shares. */
  @Test
  void shouldCompensateAsBoschsExampleDoes() throws Exception {
    rig.machine.i2c(1).plug(0x76, new SimulatedBme280());
    rig.machine.spi(0, 0, new SimulatedBme280().onSpi());
    float[] v = sample(new Bme280Settings(Rig.AT_76, 1));
    assertArrayEquals(v, sample(new Bme280Settings(Rig.SPI_0, 1)), "the same over SPI");
    assertEquals(25.08f, v[0]);
    assertEquals(1006.5327, v[1], 0.0003);
    assertTrue(v[2] > 0 && v[2] < 100, v[2] + " %");
  }

  @Test
  void shouldSayThatABme280HasBeenWithoutPower() throws Exception {
    SimulatedBme280 chip = new SimulatedBme280();
    rig.machine.i2c(1).plug(0x76, chip);
    try (ChipSensor sensor = rig.open(new Bme280Settings(Rig.AT_76, 1))) {
      SampleBlock block = Rig.block(sensor, 1);
      sensor.read(block);
      chip.brownOut();
      sensor.read(block);
      String said = rig.problems.getFirst().getMessage();
      assertTrue(said.contains("CTRL_MEAS holds 0x00 instead of 0x27"), said);
    }
  }

  /** SBAS444, "Input signal versus ideal output code". */
  @ParameterizedTest
  @CsvSource({
    "6.144,3.3",
    "4.096,-0.000125",
    "4.096,4.095875",
    "2.048,1.024",
    "0.256,-0.256",
    "0.512,0"
  })
  void shouldReadTheAds1115(double fullScale, double volts) throws Exception {
    SimulatedAds1115 chip = new SimulatedAds1115(rig.clock);
    chip.volts(3, volts);
    chip.rateError(0.9);
    rig.machine.i2c(1).plug(0x48, chip);
    float[] v = sample(new Ads1115Settings(Rig.AT_48, 10, List.of(0, 3), fullScale));
    assertEquals(0, v[0], fullScale / 32768);
    assertEquals(volts, v[1], fullScale / 32768);
  }

  /** DS21295, equation 4-2. */
  @Test
  void shouldReadTheMcp3008() throws Exception {
    SimulatedMcp3008 chip = new SimulatedMcp3008();
    chip.input(0, 0);
    chip.input(3, 0.5);
    chip.input(7, 0.9999);
    rig.machine.spi(0, 0, chip);
    float[] v = sample(new Mcp3008Settings(Rig.SPI_0, 10, List.of(7, 3, 0), 3.3));
    assertEquals(1023 * 3.3 / 1024, v[0], 1e-6);
    assertEquals(1.65, v[1], 1e-6);
    assertEquals(0, v[2]);
  }

  /**
   * The example of both data sheets: a load of 10 A at 11.98 V over a shunt of 2 mOhm (SBOS448,
   * "Programming the calibration register"; SBOS547, "Programming the calibration register").
   */
  @ParameterizedTest
  @CsvSource({"INA219", "INA226"})
  void shouldMeasureTheExampleOfTheIna(Model model) throws Exception {
    SimulatedIna chip = new SimulatedIna(model, 0.002);
    chip.load(11.98, 10);
    rig.machine.i2c(1).plug(0x40, chip);
    PowerChipSettings settings =
        new PowerChipSettings(model, Rig.AT_40, 10, 0.002, 15, PowerMeter.Scope.BOARD);
    float[] v = sample(settings);
    assertEquals(11.98, v[0], 0.004);
    assertEquals(10, v[1], 0.001);
    assertEquals(119.8, v[2], 0.05);
    try (PowerSensor meter = rig.board.power(settings, Patience.DEFAULT)) {
      assertEquals(119_800, meter.averageMilliW(), 50);
      assertEquals(PowerMeter.Scope.BOARD, meter.scope());
      chip.load(11.98, -1);
      assertEquals(-11_980, meter.averageMilliW(), 50, "a battery that is charged");
    }
  }

  /**
   * SBOS448 table of ADC settings, SBOS547 table of averages: two conversions fit into a period.
   */
  @ParameterizedTest
  @CsvSource({
    "INA219,100,0x25DF",
    "INA219,5,0x27FF",
    "INA226,100,0x4327",
    "INA226,0.4,0x4F27",
    "INA226,20,0x4527"
  })
  void shouldAverageOverAboutThePeriod(Model model, double rateHz, String config) throws Exception {
    SimulatedIna chip = new SimulatedIna(model, 0.01);
    rig.machine.i2c(1).plug(0x40, chip);
    try (ChipSensor sensor =
        rig.open(new PowerChipSettings(model, Rig.AT_40, rateHz, 0.01, 4, PowerMeter.Scope.PART))) {
      assertEquals(Integer.decode(config), chip.config());
      assertEquals(rateHz, sensor.format().rateHz());
    }
    assertEquals(Integer.decode(config) & ~7, chip.config(), "asleep when closed");
  }

  @Test
  void shouldAskAMeterAgainThatFailed() throws Exception {
    SimulatedIna chip = new SimulatedIna(Model.INA226, 0.01);
    chip.load(5, 1);
    rig.machine.i2c(1).plug(0x40, chip);
    PowerChipSettings settings =
        new PowerChipSettings(Model.INA226, Rig.AT_40, 10, 0.01, 4, PowerMeter.Scope.BATTERY);
    PowerSensor meter = rig.board.power(settings, Patience.DEFAULT);
    chip.unplug();
    assertThrows(IOException.class, meter::averageMilliW);
    assertThrows(IOException.class, meter::averageMilliW);
    chip.plugAgain();
    assertEquals(5000, meter.averageMilliW(), 5);
    chip.brownOut();
    assertThrows(IOException.class, meter::averageMilliW);
    assertEquals(5000, meter.averageMilliW(), 5);
    meter.close();
    assertThrows(IOException.class, meter::averageMilliW);
  }
}
