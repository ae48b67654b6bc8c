package io.millrace.cli.sensor;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.Sensor;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** Reads a sensor in blocks of a tenth of a second and counts. */
public final class Sensing {
  private static final int MOST_VALUES = 1 << 16;

  private final Sensor sensor;
  private final SampleBlock block;
  private final int capacity;
  private long samples;
  private long missing;
  private long gaps;

  public Sensing(Sensor sensor) {
    this.sensor = sensor;
    SampleFormat format = sensor.format();
    int most = Math.max(1, MOST_VALUES / format.width());
    this.capacity = Math.clamp((long) (format.rateHz() / 10), 1, most);
    this.block = new SampleBlock(new float[capacity * format.width()], format);
  }

  /**
   * Reads until the stream ends, so many seconds of it have passed, or {@code stopping} says so.
   *
   * @param seconds of the samples' own time, gaps included
   */
  public void run(double seconds, List<? extends SampleSink> sinks, BooleanSupplier stopping)
      throws IOException {
    double last = seconds * sensor.format().rateHz();
    try {
      while (!stopping.getAsBoolean() && position() < last) {
        block.aim(0, (int) Math.min(capacity, Math.ceil(last - position())));
        int read = sensor.read(block);
        if (read == Sensor.END) {
          return;
        }
        count(read);
        for (SampleSink sink : sinks) {
          sink.take(block);
        }
      }
    } catch (InterruptedException e) {
      if (!stopping.getAsBoolean()) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void count(int read) {
    samples += read;
    missing += block.missingBefore();
    gaps += block.missingBefore() > 0 ? 1 : 0;
  }

  private long position() {
    return samples + missing;
  }

  /** Samples so far. */
  public long samples() {
    return samples;
  }

  /** Samples that are missing in gaps. */
  public long missing() {
    return missing;
  }

  /** What was read, in one line. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "%d samples in %.3f s; %d missing in %d gaps, %d of them because the reader was late",
        samples,
        position() / sensor.format().rateHz(),
        missing,
        gaps,
        sensor.overruns());
  }
}
