package io.millrace.sensors.align;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.align.AlignSettings.Method;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts samples of several sensors onto one axis. The axis starts with the first moment at which
 * each has given a sample. Of each sensor two samples are kept, the last one up to the moment that
 * is due and the one behind it. For one thread; knows no clock; allocates nothing after it is made.
 *
 * <pre>{@code
 * aligner.started();
 * while (aligner.wants(i)) aligner.offer(i, values, offset, timeNs);   // for each sensor i
 * int samples = aligner.take(block, nowNs);
 * }</pre>
 */
public final class Aligner {
  private final AlignSettings settings;
  private final SampleFormat format;
  private final int width;
  private final Input[] inputs;
  private boolean started;
  private long startNs;
  private long position;
  private long missing;
  private long late;

  /**
   * Over sensors of these formats.
   *
   * @param inputs in order; the channels of each are named {@code INDEX.CHANNEL}
   */
  public Aligner(List<SampleFormat> inputs, AlignSettings settings) {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("no sensor to align; at least 1 is needed");
    }
    this.settings = settings;
    this.inputs = new Input[inputs.size()];
    List<SampleFormat.Channel> channels = new ArrayList<>();
    List<String> names = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < this.inputs.length; i++) {
      SampleFormat in = inputs.get(i);
      long skewNs = settings.skewNs().orElse(Math.round(1.5e9 / in.rateHz()));
      this.inputs[i] = new Input(in.width(), at, skewNs, settings.method());
      at += in.width();
      for (SampleFormat.Channel c : in.channels()) {
        channels.add(new SampleFormat.Channel(i + "." + c.name(), c.unit(), c.width()));
      }
      names.add(in.source());
    }
    width = at;
    format = new SampleFormat(String.join(" + ", names), channels, settings.rateHz());
  }

  /** All channels, one sensor behind the other. */
  public SampleFormat format() {
    return format;
  }

  /** Moments that became gaps because a sensor was late. */
  public long late() {
    return late;
  }

  /** Whether a sample of this sensor is needed before anything can be given out. */
  public boolean wants(int input) {
    return inputs[input].wants(started, nextNs());
  }

  /** Takes the next sample of a sensor that {@link #wants} one. */
  public void offer(int input, float[] values, int offset, long timeNs) {
    inputs[input].offer(values, offset, timeNs);
  }

  private long nextNs() {
    return startNs + format.spanNs(position);
  }

  /** When the moment that is due will be given up; meaningless before the first. */
  public long givenUpAtNs() {
    return nextNs() + settings.lateNs();
  }

  /** Whether every sensor has given its first sample. */
  public boolean started() {
    if (!started) {
      long first = Long.MIN_VALUE;
      for (Input in : inputs) {
        if (!in.hasNext) {
          return false;
        }
        first = Math.max(first, in.nextNs);
      }
      startNs = first;
      started = true;
    }
    return started;
  }

  /**
   * Gives out what is due and known.
   *
   * @param nowNs the time, where a sensor that is wanted has nothing to offer: the moment that is
   *     due is given up if it is {@code late} before that. {@link Long#MIN_VALUE} to give up none
   * @return how many samples are in the block; 0 if none is known yet
   */
  public int take(SampleBlock block, long nowNs) {
    int samples = 0;
    long firstNs = 0;
    long missingBefore = 0;
    long judgedAtNs = nowNs;
    while (started() && samples < block.capacity()) {
      State state = state(judgedAtNs);
      judgedAtNs = Long.MIN_VALUE; // of the next moment nobody has been asked yet
      if (state == State.UNKNOWN) {
        break;
      }
      if (state == State.GAP) {
        if (samples > 0) {
          break;
        }
        missing++;
        position++;
        continue;
      }
      if (samples == 0) {
        firstNs = nextNs();
        missingBefore = missing;
        missing = 0;
      }
      int at = block.offset() + samples * width;
      for (Input in : inputs) {
        in.write(block.values(), at, nextNs());
      }
      samples++;
      position++;
    }
    if (samples > 0) {
      block.filled(samples, firstNs, missingBefore);
    }
    return samples;
  }

  private enum State {
    KNOWN,
    GAP,
    UNKNOWN
  }

  private State state(long nowNs) {
    long t = nextNs();
    State all = State.KNOWN;
    for (Input in : inputs) {
      in.moveTo(t);
      if (in.wants(true, t)) {
        all = State.UNKNOWN;
      } else if (!in.reaches(t)) {
        return State.GAP;
      }
    }
    if (all == State.UNKNOWN && nowNs != Long.MIN_VALUE && nowNs - t > settings.lateNs()) {
      late++;
      return State.GAP;
    }
    return all;
  }

  /** What is kept of one sensor. */
  private static final class Input {
    private final int width;
    private final int at;
    private final long skewNs;
    private final Method method;
    private float[] last;
    private float[] next;
    private long lastNs;
    private long nextNs;
    private boolean hasLast;
    private boolean hasNext;

    Input(int width, int at, long skewNs, Method method) {
      this.width = width;
      this.at = at;
      this.skewNs = skewNs;
      this.method = method;
      last = new float[width];
      next = new float[width];
    }

    void offer(float[] values, int offset, long timeNs) {
      System.arraycopy(values, offset, next, 0, width);
      nextNs = timeNs;
      hasNext = true;
    }

    /** The last sample becomes the last one up to {@code t}. */
    void moveTo(long t) {
      if (hasNext && nextNs <= t) {
        float[] swapped = last;
        last = next;
        next = swapped;
        lastNs = nextNs;
        hasLast = true;
        hasNext = false;
      }
    }

    boolean wants(boolean started, long t) {
      if (started) {
        moveTo(t);
      }
      return !hasNext;
    }

    boolean reaches(long t) {
      boolean before = hasLast && t - lastNs <= skewNs;
      boolean after = nextNs - t <= skewNs;
      return switch (method) {
        case HOLD -> before;
        case NEAREST -> before || after;
        case LINEAR -> before && (after || lastNs == t);
      };
    }

    void write(float[] to, int offset, long t) {
      boolean useNext = false;
      double share = 0;
      switch (method) {
        case HOLD -> {
          // the last one
        }
        case NEAREST -> useNext = !hasLast || nextNs - t < t - lastNs;
        case LINEAR -> share = lastNs == t ? 0 : (double) (t - lastNs) / (nextNs - lastNs);
      }
      float[] from = useNext ? next : last;
      for (int i = 0; i < width; i++) {
        to[offset + at + i] =
            share == 0 ? from[i] : (float) (last[i] + (next[i] - last[i]) * share);
      }
    }
  }
}
