package io.millrace.rig.power.property;

import io.millrace.node.budget.Account;
import io.millrace.node.budget.BatteryLimit;
import io.millrace.node.budget.BatteryReserve;
import io.millrace.node.budget.Charge;
import io.millrace.node.budget.Heat;
import io.millrace.node.budget.HeatLimit;
import io.millrace.node.budget.Limit;
import io.millrace.node.budget.PowerLimit;
import io.millrace.node.budget.UplinkLimit;
import io.millrace.rig.power.world.World;

/** Accounts with one fault each, as one might write them. */
final class Broken {
  private Broken() {}

  /** An account that never waits for anything. */
  private abstract static class Plain implements Account {
    @Override
    public long possibleAtNs(long nowNs, Charge charge) {
      return Long.MAX_VALUE;
    }

    @Override
    public double sustainableMilliW(long nowNs) {
      return Double.POSITIVE_INFINITY;
    }
  }

  /** A token bucket, full at the start, without a ledger: lets up to twice a span's energy out. */
  static Account tokenBucket(PowerLimit limit, double idleMilliW) {
    double rate = (limit.milliW() - idleMilliW) / 1e3;
    double full = rate * limit.windowNs();
    return new Plain() {
      private double tokens = full;
      private long atNs;

      private void pass(long nowNs) {
        tokens = Math.min(full, tokens + rate * (nowNs - atNs));
        atNs = nowNs;
      }

      @Override
      public Limit limit() {
        return Limit.ENERGY;
      }

      @Override
      public boolean allows(long nowNs, Charge charge) {
        pass(nowNs);
        return charge.energyNanoJ() <= tokens;
      }

      @Override
      public void take(long nowNs, Charge charge) {
        pass(nowNs);
        tokens -= charge.energyNanoJ();
      }
    };
  }

  /** Forgets what the idle board takes. */
  static Account batteryWithoutIdle(BatteryLimit limit) {
    return new BatteryReserve(limit, 0);
  }

  /**
   * A day ends whenever the wall clock shows another one: an earlier one, or one that a wrong
   * server made up.
   */
  static Account dayByTheWall(UplinkLimit limit, World world) {
    return new Plain() {
      private long day;
      private long used;

      private void turn() {
        long today = Math.floorDiv(world.wallTimeEpochMs(), 86_400_000L);
        if (today != day) {
          day = today;
          used = 0;
        }
      }

      @Override
      public Limit limit() {
        return Limit.UPLINK;
      }

      @Override
      public boolean allows(long nowNs, Charge charge) {
        turn();
        return used + charge.sentBytes() <= limit.bytesPerDay();
      }

      @Override
      public void take(long nowNs, Charge charge) {
        turn();
        used += charge.sentBytes();
      }
    };
  }

  /** Warms the wrong way: what is taken cools. */
  static Account heatWithWrongSign(HeatLimit limit, double idleMilliW) {
    return new Plain() {
      private final Heat right = new Heat(limit, idleMilliW, 0);
      private double cooled;

      @Override
      public Limit limit() {
        return Limit.HEAT;
      }

      @Override
      public boolean allows(long nowNs, Charge charge) {
        return right.celsius(nowNs) - cooled <= limit.limitCelsius();
      }

      @Override
      public void take(long nowNs, Charge charge) {
        cooled += charge.energyNanoJ() / (limit.joulePerKelvin() * 1e9);
      }
    };
  }

  /** Compares what an answer adds with the limit, and forgets the board it comes on top of. */
  static Account peakWithoutIdle(double limitMilliW) {
    return new io.millrace.node.budget.PeakPower(limitMilliW, 0);
  }
}
