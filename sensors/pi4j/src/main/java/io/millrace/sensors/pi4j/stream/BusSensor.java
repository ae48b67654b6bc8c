package io.millrace.sensors.pi4j.stream;

import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What sensors that read a chip have in common: they outlast its outages, count, and close it. */
abstract sealed class BusSensor implements ChipSensor permits FifoSensor, PolledSensor {
  final Clock clock;
  final SampleFormat format;
  final int width;

  /** Why the chip has to be brought back first; null while it answers. */
  IOException failure;

  /** Samples missing before the next one that is given out. */
  long missing;

  /** Those of them that are missing because the reader was late. */
  long overruns;

  private final BusChip chip;
  private final Outage outage;
  private final Outage.Resumption resumption;
  private boolean closed;

  /**
   * @param resumption what makes the chip give samples again after a failure
   * @param problems hears of the first failure of an outage and of its end
   */
  BusSensor(
      BusChip chip,
      Outage.Resumption resumption,
      Patience patience,
      Clock clock,
      Consumer<? super Exception> problems) {
    this.chip = chip;
    this.resumption = resumption;
    this.clock = clock;
    this.format = chip.format();
    this.width = format.width();
    this.outage = new Outage(format.source(), patience, clock, problems);
  }

  /** Sets {@code chip} up, which is closed if that fails. */
  static <S> S started(BusChip chip, Supplier<S> sensor) throws IOException, InterruptedException {
    try {
      chip.start();
      return sensor.get();
    } catch (IOException | InterruptedException | RuntimeException e) {
      chip.close();
      throw e;
    }
  }

  final void requireOpen() throws IOException {
    if (closed) {
      throw new IOException(format.source() + " is closed");
    }
  }

  /**
   * Waits for the chip to answer again.
   *
   * @throws IOException when the patience is over; the next read begins with another try
   */
  final void outlast() throws IOException, InterruptedException {
    outage.outlast(failure, resumption);
    failure = null;
  }

  /** Samples came: an outage, if there was one, is over. */
  final void sampled() {
    outage.sampled();
  }

  @Override
  public final SampleFormat format() {
    return format;
  }

  @Override
  public final long overruns() {
    return overruns;
  }

  @Override
  public final long failures() {
    return outage.failures();
  }

  @Override
  public final long outages() {
    return outage.outages();
  }

  @Override
  public final void close() {
    if (!closed) {
      closed = true;
      chip.close();
    }
  }
}
