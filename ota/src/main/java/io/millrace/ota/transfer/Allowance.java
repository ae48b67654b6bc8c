package io.millrace.ota.transfer;

/** Who is asked before bytes are fetched. */
@FunctionalInterface
public interface Allowance {
  /** Everything, at once. */
  Allowance UNLIMITED = (bytes, waitedNs) -> Answer.GO;

  /** What is answered. */
  sealed interface Answer {
    /** Fetch them; they are counted. */
    Answer GO = new Go();

    /** They may be fetched, and are counted already. */
    record Go() implements Answer {}

    /** Ask again after a while. */
    record Wait(long forNs, String why) implements Answer {}

    /** Not in the near future: give up for now. */
    record Stop(String why) implements Answer {}
  }

  /**
   * Asks for {@code bytes} more.
   *
   * @param waitedNs how long this question has waited already
   */
  Answer ask(int bytes, long waitedNs) throws java.io.IOException;

  /** Both must agree; the one that counts for good is asked last. */
  default Allowance and(Allowance other) {
    return (bytes, waitedNs) -> {
      Answer first = ask(bytes, waitedNs);
      return first instanceof Answer.Go ? other.ask(bytes, waitedNs) : first;
    };
  }
}
