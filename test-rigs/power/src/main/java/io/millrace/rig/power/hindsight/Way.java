package io.millrace.rig.power.hindsight;

import io.millrace.node.admission.AdmissionSettings;
import io.millrace.node.budget.RadioPrice;
import io.millrace.rig.power.sim.Setup;
import io.millrace.rig.power.sim.Windows;
import io.millrace.rig.power.world.Board;
import io.millrace.rig.power.world.Link;
import java.util.Optional;

/**
 * A way to answer, at the least that it can truly take.
 *
 * @param nanoJ energy above rest
 * @param leastMilliW power above rest that it cannot do without at its highest moment
 * @param cloud whether it calls
 * @param sentBytes what a call sends
 */
record Way(String name, double nanoJ, double leastMilliW, boolean cloud, long sentBytes) {
  /** The way of {@code plan}; empty if it takes longer than any window may wait. */
  static Optional<Way> of(Setup setup, Setup.PlanCost plan) {
    Board board = setup.board();
    long deadline = setup.pipeline().budget().deadlineNs();
    if (!plan.asksCloud()) {
      double nanoJ = plan.board().energyNanoJ() * board.computeEnergy();
      double ns = plan.board().timeNs() * board.computeTime();
      return ns > deadline
          ? Optional.empty()
          : Optional.of(new Way(plan.name(), nanoJ, ns > 0 ? nanoJ / ns * 1e3 : 0, false, 0));
    }
    Link link = setup.scenario().link();
    RadioPrice radio = board.radio();
    long sent = setup.sentBytes();
    long received = setup.receivedBytes();
    double callNs =
        link.latencyNs() * (1 - link.jitter()) + link.transferNs(sent) + link.transferNs(received);
    double nanoJ =
        sent * radio.txNanoJPerByte()
            + received * radio.rxNanoJPerByte()
            + radio.tailMilliW() / 1e3 * callNs;
    if (callsAreApart(setup.windows(), deadline, radio.tailNs())) {
      nanoJ += radio.wakeupNanoJ() + radio.tailMilliW() / 1e3 * radio.tailNs();
    }
    double sending =
        radio.tailMilliW()
            + sent * radio.txNanoJPerByte() / Math.max(1, link.transferNs(sent)) * 1e3;
    return callNs > deadline
        ? Optional.empty()
        : Optional.of(new Way(plan.name(), nanoJ, sending, true, sent));
  }

  /** Whether the tail of one call is always over before another window comes. */
  private static boolean callsAreApart(Windows windows, long deadlineNs, long tailNs) {
    if (deadlineNs == AdmissionSettings.NO_DEADLINE) {
      return false;
    }
    for (int i = 1; i < windows.count(); i++) {
      if (windows.atNs()[i] - windows.atNs()[i - 1] - deadlineNs < tailNs) {
        return false;
      }
    }
    return true;
  }
}
