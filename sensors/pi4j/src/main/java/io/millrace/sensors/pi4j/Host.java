package io.millrace.sensors.pi4j;

import io.millrace.sensors.pi4j.settings.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a machine has, as the kernel tells. */
public interface Host {
  /** Numbers of the I²C buses. */
  List<Integer> i2cBuses() throws IOException;

  /** SPI devices that user programs may open. */
  List<Wire.Spi> spiDevices() throws IOException;

  /** The kernel's driver that holds a chip, which must be left alone then. */
  Optional<String> kernelDriver(Wire.I2c wire) throws IOException;

  /** Folder of the 1-Wire devices; need not exist. */
  Path oneWireDevices();

  /** Names of the GPIO chips. */
  List<String> gpioChips() throws IOException;
}
