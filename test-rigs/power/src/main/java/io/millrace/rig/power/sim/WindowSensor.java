package io.millrace.rig.power.sim;

import io.millrace.node.pipeline.SensorSettings;
import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.Sensor;
import io.millrace.sensors.clock.Clock;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Hands out one sample for each window, which is all of it, when its time has come. The rate that
 * it states is how often windows come on average; a sample lasts as long, and ends with its window.
 */
final class WindowSensor implements Sensor {
  /** What a window that comes alone is taken to last. */
  private static final long ALONE_NS = 1_000_000_000;

  private final Windows windows;
  private final List<Vibrations.One> easy;
  private final List<Vibrations.One> hard;
  private final Clock clock;
  private final SplittableRandom random;
  private final long startNs;
  private final SampleFormat format;
  private int next;

  private WindowSensor(
      Windows windows,
      List<Vibrations.One> easy,
      List<Vibrations.One> hard,
      Clock clock,
      long seed) {
    this.windows = windows;
    this.easy = easy;
    this.hard = hard;
    this.clock = clock;
    startNs = clock.nanoTime();
    random = new SplittableRandom(seed);
    format =
        new SampleFormat(
            "simulated",
            List.of(new SampleFormat.Channel("feature", "1", Vibrations.FEATURES)),
            1e9 / gapNs(windows));
  }

  private static double gapNs(Windows windows) {
    int last = windows.count() - 1;
    return last < 1 ? ALONE_NS : Math.max(1, (windows.atNs()[last] - windows.atNs()[0]) / last);
  }

  @Override
  public SampleFormat format() {
    return format;
  }

  @Override
  public int read(SampleBlock block) throws InterruptedException {
    if (next == windows.count()) {
      return END;
    }
    long at = startNs + windows.atNs()[next];
    clock.sleepUntil(at);
    List<Vibrations.One> kind = windows.hard()[next] ? hard : easy;
    Vibrations.One one = kind.get(random.nextInt(kind.size()));
    System.arraycopy(one.features(), 0, block.values(), block.offset(), Vibrations.FEATURES);
    block.filled(1, at - format.spanNs(1), 0);
    next++;
    return 1;
  }

  @Override
  public long overruns() {
    return 0;
  }

  @Override
  public void close() {}

  /** What a pipeline is given in place of its recording. */
  record Source(Windows windows, List<Vibrations.One> easy, List<Vibrations.One> hard, long seed)
      implements SensorSettings {
    @Override
    public Sensor open(Clock clock) {
      return new WindowSensor(windows, easy, hard, clock, seed);
    }

    @Override
    public boolean asFastAsPossible() {
      return false;
    }
  }
}
