package io.millrace.node.budget;

/** Power at one moment: a fuse, a supply that gives way. One answer runs at a time. */
public final class PeakPower implements Account {
  private final double limitMilliW;
  private double idleMilliW;

  /**
   * @param limitMilliW the most, the idle board included
   * @param idleMilliW what the idle board takes
   */
  public PeakPower(double limitMilliW, double idleMilliW) {
    this.limitMilliW = limitMilliW;
    this.idleMilliW = idleMilliW;
  }

  @Override
  public Limit limit() {
    return Limit.PEAK;
  }

  @Override
  public boolean allows(long nowNs, Charge charge) {
    return idleMilliW + charge.addedMilliW() <= limitMilliW;
  }

  @Override
  public long possibleAtNs(long nowNs, Charge charge) {
    return allows(nowNs, charge) ? nowNs : Long.MAX_VALUE;
  }

  @Override
  public void take(long nowNs, Charge charge) {}

  @Override
  public void idleIs(long nowNs, double milliW) {
    idleMilliW = milliW;
  }

  @Override
  public double sustainableMilliW(long nowNs) {
    return Double.POSITIVE_INFINITY;
  }
}
