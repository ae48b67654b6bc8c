package io.millrace.node.admission;

import io.millrace.node.budget.BudgetSettings;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What a node's answers may take.
 *
 * @param budgets energy, heat, bytes
 * @param deadlineNs time from the moment a window is whole until its answer; {@link #NO_DEADLINE}
 *     for none
 * @param maxDeferred how many windows may wait
 * @param memoryBytes arenas and weights of all programs of the ladder together; empty for no limit
 */
public record AdmissionSettings(
    BudgetSettings budgets, long deadlineNs, int maxDeferred, OptionalLong memoryBytes) {
  /** A deadline beyond all others: a hundred and forty-six years. */
  public static final long NO_DEADLINE = 1L << 62;

  /** No limit at all. */
  public static final AdmissionSettings UNLIMITED =
      new AdmissionSettings(BudgetSettings.UNLIMITED, NO_DEADLINE, 0);

  /** Without a limit of memory. */
  public AdmissionSettings(BudgetSettings budgets, long deadlineNs, int maxDeferred) {
    this(budgets, deadlineNs, maxDeferred, OptionalLong.empty());
  }

  public AdmissionSettings {
    Objects.requireNonNull(memoryBytes);
    Objects.requireNonNull(budgets);
    if (deadlineNs < 1 || deadlineNs > NO_DEADLINE) {
      throw new IllegalArgumentException("deadline of " + deadlineNs + " ns is not above 0");
    }
    if (maxDeferred < 0 || maxDeferred > 100_000) {
      throw new IllegalArgumentException(
          maxDeferred + " waiting windows are not within 0 to 100000");
    }
  }
}
