package io.millrace.node.window;

import io.millrace.node.window.WindowSettings.Gaps;
import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;

/**
 * Cuts windows from a stream. For one thread; allocates nothing after it is made.
 *
 * <pre>{@code
 * while (sensor.read(cutter.block()) != Sensor.END) {
 *   cutter.commit();
 *   while (cutter.next(window)) { ... }
 * }
 * }</pre>
 *
 * <p>The sensor writes into a ring of places; a sample is copied once into each window that it is
 * part of, and never moved. Samples that fill a gap have no place: each place knows how many of
 * them lie before it. So a position in the stream is a place and how many filled-in samples before
 * it are still to come:
 *
 * <pre>
 *   stream      s0 s1 s2 -- -- s3 s4      -- is s2 again
 *   places      s0 s1 s2       s3 s4
 *   filled-in    0  0  0        2  0
 * </pre>
 */
public final class WindowCutter {
  private final SampleFormat format;
  private final Gaps gaps;
  private final int length;
  private final int hop;
  private final int width;
  private final int capacity;
  private final int blockSamples;
  private final float[] ring;
  private final int[] filledInBefore;
  private final SampleBlock block;

  // samples of the stream, those filled in included
  private long end;
  private long nextStart;
  private long anchor;
  private long anchorNs;

  // where the next window starts, as far as it has been reached: a place, and what comes before it
  private long reached;
  private long place;
  private int lead;
  private long endPlace;

  private long index;
  private long passedOver;
  private long windowsGivenUp;

  /**
   * @param blockSamples how many samples the sensor is asked for at a time: at most so many are
   *     waited for
   */
  public WindowCutter(SampleFormat format, WindowSettings settings, int blockSamples) {
    this.format = format;
    this.gaps = settings.gaps();
    this.length = settings.length().samples(format.rateHz());
    this.hop = settings.hop().samples(format.rateHz());
    this.width = format.width();
    this.blockSamples = Math.max(1, blockSamples);
    // a window less one sample, a block, and the sample before, which fills the gap behind it
    long samples = (long) length + this.blockSamples + 1;
    if (samples * width > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "a window of %d samples with %d values each is too large".formatted(length, width));
    }
    this.capacity = (int) samples;
    this.ring = new float[capacity * width];
    this.filledInBefore = new int[gaps == Gaps.MARK ? capacity : 0];
    this.block = new SampleBlock(ring, format);
  }

  /** Values in one window. */
  public int valuesPerWindow() {
    return length * width;
  }

  /** From one window to the next at the sensor's stated rate, nanoseconds. */
  public long hopNs() {
    return format.spanNs(hop);
  }

  /**
   * Where the sensor is to put its next samples: none behind the last one of the next window, which
   * would wait for them. All whole windows must have been taken.
   */
  public SampleBlock block() {
    int at = (int) (endPlace % capacity);
    long toWhole = Math.max(1, nextStart + length - end);
    block.aim(at * width, (int) Math.min(Math.min(blockSamples, toWhole), capacity - at));
    return block;
  }

  /** Takes what the sensor has put into {@link #block}. */
  public void commit() {
    int samples = block.samples();
    long missing = block.missingBefore();
    int fill = gaps == Gaps.MARK && end > 0 && missing < length ? (int) missing : 0;
    if (missing > fill) {
      giveUp(missing);
    }
    if (gaps == Gaps.MARK) {
      for (int i = 0; i < samples; i++) {
        filledInBefore[(int) ((endPlace + i) % capacity)] = i == 0 ? fill : 0;
      }
    }
    if (place == endPlace) {
      lead = fill;
    }
    end += fill;
    anchor = end;
    anchorNs = block.firstNs();
    end += samples;
    endPlace += samples;
    goOn();
  }

  /** Windows that would hold a missing sample are not to be; a new one starts behind the gap. */
  private void giveUp(long missing) {
    long overlapped = end + missing - nextStart;
    if (overlapped > 0) {
      windowsGivenUp += Math.ceilDiv(overlapped, (long) hop);
    }
    passedOver += missing;
    nextStart = end;
    reached = end;
    place = endPlace;
    lead = 0;
  }

  /** Moves on to where the next window starts, as far as there are samples. */
  private void goOn() {
    if (filledInBefore.length == 0) {
      long steps = Math.min(nextStart, end) - reached;
      place += steps;
      reached += steps;
      return;
    }
    while (reached < nextStart && reached < end) {
      if (lead > 0) {
        int steps = (int) Math.min(lead, nextStart - reached);
        lead -= steps;
        reached += steps;
      } else {
        place++;
        reached++;
        lead = place < endPlace ? filledInBefore[(int) (place % capacity)] : 0;
      }
    }
  }

  /** Copies the next whole window; false if there is none yet. */
  public boolean next(Window into) {
    if (end - nextStart < length) {
      return false;
    }
    int missing = copy(into.values());
    long startNs = anchorNs + format.spanNs(nextStart - anchor);
    into.set(index++, nextStart + passedOver, startNs, startNs + format.spanNs(length), missing);
    nextStart += hop;
    goOn();
    return true;
  }

  /** Copies a window's samples; returns how many are filled in. */
  private int copy(float[] to) {
    long from = place;
    int fill = lead;
    int missing = 0;
    int done = 0;
    while (done < length) {
      for (; fill > 0 && done < length; fill--) {
        copySamples(from - 1, 1, to, done++);
        missing++;
      }
      int run = runFrom(from, length - done);
      copySamples(from, run, to, done);
      done += run;
      from += run;
      fill = filledInBefore.length == 0 || done == length ? 0 : filledInBefore[at(from)];
    }
    return missing;
  }

  private int at(long place) {
    return (int) (place % capacity);
  }

  /** How many samples from here on lie side by side, without a gap, at most {@code most}. */
  private int runFrom(long from, int most) {
    int run = Math.min(most, capacity - at(from));
    for (int i = 1; i < run && filledInBefore.length > 0; i++) {
      if (filledInBefore[at(from) + i] > 0) {
        return i;
      }
    }
    return run;
  }

  private void copySamples(long from, int samples, float[] to, int done) {
    System.arraycopy(ring, at(from) * width, to, done * width, samples * width);
  }

  /** Windows that were not cut because samples were missing. */
  public long windowsGivenUp() {
    return windowsGivenUp;
  }
}
