package io.millrace.node.mqtt;

import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * Finds a message that makes the broker end the connection, for example because it is larger than
 * the broker allows: it must not keep all others waiting for ever. After a loss with messages in
 * flight, the next connection sends that many one at a time, behind an acknowledged birth message.
 * What is alone in flight at {@value #LOSSES} such losses in a row is given up; a broken network
 * hits a message that is alone so often in a row hardly ever.
 */
final class Suspicion {
  static final int LOSSES = 5;

  /** What may be in flight at most, and all kept states. */
  private static final int MOST_ALONE = 1000 + KeptStates.MAX_TOPICS;

  private final IntSupplier keptTopics;
  private String suspect = "";
  private int losses;
  private int aloneLeft;

  /**
   * Suspects nothing yet.
   *
   * @param keptTopics how many states are kept now
   */
  Suspicion(IntSupplier keptTopics) {
    this.keptTopics = keptTopics;
  }

  /** Whether messages are to be sent one at a time. */
  boolean sendsAlone() {
    return aloneLeft > 0;
  }

  /** A message was acknowledged. */
  void cleared() {
    aloneLeft = Math.max(0, aloneLeft - 1);
  }

  /**
   * The connection was lost.
   *
   * @param inFlight what was sent and not acknowledged, the birth message not counted
   * @param birthAcknowledged whether the broker had taken anything at all
   * @return the message to give up, if it is time
   */
  Optional<String> lost(List<String> inFlight, boolean birthAcknowledged) {
    if (inFlight.isEmpty()) {
      return Optional.empty();
    }
    boolean wasAlone = sendsAlone() && inFlight.size() == 1;
    // kept states come first at each connect, and must not use up what the suspects need
    aloneLeft = Math.max(aloneLeft, inFlight.size()) + keptTopics.getAsInt();
    aloneLeft = Math.min(aloneLeft, MOST_ALONE);
    if (!wasAlone || !birthAcknowledged) {
      return Optional.empty();
    }
    String only = inFlight.getFirst();
    losses = only.equals(suspect) ? losses + 1 : 1;
    suspect = only;
    if (losses < LOSSES) {
      return Optional.empty();
    }
    losses = 0;
    return Optional.of(only);
  }
}
