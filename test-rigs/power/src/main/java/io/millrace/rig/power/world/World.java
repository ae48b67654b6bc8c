package io.millrace.rig.power.world;

import io.millrace.node.budget.RadioPrice;
import io.millrace.sensors.clock.Clock;
import java.util.Arrays;
import java.util.Optional;

/**
 * The true world of one run, and its clock: whoever lets time pass lets the world go on. For one
 * thread.
 */
public final class World implements Clock {
  /** How long a radio takes to wake up: what it takes for that is spread over it. */
  public static final long WAKE_NS = 5_000_000;

  /** 2026-03-01T00:00Z, when every run begins. */
  public static final long EPOCH_MS = 1_772_323_200_000L;

  private static final long DAY_NS = Sun.DAY_NS;

  private final Board board;
  private final Timeline ambient;
  private final Timeline wallOffsetMs;
  private final Optional<Battery> battery;
  private final Body body;
  private final EnergyLog log = new EnergyLog();
  private final long sampleNs;
  private final double[] sampledMilliJ;
  private final double[] sampledCelsius;
  private int samples;
  private long[] sentOfDay = new long[8];
  private long nowNs;
  private double computeMilliW;
  private double radioMilliW;
  private long awakeUntilNs;
  private double backgroundMilliW;
  private long backgroundUntilNs;
  private double radioNanoJ;
  private double computeNanoJ;

  /**
   * @param wallOffsetMs by how much the wall clock is off the true time, milliseconds
   * @param durationNs how long the run will take, for the samples of the plots
   * @param sampleCount how many of them
   */
  public World(
      Board board,
      Timeline ambient,
      Timeline wallOffsetMs,
      Optional<Battery> battery,
      long durationNs,
      int sampleCount) {
    this.board = board;
    this.ambient = ambient;
    this.wallOffsetMs = wallOffsetMs;
    this.battery = battery;
    body = new Body(board, ambient.at(0), board.restMilliW());
    sampleNs = Math.max(1, durationNs / sampleCount);
    sampledMilliJ = new double[sampleCount];
    sampledCelsius = new double[sampleCount];
  }

  // --- time --------------------------------------------------------------------------------------

  @Override
  public long nanoTime() {
    return nowNs;
  }

  @Override
  public long wallTimeEpochMs() {
    return EPOCH_MS + Math.floorDiv(nowNs, 1_000_000L) + (long) wallOffsetMs.at(nowNs);
  }

  @Override
  public boolean simulated() {
    return true;
  }

  @Override
  public long systemNanoTime(long nanoTime) {
    return nanoTime;
  }

  @Override
  public void sleepUntil(long nanoTime) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    passUntil(nanoTime);
  }

  /** Time goes on. */
  public void pass(long ns) {
    passUntil(nowNs + Math.max(0, ns));
  }

  private void passUntil(long untilNs) {
    while (nowNs < untilNs) {
      long end = Math.min(untilNs, ambient.nextChangeNs(nowNs));
      double radio = radioMilliW;
      if (radio == 0 && nowNs < awakeUntilNs) {
        radio = board.radio().tailMilliW();
        end = Math.min(end, awakeUntilNs);
      }
      double background = 0;
      boolean busy = radioMilliW > board.radio().tailMilliW();
      if (nowNs < backgroundUntilNs && !busy) {
        background = backgroundMilliW;
        end = Math.min(end, backgroundUntilNs);
      }
      if (samples < sampledMilliJ.length) {
        end = Math.min(end, (samples + 1) * sampleNs);
      }
      if (nowNs < backgroundUntilNs && busy) {
        backgroundUntilNs += end - nowNs; // one radio sends one thing at a time
      }
      double power = board.restMilliW() + computeMilliW + radio + background;
      radioNanoJ += (radio + background) / 1e3 * (end - nowNs);
      computeNanoJ += computeMilliW / 1e3 * (end - nowNs);
      log.append(nowNs, end, power);
      if (battery.isPresent()) {
        battery.get().pass(nowNs, end, power);
      }
      body.pass(nowNs, end, power, ambient.at(nowNs));
      nowNs = end;
      sample();
    }
  }

  private void sample() {
    if (samples < sampledMilliJ.length && nowNs == (samples + 1) * sampleNs) {
      sampledMilliJ[samples] = battery.map(Battery::milliJ).orElse(Double.NaN);
      sampledCelsius[samples] = body.celsius();
      samples++;
    }
  }

  // --- what the board does -----------------------------------------------------------------------

  /** The processor works for so long, and takes so much above idle. */
  public void compute(long ns, double nanoJ) {
    computeMilliW = ns > 0 ? nanoJ / ns * 1e3 : 0;
    pass(ns);
    computeMilliW = 0;
  }

  /** The radio wakes up, if it sleeps. */
  public void wakeRadio() {
    if (nowNs >= awakeUntilNs) {
      radio(WAKE_NS, board.radio().wakeupNanoJ() / (double) WAKE_NS * 1e3);
    }
  }

  /** Bytes leave the board, and count for the true day. */
  public void send(long bytes, long ns, double energyFactor) {
    count(bytes);
    double nanoJ = bytes * board.radio().txNanoJPerByte() * energyFactor;
    double milliW = board.radio().txMilliW() - board.radio().tailMilliW();
    if (!(milliW > 0)) {
      transfer(nanoJ, ns);
      return;
    }
    // it sends at its own rate and power, and listens between: a slow link is a radio that waits
    long sendingNs = Math.max(1, Math.round(nanoJ / milliW * 1e3));
    transfer(nanoJ, sendingNs);
    listen(Math.max(0, ns - sendingNs));
  }

  /** Bytes arrive. */
  public void receive(long bytes, long ns) {
    transfer(bytes * board.radio().rxNanoJPerByte(), ns);
  }

  private void transfer(double nanoJ, long ns) {
    long time = Math.max(1, ns);
    radio(time, nanoJ / time * 1e3 + board.radio().tailMilliW());
  }

  /** The radio listens. */
  public void listen(long ns) {
    radio(ns, board.radio().tailMilliW());
  }

  private void radio(long ns, double milliW) {
    radioMilliW = milliW;
    pass(ns);
    radioMilliW = 0;
    awakeUntilNs = nowNs + board.radio().tailNs();
  }

  /** Bytes leave the board while it does something else. */
  public void sendBehind(long bytes, long ns) {
    count(bytes);
    RadioPrice price = board.radio();
    double nanoJ = bytes * price.txNanoJPerByte();
    long time = Math.max(1, ns);
    if (nowNs >= awakeUntilNs) {
      nanoJ += price.wakeupNanoJ();
      time += WAKE_NS;
    }
    double left = Math.max(0, backgroundUntilNs - nowNs) * backgroundMilliW / 1e3;
    double milliW = price.txMilliW() - price.tailMilliW();
    if (milliW > 0) {
      time = Math.max(1, Math.round((nanoJ + left) / milliW * 1e3));
    }
    backgroundMilliW = (nanoJ + left) / time * 1e3;
    backgroundUntilNs = nowNs + time;
    awakeUntilNs = Math.max(awakeUntilNs, nowNs + time + price.tailNs());
  }

  private void count(long bytes) {
    int day = (int) (nowNs / DAY_NS);
    if (day >= sentOfDay.length) {
      sentOfDay = Arrays.copyOf(sentOfDay, 2 * day + 1);
    }
    sentOfDay[day] += bytes;
  }

  // --- what is true ------------------------------------------------------------------------------

  public Board board() {
    return board;
  }

  /** All power so far. */
  public EnergyLog log() {
    return log;
  }

  public Optional<Battery> battery() {
    return battery;
  }

  public Body body() {
    return body;
  }

  /** Bytes sent on each true day (UTC). */
  public long[] sentOfDay() {
    return Arrays.copyOf(sentOfDay, (int) (nowNs / DAY_NS) + 1);
  }

  /** What the radio took so far, nanojoules. */
  public double radioNanoJ() {
    return radioNanoJ;
  }

  /** What the processor took so far above idle, nanojoules. */
  public double computeNanoJ() {
    return computeNanoJ;
  }

  /** Time between two samples. */
  public long sampleNs() {
    return sampleNs;
  }

  /** What was in the battery at the end of each sample; NaN without a battery. */
  public double[] sampledMilliJ() {
    return Arrays.copyOf(sampledMilliJ, samples);
  }

  /** The temperature at the end of each sample. */
  public double[] sampledCelsius() {
    return Arrays.copyOf(sampledCelsius, samples);
  }
}
