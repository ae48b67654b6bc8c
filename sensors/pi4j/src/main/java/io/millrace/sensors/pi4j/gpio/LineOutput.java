package io.millrace.sensors.pi4j.gpio;

import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalState;
import io.millrace.sensors.BinaryOutput;
import io.millrace.sensors.pi4j.settings.OutputSettings;
import java.io.IOException;

/**
 * A GPIO line that switches a lamp or a relay. What a line does after the process has gone without
 * closing it (a kill, a power cut) is up to the kernel's driver and the resistors on the board.
 */
public final class LineOutput implements BinaryOutput {
  private final DigitalOutput output;
  private final OutputSettings settings;
  private final Runnable release;
  private boolean on;
  private boolean held;
  private boolean closed;

  /** The level that makes the thing on or off. */
  public static DigitalState level(OutputSettings settings, boolean on) {
    return on != settings.activeLow() ? DigitalState.HIGH : DigitalState.LOW;
  }

  /** {@code output} has the safe state; {@code release} frees it when this is closed. */
  public LineOutput(DigitalOutput output, OutputSettings settings, Runnable release) {
    this.output = output;
    this.settings = settings;
    this.release = release;
    this.on = settings.safeOn();
  }

  @Override
  public String name() {
    return settings.name() + " gpio " + settings.line();
  }

  @Override
  public synchronized boolean isOn() {
    return on;
  }

  @Override
  public synchronized void set(boolean on) throws IOException {
    if (closed) {
      throw new IOException(name() + " is closed");
    }
    if (held) {
      return;
    }
    try {
      output.state(level(settings, on));
      this.on = on;
    } catch (RuntimeException e) {
      IOException failure = failure("switching it " + (on ? "on" : "off"), e);
      try {
        takeSafeState();
      } catch (IOException worse) {
        failure.addSuppressed(worse);
      }
      throw failure;
    }
  }

  /**
   * Takes the safe state for good, because the process ends: setting it does nothing any more.
   *
   * @throws IOException if the safe state could not be taken
   */
  public synchronized void hold() throws IOException {
    if (!closed && !held) {
      held = true;
      takeSafeState();
    }
  }

  /** Whether it has been closed. */
  public synchronized boolean isClosed() {
    return closed;
  }

  private void takeSafeState() throws IOException {
    on = settings.safeOn();
    try {
      output.state(level(settings, on));
    } catch (RuntimeException e) {
      throw failure("its safe state, " + (on ? "on" : "off") + ",", e);
    }
  }

  private IOException failure(String what, Exception e) {
    return new IOException(name() + ": " + what + " failed: " + e.getMessage(), e);
  }

  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      try {
        takeSafeState();
      } finally {
        release.run();
      }
    }
  }
}
