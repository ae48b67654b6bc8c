package io.millrace.sensors.pi4j.simulated;

import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.clock.VirtualClock;
import java.io.IOException;

/** An I²C bus: at most one chip at an address, and the time that transfers take. */
public final class SimulatedI2cBus {
  /** What Linux's controllers wait for a line that is held: i2c-bcm2835 has 35 ms for the clock. */
  private static final long TIMEOUT_NS = 35_000_000;

  private final I2cDevice[] devices = new I2cDevice[128];
  private final Clock clock;
  private final Script script;
  private double bitNs;
  private boolean stuck;
  private long transfers;

  SimulatedI2cBus(Clock clock, Script script) {
    this.clock = clock;
    this.script = script;
  }

  /** Puts a chip at an address. */
  public void plug(int address, I2cDevice device) {
    devices[address] = device;
  }

  /**
   * Transfers take as long as at this clock; 0 for no time at all. Only a virtual clock is moved:
   * with a real one time passes by itself.
   */
  public void speed(int hz) {
    bitNs = hz == 0 ? 0 : 1e9 / hz;
  }

  /** Whether something holds the data line low: no transfer succeeds, with no chip. */
  public void stuck(boolean stuck) {
    this.stuck = stuck;
  }

  /** Writes and reads so far, whether they succeeded or not. */
  public long transfers() {
    return transfers;
  }

  void write(int address, byte[] data, int offset, int length) throws IOException {
    select(address, length).write(data, offset, length);
  }

  void read(int address, byte[] into, int offset, int length) throws IOException {
    select(address, length).read(into, offset, length);
  }

  private I2cDevice select(int address, int length) throws IOException {
    transfers++;
    script.play();
    I2cDevice device = devices[address];
    if (stuck || (device != null && device.stretches())) {
      pass(TIMEOUT_NS);
      throw new IOException("Connection timed out");
    }
    // start, address, bytes with their acknowledgement each, stop
    pass(bitNs == 0 ? 0 : (long) (bitNs * (2 + 9 * (1 + length))));
    if (device == null || !device.acknowledges()) {
      throw new IOException("Remote I/O error");
    }
    return device;
  }

  private void pass(long ns) {
    if (ns > 0 && clock instanceof VirtualClock virtual) {
      virtual.advance(ns);
    }
  }
}
