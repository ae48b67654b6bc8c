package io.millrace.sensors.pi4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sensors.pi4j.settings.Ads1115Settings;
import io.millrace.sensors.pi4j.settings.Adxl345Settings;
import io.millrace.sensors.pi4j.settings.Bme280Settings;
import io.millrace.sensors.pi4j.settings.Ds18b20Settings;
import io.millrace.sensors.pi4j.settings.LevelSettings;
import io.millrace.sensors.pi4j.settings.Mcp3008Settings;
import io.millrace.sensors.pi4j.settings.MotionSettings;
import io.millrace.sensors.pi4j.settings.OutputSettings;
import io.millrace.sensors.pi4j.settings.PowerChipSettings;
import io.millrace.sensors.pi4j.settings.PowerChipSettings.Model;
import io.millrace.sensors.pi4j.settings.Wire;
import io.millrace.sensors.pi4j.stream.Patience;
import io.millrace.sensors.power.PowerMeter;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static void shouldRefuse(String said, Supplier<Object> settings) {
    var e = assertThrows(IllegalArgumentException.class, settings::get);
    assertTrue(e.getMessage().contains(said), e.getMessage());
  }

  @Test
  void shouldUnderstandBusesAsFilesNameThem() {
    assertEquals(new Wire.I2c(1, 0x53), Wire.parse("i2c-1", 0x53));
    assertEquals(new Wire.I2c(22, 0x53), Wire.parse("/dev/i2c-22", 0x53));
    assertEquals(new Wire.Spi(0, 1, 0), Wire.parse("spi-0.1", 0));
    assertEquals(new Wire.Spi(0, 1, 0), Wire.parse(" /dev/spidev0.1 ", 0));
    assertEquals("i2c-1 0x53", Wire.parse("i2c-1", 0x53).name());
    assertEquals("spi-1.2", Wire.parse("spi1.2", 0).name());
    for (String bus : List.of("", "i2c", "i2c1", "spi-0", "uart-1", "i2c--1", "i2c-9999")) {
      shouldRefuse("a bus is i2c-1 or spi-0.1", () -> Wire.parse(bus, 0x53));
    }
    shouldRefuse("0x08 to 0x77", () -> Wire.parse("i2c-1", 0x78));
    shouldRefuse("0 to 6", () -> Wire.parse("spi-7.0", 0));
    shouldRefuse("50000000 Hz", () -> new Wire.Spi(0, 0, 60_000_000));
  }

  @Test
  void shouldRefuseWhatAChipCannotDo() {
    shouldRefuse("3200, 1600", () -> new Adxl345Settings(Rig.AT_53, 1000, 2));
    shouldRefuse("2, 4, 8, 16 g", () -> new Adxl345Settings(Rig.AT_53, 100, 3));
    shouldRefuse("address 104", () -> new Adxl345Settings(Rig.AT_68, 100, 2));
    shouldRefuse(
        "1000 divided by 1 to 256",
        () -> new MotionSettings(MotionSettings.Model.MPU6050, Rig.AT_68, 700, 2, 250));
    shouldRefuse(
        "1000 divided by",
        () -> new MotionSettings(MotionSettings.Model.MPU6050, Rig.AT_68, 2000, 2, 250));
    shouldRefuse(
        "1000 divided by",
        () -> new MotionSettings(MotionSettings.Model.MPU6050, Rig.AT_68, Double.NaN, 2, 250));
    shouldRefuse(
        "250, 500",
        () -> new MotionSettings(MotionSettings.Model.MPU6050, Rig.AT_68, 1000, 2, 300));
    shouldRefuse(
        "1125 divided by",
        () -> new MotionSettings(MotionSettings.Model.ICM20948, Rig.AT_68, 1, 2, 250));
    shouldRefuse(
        "speaks I2C alone",
        () -> new MotionSettings(MotionSettings.Model.MPU6050, Rig.SPI_0, 1000, 2, 250));
    shouldRefuse("address 83", () -> new Bme280Settings(Rig.AT_53, 1));
    shouldRefuse("0.0001 to 25 Hz", () -> new Bme280Settings(Rig.AT_76, 26));
    shouldRefuse(
        "at least one of 0 to 3", () -> new Ads1115Settings(Rig.AT_48, 1, List.of(), 1.024));
    shouldRefuse("each once", () -> new Ads1115Settings(Rig.AT_48, 1, List.of(1, 1), 1.024));
    shouldRefuse(
        "to 150 Hz", () -> new Ads1115Settings(Rig.AT_48, 151, List.of(0, 1, 2, 3), 1.024));
    shouldRefuse("6.144", () -> new Ads1115Settings(Rig.AT_48, 1, List.of(0), 5));
    shouldRefuse("0 to 7", () -> new Mcp3008Settings(Rig.SPI_0, 1, List.of(8), 3.3));
    shouldRefuse("0.25 to 5.5 V", () -> new Mcp3008Settings(Rig.SPI_0, 1, List.of(0), 0));
    PowerMeter.Scope scope = PowerMeter.Scope.BOARD;
    shouldRefuse(
        "take a smaller shunt",
        () -> new PowerChipSettings(Model.INA226, Rig.AT_40, 1, 0.1, 1, scope));
    shouldRefuse(
        "0x40 to 0x4F", () -> new PowerChipSettings(Model.INA219, Rig.AT_53, 1, 0.1, 1, scope));
    shouldRefuse("twelve hexadecimal digits", () -> new Ds18b20Settings("../28-0316a2794aff", 1));
    shouldRefuse("0.0001 to 1 Hz", () -> new Ds18b20Settings("28-0316a2794aff", 2));
    shouldRefuse(
        "needs a name", () -> new LevelSettings(" ", 1, 1, 0, LevelSettings.Pull.OFF, false));
    shouldRefuse(
        "0 to 1023", () -> new LevelSettings("pir", -1, 1, 0, LevelSettings.Pull.OFF, false));
    shouldRefuse("0 to 1023", () -> new OutputSettings("lamp", 2000, false, false));
    shouldRefuse("at least 1 ms", () -> new Patience(1000, 0, 10));
  }

  @Test
  void shouldNameTheSource() {
    assertEquals("adxl345 i2c-1 0x53", new Adxl345Settings(Rig.AT_53, 100, 2).source());
    assertEquals(
        "mpu6050 i2c-1 0x68",
        new MotionSettings(MotionSettings.Model.MPU6050, Rig.AT_68, 333.333, 2, 250).source());
  }
}
