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
 * @param aloneNanoJ the same for one that shares nothing with another
 * @param leastMilliW power above rest that it cannot do without at its highest moment
 * @param cloud whether it calls
 * @param sentBytes what a call sends
 */
record Way(
    String name,
    double nanoJ,
    double aloneNanoJ,
    double leastMilliW,
    boolean cloud,
    long sentBytes) {
  private static final int LONGEST_ROW = 16;

  /** The way of {@code plan}; empty if it takes longer than any window may wait. */
  static Optional<Way> of(Setup setup, Setup.PlanCost plan) {
    Board board = setup.board();
    long deadline = setup.pipeline().budget().deadlineNs();
    if (!plan.asksCloud()) {
      double nanoJ = plan.board().energyNanoJ() * board.computeEnergy();
      double ns = plan.board().timeNs() * board.computeTime();
      return ns > deadline
          ? Optional.empty()
          : Optional.of(
              new Way(plan.name(), nanoJ, nanoJ, ns > 0 ? nanoJ / ns * 1e3 : 0, false, 0));
    }
    Link link = setup.scenario().link();
    RadioPrice radio = board.radio();
    long sent = plan.sentBytes();
    long received = setup.receivedBytes();
    double callNs =
        link.latencyNs() * (1 - link.jitter()) + link.transferNs(sent) + link.transferNs(received);
    double frontNs = plan.board().timeNs() * board.computeTime();
    double nanoJ =
        plan.board().energyNanoJ() * board.computeEnergy()
            + sent * radio.txNanoJPerByte()
            + received * radio.rxNanoJPerByte()
            + radio.tailMilliW() / 1e3 * callNs;
    double alone = nanoJ + radio.wakeupNanoJ() + radio.tailMilliW() / 1e3 * radio.tailNs();
    nanoJ += besideCall(radio, setup.windows(), deadline, callNs);
    double bySending = sent * radio.txNanoJPerByte() / Math.max(1, link.transferNs(sent)) * 1e3;
    double sending =
        Double.isNaN(radio.txMilliW()) ? radio.tailMilliW() + bySending : radio.peakMilliW();
    return frontNs + callNs > deadline
        ? Optional.empty()
        : Optional.of(new Way(plan.name(), nanoJ, alone, sending, true, sent));
  }

  /**
   * What a call takes beside itself at the least, nanojoules. Calls in a row, each begun while the
   * radio still listens behind the one before, share a wake-up and a tail; the radio listens all
   * through the row. Each window's call is over at its deadline, so that from the end of a row's
   * first call to the begin of its last it takes at least their windows' times apart less one
   * deadline. A row of k calls is then a wake-up, a tail, and so much listening less the k - 2
   * calls between, which are counted with the calls.
   */
  private static double besideCall(
      RadioPrice radio, Windows windows, long deadlineNs, double callNs) {
    double listening = radio.tailMilliW() / 1e3;
    double alone = radio.wakeupNanoJ() + listening * radio.tailNs();
    if (deadlineNs == AdmissionSettings.NO_DEADLINE) {
      return 0;
    }
    if (apartNs(windows, 2) - deadlineNs >= radio.tailNs()) {
      return alone; // it sleeps before another call can come
    }
    double least = alone;
    for (int k = 2; k <= LONGEST_ROW; k++) {
      double pauseNs = apartNs(windows, k) - deadlineNs - (k - 2) * callNs;
      least = Math.min(least, (alone + listening * Math.max(0, pauseNs)) / k);
    }
    // a longer row: its windows are at least so far apart; with k, A / k + B only nears B
    double everyNs = apartNs(windows, 2);
    double pauseNs = LONGEST_ROW * everyNs - deadlineNs - (LONGEST_ROW - 1) * callNs;
    double longer =
        pauseNs > 0 && everyNs > callNs
            ? Math.min(
                (alone + listening * pauseNs) / (LONGEST_ROW + 1), listening * (everyNs - callNs))
            : 0;
    return Math.min(least, longer);
  }

  /** How far the first and the last of {@code k} windows in a row are apart at the least. */
  private static double apartNs(Windows windows, int k) {
    double least = Double.POSITIVE_INFINITY;
    for (int i = k - 1; i < windows.count(); i++) {
      least = Math.min(least, (double) (windows.atNs()[i] - windows.atNs()[i - k + 1]));
    }
    return least;
  }
}
