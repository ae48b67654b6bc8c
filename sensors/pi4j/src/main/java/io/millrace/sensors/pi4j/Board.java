package io.millrace.sensors.pi4j;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import com.pi4j.io.spi.SpiMode;
import com.pi4j.plugin.gpiod.provider.gpio.digital.GpioDDigitalInputProvider;
import com.pi4j.plugin.gpiod.provider.gpio.digital.GpioDDigitalOutputProvider;
import com.pi4j.plugin.linuxfs.provider.i2c.LinuxFsI2CProvider;
import com.pi4j.plugin.linuxfs.provider.spi.LinuxFsSpiProvider;
import com.pi4j.provider.Provider;
import io.millrace.sensors.BinaryOutput;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.bus.Registers;
import io.millrace.sensors.pi4j.bus.SpiRegisters;
import io.millrace.sensors.pi4j.bus.SpiRegisters.Bursts;
import io.millrace.sensors.pi4j.chip.Ads1115;
import io.millrace.sensors.pi4j.chip.Adxl345;
import io.millrace.sensors.pi4j.chip.Bme280;
import io.millrace.sensors.pi4j.chip.Ds18b20;
import io.millrace.sensors.pi4j.chip.Mcp3008;
import io.millrace.sensors.pi4j.chip.MotionChip;
import io.millrace.sensors.pi4j.chip.PowerChip;
import io.millrace.sensors.pi4j.chip.PowerSensor;
import io.millrace.sensors.pi4j.gpio.LineOutput;
import io.millrace.sensors.pi4j.settings.Ads1115Settings;
import io.millrace.sensors.pi4j.settings.Adxl345Settings;
import io.millrace.sensors.pi4j.settings.Bme280Settings;
import io.millrace.sensors.pi4j.settings.ChipSettings;
import io.millrace.sensors.pi4j.settings.Ds18b20Settings;
import io.millrace.sensors.pi4j.settings.LevelSettings;
import io.millrace.sensors.pi4j.settings.Mcp3008Settings;
import io.millrace.sensors.pi4j.settings.MotionSettings;
import io.millrace.sensors.pi4j.settings.OutputSettings;
import io.millrace.sensors.pi4j.settings.PowerChipSettings;
import io.millrace.sensors.pi4j.settings.Wire;
import io.millrace.sensors.pi4j.stream.ChipSensor;
import io.millrace.sensors.pi4j.stream.FifoSensor;
import io.millrace.sensors.pi4j.stream.Patience;
import io.millrace.sensors.pi4j.stream.PolledSensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The buses and lines of a machine. Opens chips and outputs from their settings; each of them is
 * used by one thread, several may be open at once.
 */
public final class Board implements AutoCloseable {
  /** ADXL345 rev. G, "SPI": 5 MHz at most; 3200 Hz want 2 MHz and more. */
  private static final int ADXL345_SPI_HZ = 5_000_000;

  /** ICM-20948 DS-000189, §6.5: 7 MHz at most. */
  private static final int ICM20948_SPI_HZ = 7_000_000;

  /** BME280 rev. 1.23, §6.4, "SPI timing": 10 MHz at most. */
  private static final int BME280_SPI_HZ = 10_000_000;

  /** MCP3008 DS21295, §1.0: 1.35 MHz at 2.7 V. */
  private static final int MCP3008_SPI_HZ = 1_350_000;

  private final Buses buses;
  private final Lines lines;
  private final Host host;
  private final Clock clock;
  private final Consumer<? super Exception> problems;
  private final List<LineOutput> outputs = new ArrayList<>();
  private Thread atExit;
  private boolean closed;

  /**
   * This machine's, over Linux's device files. Nothing is opened yet, so that this works on any
   * machine.
   *
   * @param problems hears of chips that stop answering and of their return
   */
  public static Board open(Clock clock, Consumer<? super Exception> problems) {
    Host host = new LinuxHost(Path.of("/"));
    Context context = context(LinuxFsI2CProvider.newInstance(), LinuxFsSpiProvider.newInstance());
    Lines lines =
        Lines.ofMachine(() ->
            context(
                GpioDDigitalInputProvider.newInstance(), GpioDDigitalOutputProvider.newInstance()));
    return new Board(new Buses(context, host), lines, host, clock, problems);
  }

  private static Context context(Provider<?, ?, ?>... providers) {
    return Pi4J.newContextBuilder().noAutoDetect().disableShutdownHook().add(providers).build();
  }

  /** Over any providers; {@code context} is shut down when this is closed. */
  public Board(Context context, Host host, Clock clock, Consumer<? super Exception> problems) {
    this(new Buses(context, host), new Lines(context), host, clock, problems);
  }

  private Board(
      Buses buses, Lines lines, Host host, Clock clock, Consumer<? super Exception> problems) {
    this.buses = buses;
    this.lines = lines;
    this.host = host;
    this.clock = clock;
    this.problems = problems;
  }

  /** What the machine has, as the kernel tells. */
  public Host host() {
    return host;
  }

  /** A chip as a sensor, with the default patience. */
  public ChipSensor open(ChipSettings settings) throws IOException, InterruptedException {
    return open(settings, Patience.DEFAULT);
  }

  /**
   * A chip as a sensor.
   *
   * @param patience how long a read waits for a chip that does not answer
   * @throws IOException if it is not there, is another chip, or the bus fails
   */
  public ChipSensor open(ChipSettings settings, Patience patience)
      throws IOException, InterruptedException {
    return switch (settings) {
      case Adxl345Settings s ->
          FifoSensor.open(
              new Adxl345(registers(s.wire(), ADXL345_SPI_HZ, Bursts.BIT_6), s),
              patience,
              clock,
              problems);
      case MotionSettings s ->
          FifoSensor.open(
              MotionChip.of(registers(s.wire(), ICM20948_SPI_HZ, Bursts.ALWAYS), s, clock),
              patience,
              clock,
              problems);
      case Bme280Settings s ->
          PolledSensor.open(
              new Bme280(registers(s.wire(), BME280_SPI_HZ, Bursts.ALWAYS), s, clock),
              patience,
              clock,
              problems);
      case Ads1115Settings s ->
          PolledSensor.open(new Ads1115(buses.i2c(s.wire()), s, clock), patience, clock, problems);
      case Mcp3008Settings s ->
          PolledSensor.open(
              new Mcp3008(buses.spi(s.wire(), SpiMode.MODE_0, MCP3008_SPI_HZ), s),
              patience,
              clock,
              problems);
      case PowerChipSettings s -> power(s, patience);
      case Ds18b20Settings s ->
          PolledSensor.open(new Ds18b20(host.oneWireDevices(), s), patience, clock, problems);
      case LevelSettings s -> PolledSensor.open(lines.level(s, clock), patience, clock, problems);
    };
  }

  /** An INA219 or INA226, which is a sensor and a power meter. */
  public PowerSensor power(PowerChipSettings settings, Patience patience)
      throws IOException, InterruptedException {
    PowerChip chip = PowerChip.of(buses.i2c(settings.wire()), settings, clock);
    return PowerSensor.open(chip, settings, patience, clock, problems);
  }

  /**
   * On SPI with the clock high when idle, sampled at its rising edge: ADXL345 rev. G, "SPI"; BME280
   * §6.3, mode 11; ICM-20948 DS-000189, §6.5.
   */
  private Registers registers(Wire wire, int clockHz, Bursts bursts) throws IOException {
    return switch (wire) {
      case Wire.I2c i2c -> buses.i2c(i2c);
      case Wire.Spi spi -> new SpiRegisters(buses.spi(spi, SpiMode.MODE_3, clockHz), bursts);
    };
  }

  /**
   * A lamp or a relay, in its safe state. It takes that state again when it or the board is closed,
   * and when the JVM exits without either.
   */
  public synchronized BinaryOutput output(OutputSettings settings) throws IOException {
    LineOutput output = lines.output(settings);
    outputs.removeIf(LineOutput::isClosed);
    outputs.add(output);
    if (atExit == null) {
      atExit = new Thread(this::holdOutputs, "outputs-to-safe-state");
      Runtime.getRuntime().addShutdownHook(atExit);
    }
    return output;
  }

  private synchronized void closeOutputs() {
    forEachOutput(LineOutput::close);
    outputs.clear();
  }

  /** Whoever still switches them while the JVM exits switches nothing any more. */
  private synchronized void holdOutputs() {
    forEachOutput(LineOutput::hold);
  }

  private interface Ending {
    void end(LineOutput output) throws IOException;
  }

  private void forEachOutput(Ending ending) {
    for (LineOutput output : outputs) {
      try {
        ending.end(output);
      } catch (IOException e) {
        problems.accept(e);
      }
    }
  }

  /** What is there. */
  public Chips chips() {
    return new Chips(buses, host);
  }

  /**
   * Puts every output into its safe state and frees buses and lines. A second call does nothing.
   */
  @Override
  public void close() {
    closeOutputs();
    synchronized (this) {
      if (atExit != null) {
        try {
          Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
          // the JVM is exiting already, and the hook has nothing left to do
        }
        atExit = null;
      }
      if (closed) {
        return;
      }
      closed = true;
    }
    shut(buses::close);
    shut(lines::close);
  }

  private void shut(Runnable part) {
    try {
      part.run();
    } catch (RuntimeException e) {
      problems.accept(e); // Pi4J could not free something; everything else is closed
    }
  }
}
