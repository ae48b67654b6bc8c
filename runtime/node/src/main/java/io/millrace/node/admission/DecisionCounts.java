package io.millrace.node.admission;

import io.millrace.node.budget.Limit;
import java.util.EnumMap;

/** How often each decision was made, and which limit made it. */
public final class DecisionCounts {
  /** The kinds of decisions. */
  public enum Kind {
    RUN_LOCAL,
    OFFLOAD,
    DEFER,
    DROP;

    /** The kind of {@code decision}. */
    public static Kind of(Decision decision) {
      return switch (decision) {
        case Decision.RunLocal r -> RUN_LOCAL;
        case Decision.Offload o -> OFFLOAD;
        case Decision.Defer d -> DEFER;
        case Decision.Drop d -> DROP;
      };
    }
  }

  private final EnumMap<Kind, EnumMap<Limit, long[]>> counts = new EnumMap<>(Kind.class);

  DecisionCounts() {
    for (Kind kind : Kind.values()) {
      EnumMap<Limit, long[]> ofKind = new EnumMap<>(Limit.class);
      for (Limit limit : Limit.values()) {
        ofKind.put(limit, new long[1]);
      }
      counts.put(kind, ofKind);
    }
  }

  void count(Kind kind, Limit limit) {
    counts.get(kind).get(limit)[0]++;
  }

  /** Decisions of this kind. */
  public long of(Kind kind) {
    return counts.get(kind).values().stream().mapToLong(n -> n[0]).sum();
  }

  /** Decisions of this kind that this limit made. */
  public long of(Kind kind, Limit limit) {
    return counts.get(kind).get(limit)[0];
  }

  /** The counts as they are now. */
  public DecisionCounts copy() {
    DecisionCounts copy = new DecisionCounts();
    for (Kind kind : Kind.values()) {
      for (Limit limit : Limit.values()) {
        copy.counts.get(kind).get(limit)[0] = of(kind, limit);
      }
    }
    return copy;
  }
}
