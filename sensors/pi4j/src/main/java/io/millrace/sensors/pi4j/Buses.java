package io.millrace.sensors.pi4j;

import com.pi4j.context.Context;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.spi.Spi;
import com.pi4j.io.spi.SpiBus;
import com.pi4j.io.spi.SpiMode;
import io.millrace.sensors.pi4j.bus.I2cRegisters;
import io.millrace.sensors.pi4j.bus.SpiPort;
import io.millrace.sensors.pi4j.settings.Wire;
import java.io.IOException;
import java.util.Optional;

/** Opens chips on I²C and SPI. */
final class Buses extends Openings {
  private final Host host;

  Buses(Context context, Host host) {
    super(context);
    this.host = host;
  }

  I2cRegisters i2c(Wire.I2c wire) throws IOException {
    // Pi4J 3.0.4 remembers an address that the kernel refused as selected, and would talk to the
    // chip selected before it: a chip that the kernel holds must not be touched.
    Optional<String> driver = host.kernelDriver(wire);
    if (driver.isPresent()) {
      throw new IOException(
          wire.name()
              + " is held by the kernel's driver "
              + driver.get()
              + "; read it through Industrial I/O, or unbind the driver");
    }
    I2C i2c =
        create(
            wire.name(),
            "is the bus enabled, and may this user open it (group i2c)?",
            () ->
                context
                    .i2c()
                    .create(
                        I2C.newConfigBuilder(context)
                            .id(id(wire.name()))
                            .bus(wire.bus())
                            .device(wire.address())
                            .build()));
    return new I2cRegisters(i2c, () -> free(i2c));
  }

  /**
   * {@code mode} is the clock's polarity and phase; {@code clockHz} counts where the wire has none.
   */
  SpiPort spi(Wire.Spi wire, SpiMode mode, int clockHz) throws IOException {
    Spi spi =
        create(
            wire.name(),
            "is the bus enabled, and may this user open it (group spi)? Pi4J 3.0.4 takes each chip"
                + " select once, whatever the bus",
            () ->
                context
                    .spi()
                    .create(
                        Spi.newConfigBuilder(context)
                            .id(id(wire.name()))
                            .bus(SpiBus.getByNumber(wire.bus()))
                            .address(wire.chipSelect())
                            .mode(mode)
                            .baud(wire.clockHz() == 0 ? clockHz : wire.clockHz())
                            .build()));
    return new SpiPort(
        spi,
        wire.name(),
        () -> {
          spi.close();
          free(spi);
        });
  }

  void close() {
    shutDown();
  }
}
