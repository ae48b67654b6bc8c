package io.millrace.node.budget;

/**
 * A battery that must last: nothing is taken that the idle board will need until then.
 *
 * <p>The limit: after each charge there is left at least {@code reserve + idle power x time to
 * last}, without any harvest. The pace: what is left beyond that (the slack) is spread evenly over
 * the time to last, or over a day where it always has to, by a bucket that fills at {@code slack /
 * time}, so that a node does not answer everything in the first days and nothing in the last. A
 * full battery is spent from freely: the sun would be wasted.
 *
 * <p>Without a gauge, what is in the battery is reckoned from what is charged, and no harvest is
 * seen.
 */
public final class BatteryReserve implements Account {
  private static final double FULL = 0.97;
  private static final double DAY_NS = 8.64e13;

  /** What the pace may be ahead of itself. */
  private static final double AHEAD_NS = 3.6e12;

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

  /** The sun comes back within a day: what must always last is spread over no more than that. */
  private double paceNs() {
    return settings.rolling() ? Math.min(DAY_NS, horizonNs()) : horizonNs();
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
    return full() ? Double.POSITIVE_INFINITY : rateNanoJPerNs() * 1e3;
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
    atNs = nowNs;
    leastNanoJ = Math.min(leastNanoJ, leftNanoJ);
    double most = Math.max(0, slackNanoJ()) * Math.min(1, AHEAD_NS / paceNs());
    tokensNanoJ = Math.min(tokensNanoJ, Math.max(most, 2 * largestNanoJ));
  }
}
