package io.millrace.sensors.align;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.Sensor;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.live.Capture;
import io.millrace.sensors.live.LiveSensor;
import io.millrace.sensors.live.SampleRing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Several sensors as one. With the machine's clock each is read by a thread of its own into a ring,
 * so that none waits for another. With any other clock, which moves only as somebody waits on it,
 * the reader reads them all in turn, each only as far as it is needed. When one ends, all end; when
 * one fails, so does the whole.
 */
public final class AlignedSensor implements Sensor {
  private static final long LONGEST_WAIT_NS = 100_000_000;
  private static final double BUFFER_S = 4;
  private static final int MOST_BUFFERED_VALUES = 1 << 22;

  private final List<Sensor> sensors;
  private final Aligner aligner;
  private final Clock clock;
  private final SampleBlock[] blocks;
  private final int[] next;
  private final SampleRing[] rings;
  private final List<LiveSensor> pumps = new ArrayList<>();
  private final int[] widths;
  private boolean started;
  private boolean closed;
  // whether a sensor that is wanted had nothing to offer
  private boolean waited;

  /** {@code sensors}, which it closes, on one axis. */
  public AlignedSensor(List<Sensor> sensors, AlignSettings settings, Clock clock) {
    this.sensors = List.copyOf(sensors);
    this.clock = clock;
    aligner = new Aligner(sensors.stream().map(Sensor::format).toList(), settings);
    blocks = new SampleBlock[sensors.size()];
    next = new int[sensors.size()];
    rings = new SampleRing[sensors.size()];
    widths = sensors.stream().mapToInt(s -> s.format().width()).toArray();
    boolean threads = clock.equals(Clock.system());
    for (int i = 0; i < blocks.length; i++) {
      SampleFormat format = sensors.get(i).format();
      int samples = Math.clamp(Math.round(format.rateHz() / 100), 1, 4096);
      blocks[i] = new SampleBlock(new float[samples * format.width()], format);
      if (threads) {
        int most = Math.max(2, MOST_BUFFERED_VALUES / format.width());
        int capacity = Math.clamp(Math.round(BUFFER_S * format.rateHz()), 2, most);
        rings[i] = new SampleRing(format, capacity, SampleRing.WhenFull.LOSE_NEWEST);
        pumps.add(new LiveSensor(rings[i], new Pump(sensors.get(i), samples)));
      }
    }
  }

  /** Reads one sensor into its ring. */
  private static final class Pump implements Capture {
    private final Sensor sensor;
    private final SampleBlock block;
    private final int samples;
    private volatile boolean stopping;

    Pump(Sensor sensor, int samples) {
      this.sensor = sensor;
      this.samples = samples;
      block = new SampleBlock(new float[samples * sensor.format().width()], sensor.format());
    }

    @Override
    public void run(SampleRing ring) throws IOException, InterruptedException {
      while (!stopping) {
        block.aim(0, samples);
        int read = sensor.read(block);
        if (read == END) {
          return;
        }
        ring.write(block.values(), 0, read, block.firstNs(), block.missingBefore());
      }
    }

    @Override
    public void stop() {
      stopping = true;
    }
  }

  @Override
  public SampleFormat format() {
    return aligner.format();
  }

  @Override
  public int read(SampleBlock block) throws IOException, InterruptedException {
    if (closed) {
      throw new IOException(format().source() + " is closed");
    }
    if (!started) {
      started = true;
      for (LiveSensor pump : pumps) {
        pump.start();
      }
    }
    while (true) {
      int ended = supply();
      int samples = aligner.take(block, waited ? clock.nanoTime() : Long.MIN_VALUE);
      if (samples > 0) {
        return samples;
      }
      if (ended >= 0 && aligner.wants(ended)) {
        return END;
      }
    }
  }

  /**
   * Gives the aligner what it wants; returns a sensor that has ended though it is wanted, or -1.
   */
  private int supply() throws IOException, InterruptedException {
    int waitsFor = -1;
    aligner.started();
    for (int i = 0; i < blocks.length; i++) {
      while (aligner.wants(i)) {
        if (next[i] < 0) {
          waited = false;
          return i;
        }
        if (next[i] == blocks[i].samples() && !refill(i)) {
          if (next[i] < 0) {
            waited = false;
            return i;
          }
          waitsFor = i;
          break;
        }
        int at = blocks[i].offset() + next[i] * widths[i];
        long ns = blocks[i].firstNs() + sensors.get(i).format().spanNs(next[i]);
        aligner.offer(i, blocks[i].values(), at, ns);
        next[i]++;
      }
    }
    waited = waitsFor >= 0;
    if (waited) {
      long untilNs = aligner.started() ? aligner.givenUpAtNs() - clock.nanoTime() : LONGEST_WAIT_NS;
      if (untilNs > 0) {
        rings[waitsFor].await(Math.min(untilNs, LONGEST_WAIT_NS));
      }
    }
    return -1;
  }

  /** Reads on; false if there is nothing now. A negative place says that there never will be. */
  private boolean refill(int i) throws IOException, InterruptedException {
    SampleBlock block = blocks[i];
    block.aim(0, block.values().length / widths[i]);
    next[i] = 0;
    if (rings[i] == null) {
      if (sensors.get(i).read(block) == END) {
        next[i] = -1;
      }
    } else if (rings[i].poll(block) == 0 && rings[i].isDone()) {
      if (rings[i].failure() != null) {
        throw new IOException(rings[i].failure().getMessage(), rings[i].failure());
      }
      next[i] = -1;
    }
    return next[i] == 0 && block.samples() > 0;
  }

  /** Samples that a sensor lost, or that one of the rings here did. */
  @Override
  public long overruns() {
    long all = 0;
    for (int i = 0; i < rings.length; i++) {
      all += sensors.get(i).overruns() + (rings[i] == null ? 0 : rings[i].overruns());
    }
    return all;
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    IOException first = null;
    List<Sensor> all = new ArrayList<>(sensors);
    all.addAll(pumps);
    for (Sensor sensor : all) {
      try {
        sensor.close();
      } catch (IOException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
