package io.millrace.cli.sensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.pipeline.PipelineException;
import io.millrace.node.pipeline.PipelineFile;
import io.millrace.sensors.pi4j.settings.Ads1115Settings;
import io.millrace.sensors.pi4j.settings.Adxl345Settings;
import io.millrace.sensors.pi4j.settings.Bme280Settings;
import io.millrace.sensors.pi4j.settings.ChipSettings;
import io.millrace.sensors.pi4j.settings.Ds18b20Settings;
import io.millrace.sensors.pi4j.settings.LevelSettings;
import io.millrace.sensors.pi4j.settings.Mcp3008Settings;
import io.millrace.sensors.pi4j.settings.MotionSettings;
import io.millrace.sensors.pi4j.settings.PowerChipSettings;
import io.millrace.sensors.pi4j.settings.Wire;
import io.millrace.sensors.power.PowerMeter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Chips in pipeline files. */
class SensorKindsTest {
  @TempDir Path temp;

  record Written(String sensor, ChipSettings settings) {}

  static Stream<Written> written() {
    return Stream.of(
        new Written(
            "adxl345: {bus: i2c-1, address: 0x53, rate: 3.2 kHz, range: 16 g}",
            new Adxl345Settings(new Wire.I2c(1, 0x53), 3200, 16)),
        new Written(
            "adxl345: {bus: spi-0.1, clock: 2 MHz, rate: 100 Hz, range: 2 g}",
            new Adxl345Settings(new Wire.Spi(0, 1, 2_000_000), 100, 2)),
        new Written(
            "mpu6050: {bus: i2c-1, address: 104, rate: 500 Hz, range: 4 g, rotation: 250 deg/s}",
            new MotionSettings(MotionSettings.Model.MPU6050, new Wire.I2c(1, 0x68), 500, 4, 250)),
        new Written(
            "icm20948: {bus: i2c-0, address: 0x69, rate: 1125 Hz, range: 2 g, rotation: 2000 deg/s}",
            new MotionSettings(
                MotionSettings.Model.ICM20948, new Wire.I2c(0, 0x69), 1125, 2, 2000)),
        new Written(
            "icm20948: {bus: spi-0.1, rate: 1125 Hz, range: 2 g, rotation: 250 deg/s}",
            new MotionSettings(MotionSettings.Model.ICM20948, new Wire.Spi(0, 1, 0), 1125, 2, 250)),
        new Written(
            "bme280: {bus: spi-0.0, clock: 1 MHz, rate: 1 Hz}",
            new Bme280Settings(new Wire.Spi(0, 0, 1_000_000), 1)),
        new Written(
            "bme280: {bus: /dev/i2c-1, address: 0x76, rate: 1 Hz}",
            new Bme280Settings(new Wire.I2c(1, 0x76), 1)),
        new Written(
            "ads1115: {bus: i2c-1, address: 0x48, rate: 100 Hz, inputs: [2, 0], full-scale: 2.048 V}",
            new Ads1115Settings(new Wire.I2c(1, 0x48), 100, List.of(2, 0), 2.048)),
        new Written(
            "mcp3008: {bus: spi-0.0, rate: 1 kHz, inputs: 3}",
            new Mcp3008Settings(new Wire.Spi(0, 0, 0), 1000, List.of(3), 3.3)),
        new Written(
            "ina219: {bus: i2c-1, address: 0x40, rate: 10 Hz, shunt: 100 mohm, most: 2 A, scope: board}",
            new PowerChipSettings(
                PowerChipSettings.Model.INA219,
                new Wire.I2c(1, 0x40),
                10,
                0.1,
                2,
                PowerMeter.Scope.BOARD)),
        new Written(
            "ina226: {bus: i2c-1, address: 0x41, rate: 10 Hz, shunt: 0.01 ohm, most: 500 mA}",
            new PowerChipSettings(
                PowerChipSettings.Model.INA226,
                new Wire.I2c(1, 0x41),
                10,
                0.01,
                0.5,
                PowerMeter.Scope.PART)),
        new Written(
            "ds18b20: {serial: 28-0316a2794aff, rate: 0.5 Hz}",
            new Ds18b20Settings("28-0316a2794aff", 0.5)),
        new Written(
            "gpio: {name: pir, line: 17, rate: 50 Hz, debounce: 20 ms, pull: up, active: low}",
            new LevelSettings("pir", 17, 50, 20, LevelSettings.Pull.UP, true)),
        new Written(
            "gpio: {line: 4, rate: 10 Hz}",
            new LevelSettings("gpio", 4, 10, 0, LevelSettings.Pull.OFF, false)));
  }

  private ChipSettings read(String sensor) throws Exception {
    Path file =
        Files.writeString(
            temp.resolve("p.yaml"),
            "node: n\nboard: host\nmodel: {file: m.mill}\nwindow: {length: 1 s}\nsensor:\n  "
                + sensor
                + "\n");
    Boards none =
        (_, _) -> {
          throw new AssertionError("nothing is opened by reading a file");
        };
    return ((ChipSensorSettings) PipelineFile.read(file, SensorKinds.of(none)).sensor()).chip();
  }

  @ParameterizedTest
  @MethodSource("written")
  void shouldReadAChip(Written written) throws Exception {
    assertEquals(written.settings, read(written.sensor));
  }

  @Test
  void shouldKnowEveryKindOfSettings() {
    Set<Class<?>> permitted = Set.of(ChipSettings.class.getPermittedSubclasses());
    Set<Class<?>> read = new HashSet<>();
    Set<String> kinds = new HashSet<>();
    written()
        .forEach(w -> {
          read.add(w.settings.getClass());
          kinds.add(w.sensor.substring(0, w.sensor.indexOf(':')));
        });
    assertEquals(permitted, read);
    assertEquals(Set.copyOf(ChipKeys.kinds()), kinds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bme280: {bus: i2c-1, address: 0x76, rate: 1}|6:45: sensor.bme280.rate: '1' is not a quantity",
        "bme280: {bus: i2c-1, address: 0x76}|6:11: sensor.bme280: key 'rate' is missing",
        "bme280: {bus: i2c-1, address: 0x76, rate: 90 Hz}|rate 90 Hz; it can be 0.0001 to 25 Hz",
        "bme280: {bus: i2c-1, address: x, rate: 1 Hz}|6:33: sensor.bme280.address: 'x' is not a whole",
        "bme280: {bus: i2c-1, address: 0x3, rate: 1 Hz}|sensor.bme280.address: I2C address 0x03",
        "bme280: {bus: usb, address: 0x76, rate: 1 Hz}|6:17: sensor.bme280.bus: 'usb'; a bus is",
        "mpu6050: {bus: spi-0.0, rate: 1 kHz, range: 2 g, rotation: 250 deg/s}|sensor.mpu6050.bus: mpu6050 is read over I2C",
        "bme280: {bus: spi-0.0, address: 0x76, rate: 1 Hz}|sensor.bme280.address: means nothing on SPI",
        "bme280: {bus: i2c-1, adress: 0x76, rate: 1 Hz}|did you mean 'address'?",
        "mcp3008: {bus: i2c-1, rate: 1 Hz}|sensor.mcp3008.bus: mcp3008 is read over SPI",
        "adxl345: {bus: spi-0.0, address: 0x53, rate: 100 Hz, range: 2 g}|means nothing on SPI",
        "adxl345: {bus: i2c-1, address: 0x53, clock: 1 MHz, rate: 100 Hz, range: 2 g}|nothing on I2C",
        "adxl345: {bus: i2c-1, address: 0x53, rate: 100 Hz, range: 2.5 g}|not a whole number of g",
        "ina219: {bus: i2c-1, address: 0x40, rate: 1 Hz, shunt: 1 ohm, most: 1 A}|a smaller shunt",
        "gpio: {line: 4, rate: 10 Hz, pull: left}|sensor.gpio.pull: 'left' is not allowed",
      })
  void shouldSayWhatIsWrongAndWhere(String sensor, String said) {
    PipelineException e = assertThrows(PipelineException.class, () -> read(sensor));
    assertTrue(e.getMessage().contains(said), e.getMessage());
  }
}
