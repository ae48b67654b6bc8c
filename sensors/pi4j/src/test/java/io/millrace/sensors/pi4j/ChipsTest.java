package io.millrace.sensors.pi4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.settings.Adxl345Settings;
import io.millrace.sensors.pi4j.settings.Bme280Settings;
import io.millrace.sensors.pi4j.settings.PowerChipSettings.Model;
import io.millrace.sensors.pi4j.settings.Wire;
import io.millrace.sensors.pi4j.simulated.I2cDevice;
import io.millrace.sensors.pi4j.simulated.Signal;
import io.millrace.sensors.pi4j.simulated.SimulatedAds1115;
import io.millrace.sensors.pi4j.simulated.SimulatedAdxl345;
import io.millrace.sensors.pi4j.simulated.SimulatedBme280;
import io.millrace.sensors.pi4j.simulated.SimulatedDs18b20;
import io.millrace.sensors.pi4j.simulated.SimulatedIcm20948;
import io.millrace.sensors.pi4j.simulated.SimulatedIna;
import io.millrace.sensors.pi4j.simulated.SimulatedMcp3008;
import io.millrace.sensors.pi4j.simulated.SimulatedMpu6050;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChipsTest {
  @TempDir Path folder;

  /** Something that is none of the known chips, and notes what it was told. */
  private static final class Stranger extends I2cDevice {
    private final List<Integer> told = new ArrayList<>();
    private int longest;

    @Override
    protected void write(byte[] data, int offset, int length) {
      longest = Math.max(longest, length);
      told.add(data[offset] & 0xFF);
    }

    @Override
    protected void read(byte[] into, int offset, int length) {
      java.util.Arrays.fill(into, offset, offset + length, (byte) 0x5A);
    }

    @Override
    protected void powerOn() {
      told.clear();
    }
  }

  @Test
  void shouldFindEveryChipByReadingOnly() throws Exception {
    try (Rig rig = new Rig()) {
      SimulatedIna ina219 = new SimulatedIna(Model.INA219, 0.1);
      rig.machine.i2c(1).plug(0x53, new SimulatedAdxl345(rig.clock, 1, Signal.COUNTING));
      rig.machine.i2c(1).plug(0x68, new SimulatedMpu6050(rig.clock, 1, Signal.COUNTING));
      rig.machine.i2c(1).plug(0x69, new SimulatedIcm20948(rig.clock, 1, Signal.COUNTING));
      rig.machine.i2c(1).plug(0x76, new SimulatedBme280());
      rig.machine.i2c(1).plug(0x40, ina219);
      rig.machine.i2c(1).plug(0x41, new SimulatedIna(Model.INA226, 0.1));
      rig.machine.i2c(1).plug(0x48, new SimulatedAds1115(rig.clock));
      Stranger stranger = new Stranger();
      Stranger sensitive = new Stranger();
      rig.machine.i2c(3).plug(0x77, stranger);
      rig.machine.i2c(3).plug(0x44, sensitive);
      Stranger elsewhere = new Stranger();
      rig.machine.i2c(3).plug(0x20, elsewhere); // an output driver would switch at any byte
      rig.machine.spi(0, 0, new SimulatedMcp3008());
      rig.machine.hold(new Wire.I2c(3, 0x1D), "adxl34x");
      rig.machine.oneWire(folder);
      new SimulatedDs18b20(folder, "28-0316a2794aff").steps(320);
      rig.machine.line(17);
      List<String> found =
          rig.board.chips().scan().stream()
              .map(f -> f.bus() + " " + f.address() + " " + f.chip())
              .toList();
      assertEquals(
          List.of(
              "i2c-1 0x40 ina219",
              "i2c-1 0x41 ina226",
              "i2c-1 0x48 ads1115",
              "i2c-1 0x53 adxl345",
              "i2c-1 0x68 mpu6050",
              "i2c-1 0x69 icm20948",
              "i2c-1 0x76 bme280",
              "i2c-3 0x1D ",
              "i2c-3 0x44 ",
              "i2c-3 0x77 ",
              "spi-0.0  ",
              "1-wire 28-0316a2794aff ds18b20",
              "gpiochip0  "),
          found);
      assertEquals(List.of(0xD0), stranger.told);
      assertEquals(1, stranger.longest, "no register was written");
      assertFalse(sensitive.told.contains(0xFE), "the reset command of humidity sensors");
      assertEquals(List.of(), elsewhere.told);
      assertEquals(0x399F, ina219.config());
    }
  }

  @Test
  void shouldNotDisturbASensorThatIsOpen() throws Exception {
    try (Rig rig = new Rig()) {
      rig.machine.i2c(1).plug(0x53, new SimulatedAdxl345(rig.clock, 1, Signal.COUNTING));
      var sensor = rig.open(new Adxl345Settings(Rig.AT_53, 100, 2));
      var block = Rig.block(sensor, 8);
      sensor.read(block);
      assertEquals(1, rig.board.chips().scan().size());
      for (int i = 0; i < 10; i++) {
        sensor.read(block);
        assertEquals(0, block.missingBefore());
      }
      sensor.close();
      rig.open(new Adxl345Settings(Rig.AT_53, 400, 2)).close();
    }
  }

  @Test
  void shouldReadWhatLinuxHas() throws Exception {
    for (String file :
        List.of(
            "dev/i2c-1",
            "dev/i2c-10",
            "dev/i2c-2",
            "dev/spidev0.0",
            "dev/spidev0.1",
            "dev/gpiochip0",
            "dev/i2c-x")) {
      Path path = folder.resolve(file);
      Files.createDirectories(path.getParent());
      Files.createFile(path);
    }
    Path driver = Files.createDirectories(folder.resolve("sys/bus/i2c/drivers/bmp280"));
    Path device = Files.createDirectories(folder.resolve("sys/bus/i2c/devices/1-0076"));
    Files.createSymbolicLink(device.resolve("driver"), driver);
    LinuxHost host = new LinuxHost(folder);
    assertEquals(List.of(1, 2, 10), host.i2cBuses());
    assertEquals(List.of(new Wire.Spi(0, 0, 0), new Wire.Spi(0, 1, 0)), host.spiDevices());
    assertEquals(List.of("gpiochip0"), host.gpioChips());
    assertEquals(Optional.of("bmp280"), host.kernelDriver(new Wire.I2c(1, 0x76)));
    assertEquals(Optional.empty(), host.kernelDriver(new Wire.I2c(1, 0x77)));
    assertEquals(folder.resolve("sys/bus/w1/devices"), host.oneWireDevices());
    assertEquals(List.of(), new LinuxHost(folder.resolve("nothing")).i2cBuses());
  }

  /** Pi4J's real providers, on whatever machine this is: a bus that no machine has. */
  @Test
  void shouldSayWhyARealBusCannotBeOpened() {
    try (Board board = Board.open(Clock.system(), e -> {})) {
      IOException e =
          assertThrows(
              IOException.class, () -> board.open(new Bme280Settings(new Wire.I2c(99, 0x76), 1)));
      assertTrue(e.getMessage().contains("i2c-99"), e.getMessage());
      assertTrue(e.getMessage().contains("is the bus enabled"), e.getMessage());
    }
  }
}
