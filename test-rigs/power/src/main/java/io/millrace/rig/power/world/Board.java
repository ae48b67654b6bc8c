package io.millrace.rig.power.world;

import io.millrace.device.DeviceProfile;
import io.millrace.node.budget.RadioPrice;

/**
 * A board's true figures.
 *
 * @param idleMilliW on, nothing running
 * @param sensorMilliW its sensors, all the time
 * @param computeEnergy true by modelled energy of computing above idle
 * @param computeTime true by modelled time of computing
 * @param radio what the radio truly takes
 * @param kelvinPerWatt thermal resistance to the air
 * @param joulePerKelvin thermal capacity
 */
public record Board(
    double idleMilliW,
    double sensorMilliW,
    double computeEnergy,
    double computeTime,
    RadioPrice radio,
    double kelvinPerWatt,
    double joulePerKelvin) {
  /**
   * Shares by which true figures are off their modelled ones: 0.2 for a fifth more.
   *
   * @param heat that of thermal resistance and capacity, the second with the sign turned
   */
  public record Errors(double idle, double compute, double time, double radio, double heat) {
    /** Figures are exact. */
    public static final Errors NONE = new Errors(0, 0, 0, 0, 0);
  }

  /** The board of {@code profile}, whose figures are off by {@code errors}. */
  public static Board of(DeviceProfile profile, RadioPrice radio, Errors errors) {
    double r = 1 + errors.radio();
    return new Board(
        profile.value(DeviceProfile.Key.IDLE_MILLIW) * (1 + errors.idle()),
        profile.value(DeviceProfile.Key.SENSOR_MILLIW) * (1 + errors.idle()),
        1 + errors.compute(),
        1 + errors.time(),
        new RadioPrice(
            Math.round(radio.wakeupNanoJ() * r),
            radio.txNanoJPerByte() * r,
            radio.rxNanoJPerByte() * r,
            radio.tailMilliW() * r,
            radio.tailNs(),
            radio.txMilliW() * r),
        profile.value(DeviceProfile.Key.THERMAL_KELVIN_PER_WATT) * (1 + errors.heat()),
        profile.value(DeviceProfile.Key.THERMAL_JOULE_PER_KELVIN) * (1 - errors.heat()));
  }

  /** What it takes when nothing is asked of it, milliwatts. */
  public double restMilliW() {
    return idleMilliW + sensorMilliW;
  }
}
