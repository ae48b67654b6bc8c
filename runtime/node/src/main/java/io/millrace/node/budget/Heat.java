package io.millrace.node.budget;

/**
 * The board's temperature, as one body that is warmer than its surroundings: {@code C dT/dt = P -
 * (T - Ta) / R}. Its answer to a constant power is {@code T(t) = E + (T(0) - E) exp(-t / RC)} with
 * {@code E = Ta + R P}. What a charge takes is reckoned as if it came at once and did not cool away
 * before all of it has come, which is warmer than it gets.
 *
 * <p>R, C and the surroundings are not known exactly: each is taken at the end of its margin at
 * which the board is warmer. A thermometer replaces what was reckoned whenever it is read.
 */
public final class Heat implements Account {
  private final HeatLimit settings;
  private final double kelvinPerMilliW;
  private final double nanoJPerKelvin;
  private final double decayNs;
  private double idleMilliW;
  private double celsius;
  private long atNs;
  private boolean started;
  private double comingKelvin;
  private long comingEndNs = Long.MIN_VALUE;
  private double hottest;

  /**
   * @param idleMilliW what the idle board takes
   * @param margin share by which resistance and capacity may be off
   */
  public Heat(HeatLimit settings, double idleMilliW, double margin) {
    this.settings = settings;
    kelvinPerMilliW = settings.kelvinPerWatt() / 1e3 * (1 + margin);
    nanoJPerKelvin = settings.joulePerKelvin() * 1e9 * (1 - margin);
    decayNs =
        settings.kelvinPerWatt() * settings.joulePerKelvin() * 1e9 * (1 + margin) * (1 + margin);
    this.idleMilliW = idleMilliW;
    celsius = idleCelsius();
    hottest = celsius;
  }

  /** What the idle board settles at. */
  public double idleCelsius() {
    return settings.ambientCelsius() + kelvinPerMilliW * idleMilliW;
  }

  /** The temperature now, measured or reckoned. */
  public double celsius(long nowNs) {
    advance(nowNs);
    return celsius + comingKelvin;
  }

  /** The highest so far. */
  public double hottestCelsius() {
    return hottest;
  }

  /** A thermometer says so. */
  public void observe(long nowNs, double measuredCelsius) {
    advance(nowNs);
    // part of what is coming is in it already; which part is not known
    celsius = measuredCelsius;
    hottest = Math.max(hottest, celsius);
  }

  @Override
  public Limit limit() {
    return Limit.HEAT;
  }

  @Override
  public boolean allows(long nowNs, Charge charge) {
    return celsius(nowNs) + rise(charge) <= settings.limitCelsius();
  }

  @Override
  public long possibleAtNs(long nowNs, Charge charge) {
    double wanted = settings.limitCelsius() - rise(charge);
    double now = celsius(nowNs);
    if (now <= wanted) {
      return nowNs;
    }
    double end = idleCelsius();
    if (wanted <= end) {
      return Long.MAX_VALUE;
    }
    long coolingFromNs = comingKelvin > 0 ? Math.max(nowNs, comingEndNs) : nowNs;
    return coolingFromNs + (long) Math.ceil(decayNs * Math.log((now - end) / (wanted - end)));
  }

  @Override
  public void take(long nowNs, Charge charge) {
    advance(nowNs);
    comingKelvin += rise(charge);
    comingEndNs = Math.max(comingEndNs, nowNs);
    hottest = Math.max(hottest, celsius + comingKelvin);
  }

  @Override
  public void endedAt(long nowNs, long tailEndNs) {
    // first, so that what has just ended is not taken for ended at its decision
    comingEndNs = Math.max(comingEndNs, Math.max(nowNs, tailEndNs));
    advance(nowNs);
  }

  @Override
  public void idleIs(long nowNs, double milliW) {
    advance(nowNs);
    idleMilliW = milliW;
  }

  @Override
  public double sustainableMilliW(long nowNs) {
    return Math.max(0, (settings.limitCelsius() - idleCelsius()) / kelvinPerMilliW);
  }

  private double rise(Charge charge) {
    return charge.energyNanoJ() / nanoJPerKelvin;
  }

  private void advance(long nowNs) {
    if (!started) {
      started = true;
      atNs = nowNs;
    }
    if (nowNs > comingEndNs && comingKelvin > 0) {
      cool(comingEndNs);
      celsius += comingKelvin;
      comingKelvin = 0;
    }
    cool(nowNs);
  }

  private void cool(long nowNs) {
    if (nowNs > atNs) {
      double end = idleCelsius();
      celsius = end + (celsius - end) * Math.exp(-(nowNs - atNs) / decayNs);
      atNs = nowNs;
    }
  }
}
