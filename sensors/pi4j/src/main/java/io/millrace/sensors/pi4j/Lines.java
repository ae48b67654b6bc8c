package io.millrace.sensors.pi4j;

import com.pi4j.context.Context;
import com.pi4j.exception.Pi4JException;
import com.pi4j.io.IO;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.PullResistance;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.spi.Spi;
import com.pi4j.io.spi.SpiBus;
import com.pi4j.io.spi.SpiMode;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.bus.I2cRegisters;
import io.millrace.sensors.pi4j.bus.SpiPort;
import io.millrace.sensors.pi4j.gpio.LevelChip;
import io.millrace.sensors.pi4j.gpio.LineOutput;
import io.millrace.sensors.pi4j.settings.LevelSettings;
import io.millrace.sensors.pi4j.settings.OutputSettings;
import io.millrace.sensors.pi4j.settings.Wire;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/** Opens and frees what Pi4J has. Pi4J's registry is not safe for several threads, so this is. */
final class Lines {
  private final Context context;
  private final Host host;
  private long opened;

  Lines(Context context, Host host) {
    this.context = context;
    this.host = host;
  }

  synchronized I2cRegisters i2c(Wire.I2c wire) throws IOException {
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
  synchronized SpiPort spi(Wire.Spi wire, SpiMode mode, int clockHz) throws IOException {
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

  synchronized LevelChip level(LevelSettings settings, Clock clock) throws IOException {
    PullResistance pull =
        switch (settings.pull()) {
          case OFF -> PullResistance.OFF;
          case DOWN -> PullResistance.PULL_DOWN;
          case UP -> PullResistance.PULL_UP;
        };
    DigitalInput input =
        create(
            settings.source(),
            "is the line free, and may this user open it (group gpio)?",
            () ->
                context
                    .din()
                    .create(
                        DigitalInput.newConfigBuilder(context)
                            .id(id(settings.source()))
                            .address(settings.line())
                            .pull(pull)
                            .debounce(0L) // every edge is wanted, with its own time
                            .build()));
    return new LevelChip(input, settings, clock, () -> free(input));
  }

  synchronized LineOutput output(OutputSettings settings) throws IOException {
    DigitalOutput output =
        create(
            settings.name() + " gpio " + settings.line(),
            "is the line free, and may this user open it (group gpio)?",
            () ->
                context
                    .dout()
                    .create(
                        DigitalOutput.newConfigBuilder(context)
                            .id(id(settings.name()))
                            .address(settings.line())
                            .initial(LineOutput.level(settings, settings.safeOn()))
                            .build()));
    return new LineOutput(output, settings, () -> free(output));
  }

  /** Pi4J holds each id once; a scan must not get into the way of an open sensor. */
  private String id(String name) {
    return name + " #" + opened++;
  }

  private static <T> T create(String what, String advice, Supplier<T> creation) throws IOException {
    try {
      return creation.get();
    } catch (RuntimeException | LinkageError e) {
      // LinkageError: Pi4J's native part is for 32 and 64-bit Arm only
      throw new IOException(what + " cannot be opened: " + reason(e) + "; " + advice, e);
    }
  }

  private static String reason(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  @SuppressWarnings("rawtypes") // Pi4J's own bound
  private synchronized void free(IO io) {
    if (!context.isShutdown()) {
      try {
        context.shutdown(io);
      } catch (Pi4JException e) {
        // it is not used any more, and its file is closed with the context at the latest
      }
    }
  }

  synchronized void close() {
    if (!context.isShutdown()) {
      context.shutdown();
    }
  }
}
