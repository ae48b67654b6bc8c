package io.millrace.rig.power.world;

import java.util.List;

/**
 * The way to the cloud over time.
 *
 * @param bytesPerSecond what goes through, either way
 * @param latencyNs from the last byte sent to the first received
 * @param jitter share by which latency varies, evenly to either side
 * @param errors share of calls that the server answers with an error
 * @param phases when it is otherwise
 */
public record Link(
    double bytesPerSecond, long latencyNs, double jitter, double errors, List<Phase> phases) {
  /** What is otherwise in a phase. */
  public enum State {
    /** Nothing gets through. */
    DOWN,
    /** The server answers each call with an error. */
    FAILING,
    /** Latency is so many times longer. */
    SLOW,
    /** A byte sent takes so many times its energy. */
    WEAK
  }

  /**
   * A stretch of time in which the link is otherwise.
   *
   * @param everyNs how often it comes again; 0 for once
   */
  public record Phase(State state, long fromNs, long durationNs, long everyNs, double factor) {
    public Phase {
      if (fromNs < 0
          || durationNs <= 0
          || everyNs < 0
          || (everyNs > 0 && durationNs > everyNs)
          || !(factor > 0)) {
        throw new IllegalArgumentException(
            "a phase from %d ns for %d ns every %d ns, factor %s"
                .formatted(fromNs, durationNs, everyNs, factor));
      }
    }

    /** Whether it holds at {@code ns}. */
    public boolean holds(long ns) {
      if (ns < fromNs) {
        return false;
      }
      long since = everyNs > 0 ? (ns - fromNs) % everyNs : ns - fromNs;
      return since < durationNs;
    }

    /** Whether it holds all the time from {@code startNs} to {@code endNs}. */
    boolean covers(long startNs, long endNs) {
      if (!holds(startNs)) {
        return false;
      }
      long since = everyNs > 0 ? (startNs - fromNs) % everyNs : startNs - fromNs;
      return endNs <= startNs - since + durationNs;
    }
  }

  public Link {
    phases = List.copyOf(phases);
    if (!(bytesPerSecond > 0) || latencyNs < 0 || !(jitter >= 0) || !(errors >= 0)) {
      throw new IllegalArgumentException(
          "a link of %s bytes a second, latency %d ns".formatted(bytesPerSecond, latencyNs));
    }
  }

  /** The factor of a state at {@code ns}; NaN if it does not hold. */
  public double factor(State state, long ns) {
    for (Phase phase : phases) {
      if (phase.state() == state && phase.holds(ns)) {
        return phase.factor();
      }
    }
    return Double.NaN;
  }

  /** Whether a call could succeed at {@code ns}. */
  public boolean works(long ns) {
    return Double.isNaN(factor(State.DOWN, ns)) && Double.isNaN(factor(State.FAILING, ns));
  }

  /** Whether no call could succeed at any time from {@code startNs} to {@code endNs}. */
  public boolean deadThroughout(long startNs, long endNs) {
    return phases.stream()
        .anyMatch(p ->
            (p.state() == State.DOWN || p.state() == State.FAILING) && p.covers(startNs, endNs));
  }

  /** How long {@code bytes} take. */
  public long transferNs(long bytes) {
    return Math.round(bytes / bytesPerSecond * 1e9);
  }
}
