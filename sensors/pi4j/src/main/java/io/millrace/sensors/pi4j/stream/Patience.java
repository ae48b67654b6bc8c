package io.millrace.sensors.pi4j.stream;

/**
 * How long to wait for a chip that does not answer.
 *
 * @param totalMs after how many milliseconds without an answer a read gives up
 * @param firstPauseMs pause before the first new attempt; doubles with each
 * @param longestPauseMs what the pause grows to at most
 */
public record Patience(long totalMs, long firstPauseMs, long longestPauseMs) {
  /** A minute, with pauses of 20 ms to 1 s. */
  public static final Patience DEFAULT = new Patience(60_000, 20, 1_000);

  public Patience {
    if (totalMs < 0 || firstPauseMs < 1 || longestPauseMs < firstPauseMs) {
      throw new IllegalArgumentException(
          "patience of "
              + totalMs
              + " ms with pauses of "
              + firstPauseMs
              + " to "
              + longestPauseMs
              + " ms; pauses are at least 1 ms, the longest not below the first");
    }
  }
}
