package io.millrace.node.budget;

/**
 * Keeps one limit. Times must not go back; a moment before the last one is taken for the last one.
 */
public interface Account {
  /** Which limit. */
  Limit limit();

  /** Whether {@code charge} can be taken at {@code nowNs}. */
  boolean allows(long nowNs, Charge charge);

  /**
   * The first moment at which {@code charge} could be taken if nothing else is; {@link
   * Long#MAX_VALUE} if that cannot be foreseen.
   */
  long possibleAtNs(long nowNs, Charge charge);

  /** Takes {@code charge}, allowed or not: what has been spent has been spent. */
  void take(long nowNs, Charge charge);

  /**
   * What was taken last is over.
   *
   * @param tailEndNs until when its energy is still being spent: a radio that goes on listening
   */
  default void endedAt(long nowNs, long tailEndNs) {}

  /** What the board takes when it does nothing, milliwatts, at most, from now on. */
  default void idleIs(long nowNs, double milliW) {}

  /**
   * Power above idle that answers may take from now on for good, milliwatts; infinite where the
   * account has nothing to say about it.
   */
  double sustainableMilliW(long nowNs);
}
