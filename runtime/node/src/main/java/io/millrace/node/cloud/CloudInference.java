package io.millrace.node.cloud;

import java.util.List;

/** Asks a server for the answer to one window. One call at a time from one thread. */
public interface CloudInference extends AutoCloseable {
  /**
   * Asks, and waits at most until the deadline, retries included.
   *
   * @param input the features of the window, row-major
   * @param deadlineNs {@link System#nanoTime()} value after which the answer is worth nothing
   */
  Result infer(float[] input, long deadlineNs) throws InterruptedException;

  /** Whether a call now has a chance: false while the circuit breaker is open. */
  boolean available();

  /** Bytes a call sends and receives, headers included; estimated until one was made. */
  TrafficEstimate traffic();

  /**
   * What a call is expected to take of a link's bytes; those that are sent, if no more is known.
   */
  default long linkBytes() {
    return traffic().sentBytes();
  }

  /** What the call that ended last took of a link's bytes, as far as is known. */
  default long linkBytes(long sentBytes, long receivedBytes) {
    return sentBytes;
  }

  @Override
  void close();

  /** Bytes of one call. */
  record TrafficEstimate(long sentBytes, long receivedBytes) {}

  /** What came of a call. */
  sealed interface Result {
    /** The outputs in the order that was asked for. */
    record Answer(List<float[]> outputs, long sentBytes, long receivedBytes) implements Result {}

    /** No answer: which failure, for people, and the bytes that it cost all the same. */
    record Failure(String reason, long sentBytes, long receivedBytes) implements Result {}
  }
}
