package io.millrace.rig.power.sim;

import io.millrace.node.admission.Decision;
import io.millrace.node.budget.Limit;
import io.millrace.node.pipeline.NodeListener;
import io.millrace.node.rule.Answer;
import io.millrace.rig.power.world.Battery;
import io.millrace.rig.power.world.World;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongSupplier;

/** What became of each window, as somebody sees it who stands beside the node. */
public final class Outcomes implements NodeListener {
  /** No answer. */
  public static final long NONE = -1;

  private final Windows windows;
  private final LongSupplier nowNs;
  private final Optional<Battery> battery;
  private final long[] answeredNs;
  private final byte[] plan;
  private final Limit[] limit;
  private final double[] batteryMilliJ;
  private long lastDecided = -1;
  private int lastPlan = -1;
  private long cloudFailures;
  private long withoutPower;

  Outcomes(Windows windows, World world) {
    this(windows, world::nanoTime, world.battery());
  }

  /**
   * @param nowNs the time since the beginning
   * @param battery what the board lives on; empty for a wall socket
   */
  Outcomes(Windows windows, LongSupplier nowNs, Optional<Battery> battery) {
    this.windows = windows;
    this.nowNs = nowNs;
    this.battery = battery;
    answeredNs = new long[windows.count()];
    Arrays.fill(answeredNs, NONE);
    plan = new byte[windows.count()];
    Arrays.fill(plan, (byte) -1);
    limit = new Limit[windows.count()];
    Arrays.fill(limit, Limit.NONE);
    batteryMilliJ = new double[windows.count()];
  }

  @Override
  public void decided(long window, Decision decision) {
    lastDecided = window;
    lastPlan =
        switch (decision) {
          case Decision.RunLocal run -> run.plan();
          case Decision.Offload offload -> offload.plan();
          case Decision.Defer d -> -1;
          case Decision.Drop d -> -1;
        };
    limit[(int) window] = decision.grounds().limit();
  }

  @Override
  public void answered(Answer answer, long latencyNs) {
    int w = (int) answer.windowIndex();
    if (battery.isPresent() && battery.get().milliJ() <= 0) {
      withoutPower++; // the board would have been off
      return;
    }
    answeredNs[w] = nowNs.getAsLong();
    plan[w] = (byte) (lastDecided == w ? lastPlan : -1);
    battery.ifPresent(b -> batteryMilliJ[w] = b.milliJ());
  }

  @Override
  public void cloudFailed(long window, String reason) {
    cloudFailures++;
  }

  public Windows windows() {
    return windows;
  }

  /** When window {@code w} was answered; {@link #NONE} if it was not. */
  public long answeredNs(int w) {
    return answeredNs[w];
  }

  /** The plan that was begun with for a window that was answered; -1 for none. */
  public int plan(int w) {
    return answeredNs[w] == NONE ? -1 : plan[w];
  }

  /** The limit that decided last about it. */
  public Limit limit(int w) {
    return limit[w];
  }

  /** What was in the battery right after the answer. */
  public double batteryMilliJ(int w) {
    return batteryMilliJ[w];
  }

  /** Answers that do not count: the battery was empty, and the board would have been off. */
  public long withoutPower() {
    return withoutPower;
  }

  /** Calls without an answer. */
  public long cloudFailures() {
    return cloudFailures;
  }

  /** Windows answered by {@code deadlineNs} after they were whole. */
  public int answersWithin(long deadlineNs) {
    int n = 0;
    for (int w = 0; w < answeredNs.length; w++) {
      n += answeredNs[w] != NONE && answeredNs[w] - windows.atNs()[w] <= deadlineNs ? 1 : 0;
    }
    return n;
  }
}
