package io.millrace.rig.power.property;

/** Who decides in a drawn life. */
interface Decider {
  /** Nothing is done for the window now, it may come again. */
  int WAIT = -1;

  /** Nothing will be done for it. */
  int DROP = -2;

  /** The plan to carry out, {@link #WAIT} or {@link #DROP}. */
  int decide(long nowNs, long completedNs, int waiting, boolean waitedBefore);

  /** A run on the board is over. */
  void ran(long nowNs);

  /** A call is over. */
  void called(int plan, long nowNs, long sent, long received, boolean answered);

  /** A gauge says what is in the battery. */
  void gauge(long nowNs, double milliJ);
}
