package io.millrace.sensors.pi4j.simulated;

import com.pi4j.Pi4J;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.Board;
import io.millrace.sensors.pi4j.Host;
import io.millrace.sensors.pi4j.settings.Wire;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A machine with buses and lines, on which simulated chips are put. For one thread. */
public final class SimulatedBoard implements Host {
  private final Clock clock;
  private final Script script;
  private final Map<Integer, SimulatedI2cBus> i2c = new TreeMap<>();
  private final Map<String, SpiDevice> spi = new TreeMap<>();
  private final Map<Integer, SimulatedLine> lines = new HashMap<>();
  private final Map<Wire.I2c, String> held = new HashMap<>();
  private Path oneWire = Path.of("/nonexistent");

  /** Its transfers take time only with a virtual clock. */
  public SimulatedBoard(Clock clock) {
    this.clock = clock;
    this.script = new Script(clock);
  }

  /** The bus of this number; it is made when it is first asked for. */
  public SimulatedI2cBus i2c(int bus) {
    return i2c.computeIfAbsent(bus, n -> new SimulatedI2cBus(clock, script));
  }

  /** Puts a chip on SPI. */
  public void spi(int bus, int chipSelect, SpiDevice chip) {
    spi.put(bus + "." + chipSelect, chip);
  }

  /** The GPIO line of this number. */
  public SimulatedLine line(int number) {
    return lines.computeIfAbsent(number, n -> new SimulatedLine());
  }

  /** A chip that a driver of the kernel holds. */
  public void hold(Wire.I2c wire, String driver) {
    held.put(wire, driver);
  }

  /** Where files of 1-Wire sensors are, as of {@link SimulatedDs18b20}. */
  public void oneWire(Path devices) {
    oneWire = devices;
  }

  /**
   * Something happens: a chip is unplugged, a line is driven. It does at the first transfer, or
   * look at an input, from {@code nanoTime} of the clock on.
   */
  public void at(long nanoTime, Runnable happening) {
    script.at(nanoTime, happening);
  }

  /** Pi4J over this, with the real drivers. */
  public Board board(Consumer<? super Exception> problems) {
    return new Board(
        Pi4J.newContextBuilder()
            .noAutoDetect()
            .disableShutdownHook()
            .add(
                new SimulatedI2cProvider(i2c::get),
                new SimulatedSpiProvider(spi, script),
                new SimulatedInputProvider(this::line, script),
                new SimulatedOutputProvider(this::line))
            .build(),
        this,
        clock,
        problems);
  }

  @Override
  public List<Integer> i2cBuses() {
    return List.copyOf(i2c.keySet());
  }

  @Override
  public List<Wire.Spi> spiDevices() {
    return spi.keySet().stream().map(n -> (Wire.Spi) Wire.parse("spi-" + n, 0)).toList();
  }

  @Override
  public Optional<String> kernelDriver(Wire.I2c wire) {
    return Optional.ofNullable(held.get(wire));
  }

  @Override
  public Path oneWireDevices() {
    return oneWire;
  }

  @Override
  public List<String> gpioChips() {
    return lines.isEmpty() ? List.of() : List.of("gpiochip0");
  }
}
