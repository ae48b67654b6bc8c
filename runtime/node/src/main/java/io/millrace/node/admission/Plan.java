package io.millrace.node.admission;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * One way to answer a window. A node has a ladder of them, best first.
 *
 * @param name for people
 * @param where where the answer is worked out
 * @param cost what the board works out of it: all, the front part, or nothing
 * @param addedMilliW what the processor adds to the idle board while it lasts, as modelled: its
 *     cores for a program, nothing for a call alone; the radio is known to who decides
 * @param link the way to the cloud, where it takes part
 * @param expectedCloudNs how long a call takes, until calls have shown it
 * @param sureFrom an answer whose greatest score is below is not sure; empty: all are
 * @param thenAsk index of the plan that is asked when an answer is not sure
 */
public record Plan(
    String name,
    Where where,
    LocalCost cost,
    double addedMilliW,
    Optional<Link> link,
    long expectedCloudNs,
    OptionalDouble sureFrom,
    OptionalInt thenAsk) {
  /** Where an answer is worked out. */
  public enum Where {
    BOARD,
    /** The front part on the board, the rest by the cloud. */
    SPLIT,
    CLOUD
  }

  /** The way to the cloud as it is now. */
  public interface Link {
    /** Whether a call now has a chance. */
    boolean available();

    /** Bytes that a call is expected to send. */
    long sentBytes();

    /** Bytes that it is expected to receive. */
    long receivedBytes();

    /** What a call is expected to take of a day's bytes. */
    default long dayBytes() {
      return sentBytes();
    }

    /** What the call that ended last took of a day's bytes. */
    default long dayBytes(long sentBytes, long receivedBytes) {
      return sentBytes;
    }
  }

  public Plan {
    Objects.requireNonNull(name);
    Objects.requireNonNull(cost);
    if ((where == Where.BOARD) != link.isEmpty()) {
      throw new IllegalArgumentException(
          "plan " + name + ": a link belongs to plans that ask the cloud, and to no others");
    }
    if (sureFrom.isPresent() != thenAsk.isPresent()) {
      throw new IllegalArgumentException(
          "plan " + name + ": who is asked when it is not sure, and when that is, go together");
    }
    if (expectedCloudNs < 0 || !(addedMilliW >= 0)) {
      throw new IllegalArgumentException(
          "plan %s takes %d ns by the cloud and adds %s mW: neither may be negative"
              .formatted(name, expectedCloudNs, addedMilliW));
    }
  }

  /** An answer by the board alone. */
  public static Plan board(String name, LocalCost cost, double addedMilliW) {
    return new Plan(
        name,
        Where.BOARD,
        cost,
        addedMilliW,
        Optional.empty(),
        0,
        OptionalDouble.empty(),
        OptionalInt.empty());
  }

  /** An answer by the cloud alone. */
  public static Plan cloud(String name, Link link, double addedMilliW, long expectedNs) {
    return new Plan(
        name,
        Where.CLOUD,
        new LocalCost(0, 0),
        addedMilliW,
        Optional.of(link),
        expectedNs,
        OptionalDouble.empty(),
        OptionalInt.empty());
  }

  /** The same, and another plan is asked when its answer is not sure. */
  public Plan unsureBelow(double score, int ask) {
    return new Plan(
        name,
        where,
        cost,
        addedMilliW,
        link,
        expectedCloudNs,
        OptionalDouble.of(score),
        OptionalInt.of(ask));
  }
}
