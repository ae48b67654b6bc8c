package io.millrace.sensors.pi4j;

import io.millrace.sensors.pi4j.bus.I2cRegisters;
import io.millrace.sensors.pi4j.chip.Ads1115;
import io.millrace.sensors.pi4j.chip.Adxl345;
import io.millrace.sensors.pi4j.chip.Bme280;
import io.millrace.sensors.pi4j.chip.Icm20948;
import io.millrace.sensors.pi4j.chip.Ina219;
import io.millrace.sensors.pi4j.chip.Ina226;
import io.millrace.sensors.pi4j.chip.Mpu6050;
import io.millrace.sensors.pi4j.settings.Wire;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is on the buses. No register of any chip is written. Only addresses that a known chip can
 * have are asked: first by reading one byte, which tells no chip anything, and where something
 * answers, by reading id registers. That sends the register's number, which a chip of another kind
 * might take for a command, so ids are asked in an order that spares those: the register 0xFE of
 * the INA226 is the reset command of humidity sensors at the same address, and is read only after
 * register 0 has shown an INA226's fixed bits. SPI chips are not asked at all: nothing can be read
 * there without sending.
 */
public final class Chips {
  /**
   * Serial numbers of the DS18B20 begin with its family code (data sheet, "64-bit lasered ROM").
   */
  private static final String DS18B20 = "28-";

  private final Buses buses;
  private final Host host;

  Chips(Buses buses, Host host) {
    this.buses = buses;
    this.host = host;
  }

  /** Everything, bus after bus. What cannot be looked at is listed with the reason. */
  public List<Found> scan() throws IOException {
    List<Found> found = new ArrayList<>();
    for (int bus : host.i2cBuses()) {
      scanI2c(bus, found);
    }
    for (Wire.Spi spi : host.spiDevices()) {
      found.add(new Found(spi.name(), "", "", "chips on SPI are not asked"));
    }
    scanOneWire(found);
    for (String chip : host.gpioChips()) {
      found.add(new Found(chip, "", "", "GPIO lines"));
    }
    return found;
  }

  private void scanI2c(int bus, List<Found> found) throws IOException {
    for (int address : ADDRESSES) {
      Wire.I2c wire = new Wire.I2c(bus, address);
      String name = "0x%02X".formatted(address);
      Optional<String> driver = host.kernelDriver(wire);
      if (driver.isPresent()) {
        found.add(new Found("i2c-" + bus, name, "", "held by the kernel's driver " + driver.get()));
        continue;
      }
      try (I2cRegisters registers = buses.i2c(wire)) {
        if (registers.answers()) {
          found.add(identify(bus, address, registers));
        }
      } catch (IOException e) {
        found.add(new Found("i2c-" + bus, "", "", e.getMessage()));
        return; // the bus cannot be opened
      }
    }
  }

  /** Addresses of the chips in {@link #identify}. */
  private static final List<Integer> ADDRESSES =
      List.of(
          0x1D, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x4D,
          0x4E, 0x4F, 0x53, 0x68, 0x69, 0x76, 0x77);

  private static Found identify(int bus, int address, I2cRegisters registers) {
    String chip;
    String note = "by its id";
    try {
      chip =
          switch (address) {
            case 0x1D, 0x53 -> registers.read(Adxl345.DEVID) == Adxl345.ID ? "adxl345" : "";
            case 0x68, 0x69 -> motion(registers);
            case 0x76, 0x77 -> registers.read(Bme280.ID_REGISTER) == Bme280.ID ? "bme280" : "";
            default -> voltage(registers);
          };
    } catch (IOException e) {
      chip = "";
    }
    if (chip.isEmpty()) {
      note = "something answers that is none of the known chips";
    } else if (chip.equals("ads1115") || chip.equals("ina219")) {
      note = "it has no id; by its settings after a reset";
    }
    return new Found("i2c-" + bus, "0x%02X".formatted(address), chip, note);
  }

  private static String motion(I2cRegisters registers) throws IOException {
    if (registers.read(Mpu6050.WHO_AM_I) == Mpu6050.ID) {
      return "mpu6050";
    }
    return registers.read(Icm20948.WHO_AM_I) == Icm20948.ID ? "icm20948" : "";
  }

  private static String voltage(I2cRegisters registers) throws IOException {
    int first = registers.readWord(0);
    if (first == Ina219.CONFIG_RESET) {
      return "ina219";
    }
    if (first >> 12 == 4
        && registers.readWord(Ina226.MANUFACTURER_REGISTER) == Ina226.MANUFACTURER
        && registers.readWord(Ina226.DIE_REGISTER) >> 4 == Ina226.DIE >> 4) {
      return "ina226";
    }
    return registers.readWord(Ads1115.CONFIG) == Ads1115.CONFIG_RESET ? "ads1115" : "";
  }

  private void scanOneWire(List<Found> found) throws IOException {
    Path devices = host.oneWireDevices();
    if (!Files.isDirectory(devices)) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(devices, "[0-9a-f][0-9a-f]-*")) {
      for (Path entry : entries) {
        String serial = entry.getFileName().toString();
        boolean known = serial.startsWith(DS18B20);
        found.add(
            new Found(
                "1-wire",
                serial,
                known ? "ds18b20" : "",
                known ? "by its family code" : "another family"));
      }
    }
  }
}
