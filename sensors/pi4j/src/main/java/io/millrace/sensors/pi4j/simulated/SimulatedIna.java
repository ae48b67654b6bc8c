package io.millrace.sensors.pi4j.simulated;

import io.millrace.sensors.pi4j.settings.PowerChipSettings.Model;

/** INA219 or INA226, with a shunt and something that draws current through it. */
public final class SimulatedIna extends WordDevice {
  private final Model model;
  private final double shuntOhm;
  private int config;
  private double volts;
  private double amperes;
  private int maker = 0x5449;

  /** Just switched on, with nothing connected. */
  public SimulatedIna(Model model, double shuntOhm) {
    this.model = model;
    this.shuntOhm = shuntOhm;
    powerOn();
  }

  /** What lies at the bus, and what runs through the shunt. */
  public void load(double volts, double amperes) {
    this.volts = volts;
    this.amperes = amperes;
  }

  /** Another maker's chip: what the INA226's id register holds. */
  public void maker(int maker) {
    this.maker = maker;
  }

  /** What the chip is set to. */
  public int config() {
    return config;
  }

  @Override
  protected void powerOn() {
    config = model == Model.INA219 ? 0x399F : 0x4127;
  }

  @Override
  protected int word(int number) {
    boolean on = (config & 7) != 0;
    boolean ina219 = model == Model.INA219;
    return switch (number) {
      case 0x00 -> config;
      case 0x01 ->
          on ? (int) Math.round(amperes * shuntOhm / (ina219 ? 10e-6 : 2.5e-6)) & 0xFFFF : 0;
      case 0x02 ->
          !on
              ? 0
              : ina219
                  ? (int) Math.round(volts / 4e-3) << 3 | 2
                  : (int) Math.round(volts / 1.25e-3);
      case 0xFE -> ina219 ? 0 : maker;
      case 0xFF -> ina219 ? 0 : 0x2260;
      default -> 0;
    };
  }

  @Override
  protected void setWord(int number, int value) {
    if (number != 0) {
      return;
    }
    if ((value & 0x8000) != 0) {
      powerOn();
    } else {
      config = model == Model.INA219 ? value & 0x3FFF : (value & 0x0FFF) | 0x4000;
    }
  }
}
