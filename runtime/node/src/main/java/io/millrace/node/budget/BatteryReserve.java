package io.millrace.node.budget;

/**
 * A battery that must last: nothing is taken that the idle board will need until then.
 *
 * <p>The limit: after each charge there is left at least {@code reserve + idle power x time to
 * last}, without any harvest. The pace: what is left beyond that (the slack) is spread evenly over
 * the time to last by a bucket that fills at {@code slack / time}, so that a node does not answer
 * everything in the first days and nothing in the last. A battery that always has to last, and so
 * has a sun, is spread over an hour alone: what is held back longer is answered by nobody, and the
 * sun then finds less room. A full battery is spent from freely: the sun would be wasted.
 *
 * <p>Better answers than the cheapest are paid by what nobody will miss ({@link
 * #sustainableMilliW}): where it lasts until a time, what an even pace leaves over; where it always
 * lasts, what the least {@link Harvest} of the last days and an even share of the slack leave over,
 * and whatever a full battery cannot take.
 *
 * <p>Without a gauge, what is in the battery is reckoned from what is charged, and no harvest is
 * seen.
 */
public final class BatteryReserve implements Account {
  private static final double FULL = 0.97;

  /** Above it, energy counts as lost to the sun's next charge. */
  private static final double BRIM = 0.99;

  /** A battery at its brim that falls by this share of its capacity is no longer filled up. */
  private static final double FALLS = 0.001;

  private static final double HOUR_NS = 3.6e12;

  /** What the pace may be ahead of itself. */
  private static final double AHEAD_NS = HOUR_NS;

  private final BatteryLimit settings;
  private double idleMilliW;
  private double leftNanoJ;
  private double tokensNanoJ;
  private double largestNanoJ;
  private double keptNanoJ;
  private long startNs;
  private long atNs;
  private boolean started;
  private boolean gauged;
  private double leastNanoJ;
  private final Harvest harvest = new Harvest();
  private double brimNanoJ;

  /**
   * @param idleMilliW what the idle board takes
   */
  public BatteryReserve(BatteryLimit settings, double idleMilliW) {
    this.settings = settings;
    this.idleMilliW = idleMilliW;
    leftNanoJ = settings.startMilliJ() * 1e6;
    leastNanoJ = leftNanoJ;
  }

  @Override
  public Limit limit() {
    return Limit.BATTERY;
  }

  /** What is in it, millijoules: as the gauge said, less what was charged since. */
  public double leftMilliJ(long nowNs) {
    advance(nowNs);
    return leftNanoJ / 1e6;
  }

  /** The least so far, millijoules. */
  public double leastMilliJ() {
    return leastNanoJ / 1e6;
  }

  /**
   * A gauge says what is in it.
   *
   * @param pendingMilliJ what is charged already and will leave it after this
   */
  public void observe(long nowNs, double milliJ, double pendingMilliJ) {
    advance(nowNs);
    double read = milliJ - pendingMilliJ - settings.gaugeError() * settings.capacityMilliJ();
    leftNanoJ = Math.max(0, read * 1e6);
    leastNanoJ = Math.min(leastNanoJ, leftNanoJ);
    gauged = true;
    harvest.gauged(nowNs, leftNanoJ);
    boolean brim = leftNanoJ / 1e6 >= (BRIM - settings.gaugeError()) * settings.capacityMilliJ();
    brimNanoJ = brim ? Math.max(brimNanoJ, leftNanoJ) : 0;
  }

  /** What comes in finds no room: the battery stays full whatever is taken. */
  private boolean brims() {
    return brimNanoJ > 0 && leftNanoJ >= brimNanoJ - FALLS * settings.capacityMilliJ() * 1e6;
  }

  /** So much stays beside what is kept anyhow: for what cannot be refused. */
  void keepFor(long nanoJ) {
    keptNanoJ = nanoJ;
  }

  private double horizonNs() {
    long last = settings.lastNs();
    return settings.rolling() ? last : Math.max(1, startNs + last - atNs);
  }

  /** What may be taken at once, were there no pace. */
  private double slackNanoJ() {
    return leftNanoJ - keptNanoJ - settings.reserveMilliJ() * 1e6 - idleMilliW / 1e3 * horizonNs();
  }

  private boolean full() {
    return gauged && leftNanoJ / 1e6 >= (FULL - settings.gaugeError()) * settings.capacityMilliJ();
  }

  private double paceNs() {
    return settings.rolling() ? Math.min(HOUR_NS, horizonNs()) : horizonNs();
  }

  private double rateNanoJPerNs() {
    return Math.max(0, slackNanoJ()) / paceNs();
  }

  @Override
  public boolean allows(long nowNs, Charge charge) {
    advance(nowNs);
    largestNanoJ = Math.max(largestNanoJ, (double) charge.energyNanoJ());
    return charge.energyNanoJ() <= slackNanoJ() && (charge.energyNanoJ() <= tokensNanoJ || full());
  }

  @Override
  public long possibleAtNs(long nowNs, Charge charge) {
    if (allows(nowNs, charge)) {
      return nowNs;
    }
    double rate = rateNanoJPerNs();
    if (charge.energyNanoJ() > slackNanoJ() || rate <= 0) {
      return Long.MAX_VALUE;
    }
    double waitNs = (charge.energyNanoJ() - tokensNanoJ) / rate;
    return waitNs > 1e18 ? Long.MAX_VALUE : atNs + (long) Math.ceil(waitNs);
  }

  @Override
  public void take(long nowNs, Charge charge) {
    advance(nowNs);
    leftNanoJ = Math.max(0, leftNanoJ - charge.energyNanoJ());
    harvest.spent((double) charge.energyNanoJ());
    tokensNanoJ = Math.max(0, tokensNanoJ - charge.energyNanoJ());
    leastNanoJ = Math.min(leastNanoJ, leftNanoJ);
  }

  @Override
  public void idleIs(long nowNs, double milliW) {
    advance(nowNs);
    idleMilliW = milliW;
  }

  @Override
  public double sustainableMilliW(long nowNs) {
    advance(nowNs);
    if (brims()) {
      return Double.POSITIVE_INFINITY;
    }
    double slack = Math.max(0, slackNanoJ());
    if (!settings.rolling()) {
      return slack / horizonNs() * 1e3;
    }
    double share = slack / Math.max(Harvest.MEMORY_NS, horizonNs());
    double rest = idleMilliW / 1e3;
    return Math.max(0, share + harvest.leastNanoJPerNs() - rest) * 1e3;
  }

  private void advance(long nowNs) {
    if (!started) {
      started = true;
      startNs = nowNs;
      atNs = nowNs;
      tokensNanoJ = Math.max(0, slackNanoJ()) * Math.min(1, AHEAD_NS / paceNs());
    }
    double elapsed = nowNs - atNs;
    if (elapsed <= 0) {
      return;
    }
    tokensNanoJ += rateNanoJPerNs() * elapsed;
    leftNanoJ = Math.max(0, leftNanoJ - idleMilliW / 1e3 * elapsed);
    harvest.spent(idleMilliW / 1e3 * elapsed);
    atNs = nowNs;
    leastNanoJ = Math.min(leastNanoJ, leftNanoJ);
    double most = Math.max(0, slackNanoJ()) * Math.min(1, AHEAD_NS / paceNs());
    tokensNanoJ = Math.min(tokensNanoJ, Math.max(most, 2 * largestNanoJ));
  }
}
