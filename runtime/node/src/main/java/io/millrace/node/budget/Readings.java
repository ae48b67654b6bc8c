package io.millrace.node.budget;

/** What a board's instruments said last; NaN where there is none. Filled again at each look. */
public final class Readings {
  private double milliW = Double.NaN;
  private double celsius = Double.NaN;
  private double batteryMilliJ = Double.NaN;
  private double batteryShare = Double.NaN;
  private boolean underVoltage;
  private boolean throttled;

  /** Forgets all. */
  public void clear() {
    milliW = Double.NaN;
    celsius = Double.NaN;
    batteryMilliJ = Double.NaN;
    batteryShare = Double.NaN;
    underVoltage = false;
    throttled = false;
  }

  /** Average power of the whole board since the last look, milliwatts. */
  public double milliW() {
    return milliW;
  }

  /** Sets {@link #milliW}. */
  public void milliW(double value) {
    milliW = value;
  }

  /** Temperature of the processor, degrees Celsius. */
  public double celsius() {
    return celsius;
  }

  /** Sets {@link #celsius}. */
  public void celsius(double value) {
    celsius = value;
  }

  /** What is in the battery, millijoules. */
  public double batteryMilliJ() {
    return batteryMilliJ;
  }

  /** Sets {@link #batteryMilliJ}. */
  public void batteryMilliJ(double value) {
    batteryMilliJ = value;
  }

  /** How much of a full charge is in the battery, 0 to 1, as its gauge has it. */
  public double batteryShare() {
    return batteryShare;
  }

  /** Sets {@link #batteryShare}. */
  public void batteryShare(double value) {
    batteryShare = value;
  }

  /** Whether the supply gives too little voltage. */
  public boolean underVoltage() {
    return underVoltage;
  }

  /** Sets {@link #underVoltage}. */
  public void underVoltage(boolean value) {
    underVoltage = value;
  }

  /** Whether the firmware slows the processor down. */
  public boolean throttled() {
    return throttled;
  }

  /** Sets {@link #throttled}. */
  public void throttled(boolean value) {
    throttled = value;
  }
}
