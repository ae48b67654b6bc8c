package io.millrace.sensors.pi4j.simulated;

import io.millrace.sensors.clock.Clock;

/** ADS1115 that converts one input against ground when it is told to. */
public final class SimulatedAds1115 extends WordDevice {
  private static final double[] FULL_SCALE_V = {
    6.144, 4.096, 2.048, 1.024, 0.512, 0.256, 0.256, 0.256
  };
  private static final int[] RATES = {8, 16, 32, 64, 128, 250, 475, 860};

  private final Clock clock;
  private final double[] volts = new double[4];
  private int config;
  private int conversion;
  private boolean converting;
  private long doneNs;
  private double error = 1;

  /** Just switched on. */
  public SimulatedAds1115(Clock clock) {
    this.clock = clock;
    powerOn();
  }

  /** What lies at an input. */
  public void volts(int input, double volts) {
    this.volts[input] = volts;
  }

  /** True rate over nominal; the data sheet allows 0.9 to 1.1. */
  public void rateError(double error) {
    this.error = error;
  }

  @Override
  protected void powerOn() {
    config = 0x8583;
    conversion = 0;
    converting = false;
  }

  @Override
  protected int word(int number) {
    if (converting && clock.nanoTime() - doneNs >= 0) {
      converting = false;
      double fullScale = FULL_SCALE_V[config >> 9 & 7];
      double v = volts[(config >> 12 & 7) - 4];
      conversion = (int) Math.clamp(Math.floor(v / fullScale * 32768), -32768, 32767) & 0xFFFF;
    }
    return switch (number) {
      case 0 -> conversion;
      case 1 -> (config & 0x7FFF) | (converting ? 0 : 0x8000);
      case 2 -> 0x8000;
      case 3 -> 0x7FFF;
      default -> 0;
    };
  }

  @Override
  protected void setWord(int number, int value) {
    if (number == 1) {
      config = value & 0x7FFF;
      if ((value & 0x8000) != 0 && (value & 0x4000) != 0) {
        converting = true;
        doneNs = clock.nanoTime() + (long) (1e9 / (RATES[value >> 5 & 7] * error));
      }
    }
  }
}
