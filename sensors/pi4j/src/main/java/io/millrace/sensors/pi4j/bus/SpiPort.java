package io.millrace.sensors.pi4j.bus;

import com.pi4j.io.spi.Spi;
import java.io.Closeable;
import java.io.IOException;

/** A chip select of an SPI bus: bytes out and in at once. For one thread at a time. */
public final class SpiPort implements Closeable {
  private final Spi spi;
  private final Runnable release;
  private final String where;

  /** {@code release} frees {@code spi} when this is closed. */
  public SpiPort(Spi spi, String where, Runnable release) {
    this.spi = spi;
    this.where = where;
    this.release = release;
  }

  /** Bus and chip select, for people. */
  public String where() {
    return where;
  }

  /** Sends {@code out} and takes as many bytes into {@code in}. */
  public void transfer(byte[] out, byte[] in, int length) throws IOException {
    int got;
    try {
      got = spi.transfer(out, 0, in, 0, length);
    } catch (RuntimeException e) {
      throw new BusException(where, "a transfer of " + length + " bytes", e);
    }
    if (got != length) {
      throw new BusException(where, "a transfer of " + length + " bytes", null);
    }
  }

  @Override
  public void close() {
    release.run();
  }
}
