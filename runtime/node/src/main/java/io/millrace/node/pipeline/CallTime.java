package io.millrace.node.pipeline;

import io.millrace.node.admission.Admission;
import io.millrace.node.admission.AdmissionSettings;
import io.millrace.node.admission.Decision;
import io.millrace.node.admission.Plan;
import io.millrace.node.window.Window;

/**
 * Until when another may be asked about a window: while the board can still answer that window, and
 * all that come behind it, in time. For one thread.
 */
final class CallTime {
  /** What a call may take if the window has no deadline. */
  private static final long WITHOUT_DEADLINE_NS = 10_000_000_000L;

  /** Share of the time left that a call is not given: ending it takes time, too. */
  private static final int KEPT_FOR_BOARD = 8;

  private final AdmissionSettings settings;
  private final Admission admission;
  private final Pace pace;

  CallTime(AdmissionSettings settings, Admission admission, Pace pace) {
    this.settings = settings;
    this.admission = admission;
    this.pace = pace;
  }

  /** Until when a second plan may be asked about an answer that is there, and not sure. */
  long secondUntilNs(long nowNs, Window window, int first, int second) {
    long deadlineNs = deadlineNs(nowNs, window);
    long ownNs = onBoard(second) ? deadlineNs : before(deadlineNs, nowNs);
    return Math.min(ownNs, pace.untilNs(window.completedNs(), 0, timeNs(first)));
  }

  /** Until when the cloud may be asked for the answer. */
  long untilNs(long nowNs, Window window, Decision.Offload offload, int waiting) {
    long deadlineNs = deadlineNs(nowNs, window);
    long boardNs = quickestOnBoardNs();
    if (deadlineNs - nowNs < boardNs + offload.grounds().timeNs(offload.plan())) {
      return deadlineNs; // the board would be too late anyhow
    }
    long untilNs =
        Math.min(
            before(deadlineNs - boardNs, nowNs),
            pace.untilNs(window.completedNs(), waiting, boardNs));
    boolean boardBears = admission.boardBears(nowNs, pace.gapNs(), untilNs - nowNs);
    return boardBears ? untilNs : deadlineNs;
  }

  private static long before(long latestNs, long nowNs) {
    return latestNs - (latestNs - nowNs) / KEPT_FOR_BOARD;
  }

  private long deadlineNs(long nowNs, Window window) {
    return settings.deadlineNs() == AdmissionSettings.NO_DEADLINE
        ? nowNs + WITHOUT_DEADLINE_NS
        : window.completedNs() + settings.deadlineNs();
  }

  private boolean onBoard(int plan) {
    return admission.plans().get(plan).where() == Plan.Where.BOARD;
  }

  private long quickestOnBoardNs() {
    long quickest = AdmissionSettings.NO_DEADLINE;
    for (int i = 0; i < admission.plans().size(); i++) {
      quickest = onBoard(i) ? Math.min(quickest, timeNs(i)) : quickest;
    }
    return quickest;
  }

  /** What an answer on the board takes, the declared margin included. */
  private long timeNs(int plan) {
    return (long) (admission.cost(plan).timeNs() * (1 + settings.budgets().margin()));
  }
}
