package io.millrace.sensors.pi4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.pi4j.bus.WrongChipException;
import io.millrace.sensors.pi4j.settings.Ads1115Settings;
import io.millrace.sensors.pi4j.settings.Adxl345Settings;
import io.millrace.sensors.pi4j.settings.Bme280Settings;
import io.millrace.sensors.pi4j.settings.ChipSettings;
import io.millrace.sensors.pi4j.settings.Mcp3008Settings;
import io.millrace.sensors.pi4j.settings.MotionSettings;
import io.millrace.sensors.pi4j.settings.PowerChipSettings;
import io.millrace.sensors.pi4j.settings.PowerChipSettings.Model;
import io.millrace.sensors.pi4j.simulated.Signal;
import io.millrace.sensors.pi4j.simulated.SimulatedAdxl345;
import io.millrace.sensors.pi4j.simulated.SimulatedBme280;
import io.millrace.sensors.pi4j.simulated.SimulatedIcm20948;
import io.millrace.sensors.pi4j.simulated.SimulatedIna;
import io.millrace.sensors.pi4j.simulated.SimulatedMcp3008;
import io.millrace.sensors.pi4j.simulated.SimulatedMpu6050;
import io.millrace.sensors.pi4j.simulated.SpiDevice;
import io.millrace.sensors.pi4j.stream.ChipSensor;
import io.millrace.sensors.power.PowerMeter;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WrongChipTest {
  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  private void shouldRefuse(ChipSettings settings, int found, String... said) {
    WrongChipException e = assertThrows(WrongChipException.class, () -> rig.open(settings));
    assertEquals(found, e.found());
    for (String part : said) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  @Test
  void shouldSayWhatItFoundAndWhatItExpected() {
    SimulatedAdxl345 adxl = new SimulatedAdxl345(rig.clock, 1, Signal.COUNTING);
    adxl.id(0xE6);
    rig.machine.i2c(1).plug(0x53, adxl);
    shouldRefuse(
        new Adxl345Settings(Rig.AT_53, 100, 2), 0xE6, "i2c-1 address 0x53", "0xE6", "0xE5");
    SimulatedMpu6050 mpu = new SimulatedMpu6050(rig.clock, 1, Signal.COUNTING);
    mpu.id(0x71); // an MPU-9250
    rig.machine.i2c(1).plug(0x68, mpu);
    shouldRefuse(
        new MotionSettings(MotionSettings.Model.MPU6050, Rig.AT_68, 100, 2, 250),
        0x71,
        "MPU-6050",
        "0x68");
    SimulatedIcm20948 icm = new SimulatedIcm20948(rig.clock, 1, Signal.COUNTING);
    icm.id(0xE1); // an ICM-20649
    rig.machine.i2c(1).plug(0x68, icm);
    shouldRefuse(
        new MotionSettings(MotionSettings.Model.ICM20948, Rig.AT_68, 125, 2, 250),
        0xE1,
        "ICM-20948",
        "0xEA");
    SimulatedBme280 bme = new SimulatedBme280();
    bme.id(0x58); // a BMP280
    rig.machine.i2c(1).plug(0x76, bme);
    shouldRefuse(new Bme280Settings(Rig.AT_76, 1), 0x58, "BME280", "0x60");
  }

  @Test
  void shouldTellAnIna226FromAnIna219() {
    rig.machine.i2c(1).plug(0x40, new SimulatedIna(Model.INA219, 0.1));
    PowerMeter.Scope scope = PowerMeter.Scope.PART;
    shouldRefuse(
        new PowerChipSettings(Model.INA226, Rig.AT_40, 1, 0.01, 1, scope), 0, "INA226", "0x5449");
    rig.machine.i2c(1).plug(0x40, new SimulatedIna(Model.INA226, 0.1));
    shouldRefuse(
        new PowerChipSettings(Model.INA219, Rig.AT_40, 1, 0.01, 1, scope), 0x4127, "0x399F");
  }

  /** It has no id; another chip does not keep what is written. */
  @Test
  void shouldNotTakeAnythingForAnAds1115() {
    rig.machine.i2c(1).plug(0x48, new SimulatedIna(Model.INA219, 0.1));
    IOException e =
        assertThrows(
            IOException.class,
            () -> rig.open(new Ads1115Settings(Rig.AT_48, 10, List.of(0), 2.048)));
    assertTrue(e.getMessage().contains("no ADS1115 answers there"), e.getMessage());
  }

  @Test
  void shouldSayWhatItFoundOnSpi() {
    SimulatedIcm20948 icm = new SimulatedIcm20948(rig.clock, 1, Signal.COUNTING);
    icm.id(0xE1);
    rig.machine.spi(0, 0, icm.onSpi());
    MotionSettings.Model model = MotionSettings.Model.ICM20948;
    shouldRefuse(
        new MotionSettings(model, Rig.SPI_0, 1125, 2, 250), 0xE1, "spi-0.0", "ICM-20948", "0xEA");
    SimulatedBme280 bme = new SimulatedBme280();
    bme.id(0x58);
    rig.machine.spi(0, 0, bme.onSpi());
    shouldRefuse(new Bme280Settings(Rig.SPI_0, 1), 0x58, "spi-0.0", "BME280", "0x60");
    SpiDevice unplugged = new SimulatedBme280().onSpi();
    unplugged.unplug(0xFF);
    rig.machine.spi(0, 0, unplugged);
    shouldRefuse(new Bme280Settings(Rig.SPI_0, 1), 0xFF, "spi-0.0");
  }

  /** The settings that a chip on SPI had are gone with its power, and it is set up anew. */
  @Test
  void shouldSetAChipOnSpiUpAnewWhenItReturns() throws Exception {
    SpiDevice device = new SimulatedIcm20948(rig.clock, 1, Signal.COUNTING).onSpi();
    rig.machine.spi(0, 0, device);
    MotionSettings.Model model = MotionSettings.Model.ICM20948;
    try (ChipSensor sensor = rig.open(new MotionSettings(model, Rig.SPI_0, 1125, 2, 250))) {
      SampleBlock block = Rig.block(sensor, 20);
      sensor.read(block);
      device.unplug(0x00);
      rig.mend(2_000, device::plugAgain);
      long missing = 0;
      for (int i = 0; i < 60; i++) {
        sensor.read(block);
        missing += block.missingBefore();
      }
      assertEquals(1, sensor.outages());
      assertTrue(missing > 2_000 && missing < 3_500, missing + " samples of 2 s are missing");
    }
  }

  @Test
  void shouldNoticeAnUnpluggedSpiChipByWhatTheLineIsPulledTo() throws Exception {
    SimulatedMcp3008 mcp = new SimulatedMcp3008();
    rig.machine.spi(0, 0, mcp);
    mcp.unplug(0xFF);
    assertThrows(
        IOException.class, () -> rig.open(new Mcp3008Settings(Rig.SPI_0, 10, List.of(0), 3.3)));
    var adxl = new SimulatedAdxl345(rig.clock, 1, Signal.COUNTING).onSpi();
    rig.machine.spi(0, 1, adxl);
    var settings =
        new Adxl345Settings(new io.millrace.sensors.pi4j.settings.Wire.Spi(0, 1, 0), 400, 2);
    for (int line : new int[] {0xFF, 0x00}) {
      adxl.unplug(line);
      shouldRefuse(settings, line, "spi-0.1");
      adxl.plugAgain();
    }
    var sensor = rig.open(settings);
    var block = Rig.block(sensor, 8);
    sensor.read(block);
    for (int line : new int[] {0xFF, 0x00}) {
      long before = sensor.outages();
      adxl.unplug(line);
      rig.mend(3_000, adxl::plugAgain);
      long missing = 0;
      for (int i = 0; i < 40; i++) {
        sensor.read(block);
        missing += block.missingBefore();
      }
      assertEquals(before + 1, sensor.outages());
      assertTrue(missing > 1100 && missing < 1800, missing + " samples of 3 s are missing");
    }
    adxl.fail(true);
    rig.mend(1_000, () -> adxl.fail(false));
    for (int i = 0; i < 40; i++) {
      sensor.read(block);
    }
    assertEquals(3, sensor.outages());
    sensor.close();
  }

  @Test
  void shouldLeaveAChipAloneThatTheKernelHolds() {
    rig.machine.i2c(1).plug(0x76, new SimulatedBme280());
    rig.machine.hold(Rig.AT_76, "bmp280");
    IOException e =
        assertThrows(IOException.class, () -> rig.open(new Bme280Settings(Rig.AT_76, 1)));
    assertTrue(e.getMessage().contains("held by the kernel's driver bmp280"), e.getMessage());
    assertEquals(0, rig.machine.i2c(1).transfers());
  }

  @Test
  void shouldSayThatABusIsMissing() {
    var nowhere = new io.millrace.sensors.pi4j.settings.Wire.I2c(7, 0x76);
    IOException e = assertThrows(IOException.class, () -> rig.open(new Bme280Settings(nowhere, 1)));
    assertTrue(e.getMessage().contains("/dev/i2c-7 does not exist"), e.getMessage());
    assertTrue(e.getMessage().contains("is the bus enabled"), e.getMessage());
  }
}
