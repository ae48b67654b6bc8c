package io.millrace.rig.power.world;

/**
 * A board as one warm body: {@code C dT/dt = P - (T - Ta) / R}, so under constant power {@code T(t)
 * = E + (T(0) - E) exp(-t / RC)} with {@code E = Ta + R P}: monotone, hence hottest at an end.
 */
public final class Body {
  private final double kelvinPerMilliW;
  private final double decayNs;
  private double celsius;
  private double hottest;
  private long hottestAtNs;

  /** One that has stood at {@code restMilliW} for long. */
  public Body(Board board, double ambient, double restMilliW) {
    kelvinPerMilliW = board.kelvinPerWatt() / 1e3;
    decayNs = board.kelvinPerWatt() * board.joulePerKelvin() * 1e9;
    celsius = ambient + kelvinPerMilliW * restMilliW;
    hottest = celsius;
  }

  /** Degrees Celsius now. */
  public double celsius() {
    return celsius;
  }

  /** The most so far. */
  public double hottestCelsius() {
    return hottest;
  }

  /** When that was. */
  public long hottestAtNs() {
    return hottestAtNs;
  }

  void pass(long fromNs, long toNs, double milliW, double ambient) {
    double end = ambient + kelvinPerMilliW * milliW;
    celsius = end + (celsius - end) * Math.exp(-(toNs - fromNs) / decayNs);
    if (celsius > hottest) {
      hottest = celsius;
      hottestAtNs = toNs;
    }
  }
}
