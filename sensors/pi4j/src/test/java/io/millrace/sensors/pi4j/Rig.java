package io.millrace.sensors.pi4j;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.Sensor;
import io.millrace.sensors.clock.VirtualClock;
import io.millrace.sensors.pi4j.settings.ChipSettings;
import io.millrace.sensors.pi4j.settings.Wire;
import io.millrace.sensors.pi4j.simulated.SimulatedBoard;
import io.millrace.sensors.pi4j.stream.ChipSensor;
import io.millrace.sensors.pi4j.stream.Patience;
import java.util.ArrayList;
import java.util.List;

/** A virtual clock, a simulated machine on it, and what was reported. */
public final class Rig implements AutoCloseable {
  public static final long MS = 1_000_000;
  public static final Wire.I2c AT_53 = new Wire.I2c(1, 0x53);
  public static final Wire.I2c AT_68 = new Wire.I2c(1, 0x68);
  public static final Wire.I2c AT_76 = new Wire.I2c(1, 0x76);
  public static final Wire.I2c AT_48 = new Wire.I2c(1, 0x48);
  public static final Wire.I2c AT_40 = new Wire.I2c(1, 0x40);
  public static final Wire.Spi SPI_0 = new Wire.Spi(0, 0, 0);

  public final VirtualClock clock = new VirtualClock(-5_000 * MS, 0);
  public final SimulatedBoard machine = new SimulatedBoard(clock);
  public final List<Exception> problems = new ArrayList<>();
  public final Board board = machine.board(problems::add);

  public ChipSensor open(ChipSettings settings) throws Exception {
    return board.open(settings);
  }

  public ChipSensor open(ChipSettings settings, Patience patience) throws Exception {
    return board.open(settings, patience);
  }

  public static SampleBlock block(Sensor sensor, int samples) {
    return new SampleBlock(new float[samples * sensor.format().width()], sensor.format());
  }

  /** Does something once this much virtual time has passed, whoever lets it pass. */
  public void mend(long afterMs, Runnable action) {
    machine.at(clock.nanoTime() + afterMs * MS, action);
  }

  @Override
  public void close() {
    board.close();
  }
}
