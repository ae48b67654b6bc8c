package io.millrace.node.admission;

/**
 * Where the answer for a window comes from, and why. Decisions are not made anew for each window:
 * the grounds are those of the controller's last decision.
 */
public sealed interface Decision {
  /** What was compared; valid until the controller decides again. */
  Grounds grounds();

  /** What was compared and which limit decided, in one line for people. */
  default String reason() {
    return grounds().text();
  }

  /**
   * The board answers.
   *
   * @param plan index of the plan
   */
  record RunLocal(int plan, Grounds grounds) implements Decision {}

  /**
   * The cloud answers, all of it or the rest behind the board's part.
   *
   * @param plan index of the plan
   */
  record Offload(int plan, Grounds grounds) implements Decision {}

  /** The window is kept and tried again later, as long as its deadline allows. */
  record Defer(Grounds grounds) implements Decision {}

  /** The window is given up, and counted. */
  record Drop(Grounds grounds) implements Decision {}
}
