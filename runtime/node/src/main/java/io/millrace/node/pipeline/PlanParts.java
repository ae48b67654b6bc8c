package io.millrace.node.pipeline;

import io.millrace.node.admission.Plan;
import io.millrace.node.cloud.CloudInference;
import java.io.Closeable;
import java.io.IOException;

/**
 * What carries a plan out. For one thread.
 *
 * @param board what the board works out: all of it, the front part, or nothing (null)
 * @param cloud who works out the rest, or nobody (null)
 * @param owned whether closing this closes {@code board}
 */
record PlanParts(Answering board, CloudInference cloud, boolean owned) implements Closeable {
  /** The way to the cloud as admission sees it. */
  static Plan.Link link(CloudInference cloud) {
    return new Plan.Link() {
      @Override
      public boolean available() {
        return cloud.available();
      }

      @Override
      public long sentBytes() {
        return cloud.traffic().sentBytes();
      }

      @Override
      public long receivedBytes() {
        return cloud.traffic().receivedBytes();
      }

      @Override
      public long dayBytes() {
        return cloud.linkBytes();
      }

      @Override
      public long dayBytes(long sentBytes, long receivedBytes) {
        return cloud.linkBytes(sentBytes, receivedBytes);
      }
    };
  }

  @Override
  public void close() throws IOException {
    try {
      if (cloud != null) {
        cloud.close();
      }
    } finally {
      if (owned && board != null) {
        board.close();
      }
    }
  }
}
