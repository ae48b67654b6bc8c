package io.millrace.sensors.audio;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.Sensor;
import java.io.IOException;

/**
 * A sensor at another rate. Times are those of the samples themselves: the filter's delay is taken
 * off. A gap of the source is one here too, longer by what the filter needs on both sides.
 */
public final class ResampledSensor implements Sensor {
  private static final int BLOCKS_PER_SECOND = 100;

  private final Sensor source;
  private final SampleFormat format;
  private final Resampler resampler;
  private final SampleBlock block;
  private final int width;
  private final double inPeriodNs;
  private int nextIn;
  private boolean ended;
  private boolean gap;
  private long expectedNs;
  private boolean gaveAny;

  /**
   * {@code source}, which it closes, at {@code rateHz}.
   *
   * @throws IllegalArgumentException if the ratio of the rates cannot be made
   */
  public ResampledSensor(Sensor source, double rateHz) {
    this.source = source;
    SampleFormat in = source.format();
    format = new SampleFormat(in.source(), in.channels(), rateHz);
    width = in.width();
    resampler = new Resampler(in.rateHz(), rateHz, width);
    inPeriodNs = 1e9 / in.rateHz();
    int samples = (int) Math.max(1, in.rateHz() / BLOCKS_PER_SECOND);
    block = new SampleBlock(new float[samples * width], in);
  }

  @Override
  public SampleFormat format() {
    return format;
  }

  @Override
  public int read(SampleBlock to) throws IOException, InterruptedException {
    int samples = 0;
    long firstNs = 0;
    long missing = 0;
    while (samples < to.capacity() && (samples == 0 || nextIn < block.samples() || pending())) {
      if (pending()) {
        if (samples == 0) {
          firstNs = timeOfNextNs();
          missing = missingBefore(firstNs);
        }
        resampler.next(to.values(), to.offset() + samples++ * width);
      } else if (!takeInput(samples > 0)) {
        break;
      }
    }
    if (samples == 0) {
      return END;
    }
    to.filled(samples, firstNs, missing);
    expectedNs = firstNs + format.spanNs(samples);
    gaveAny = true;
    return samples;
  }

  private boolean pending() {
    return nextIn > 0 && resampler.hasNext();
  }

  private long timeOfNextNs() {
    double periods = nextIn - 1 + resampler.offset() - resampler.delay();
    return block.firstNs() + Math.round(periods * inPeriodNs);
  }

  private long missingBefore(long firstNs) {
    boolean behindGap = gap;
    gap = false;
    return behindGap && gaveAny
        ? Math.max(1, Math.round((firstNs - expectedNs) * format.rateHz() / 1e9))
        : 0;
  }

  /** Moves on by one input sample; false at the end, or before a gap that must be told first. */
  private boolean takeInput(boolean hasOutput) throws IOException, InterruptedException {
    if (nextIn > 0) {
      resampler.advance();
    }
    if (nextIn == block.samples()) {
      nextIn = 0;
      if (ended || source.read(refilled()) == END) {
        ended = true;
        block.filled(0, 0, 0);
        return false;
      }
      if (block.missingBefore() > 0) {
        gap = true;
        resampler.reset();
      }
    }
    resampler.put(block.values(), block.offset() + nextIn++ * width);
    return !(hasOutput && gap);
  }

  private SampleBlock refilled() {
    block.aim(0, block.values().length / width);
    return block;
  }

  @Override
  public long overruns() {
    return source.overruns();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
