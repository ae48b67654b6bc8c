package io.millrace.examples.kit;

import io.millrace.examples.bearingwatch.mqtt.AlertSubscriber;
import io.millrace.examples.bearingwatch.mqtt.LoopbackBroker;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A broker on the loopback interface, and somebody at a desk who is told of every alert. */
public final class Desk implements AutoCloseable {
  /**
   * An alert, as it came out of the broker.
   *
   * @param state {@code raised} or {@code cleared}
   * @param windowIndex the window's number, from 0
   */
  public record Received(String label, String state, double score, long windowIndex) {
    /** Whether a condition began. */
    public boolean raised() {
      return state.equals("raised");
    }
  }

  private final LoopbackBroker broker;
  private final AlertSubscriber subscriber;
  private final List<Received> received = new ArrayList<>();

  /**
   * Starts the broker and listens.
   *
   * @param topic a filter, such as {@code millrace/hall/alert/#}
   * @param watcher is told of each alert as it arrives, on a thread of the client
   */
  public static Desk open(Path folder, String topic, Consumer<Received> watcher)
      throws IOException {
    return new Desk(folder, topic, watcher);
  }

  @SuppressWarnings("this-escape") // the class is final
  private Desk(Path folder, String topic, Consumer<Received> watcher) throws IOException {
    broker = new LoopbackBroker(folder);
    boolean built = false;
    try {
      subscriber =
          AlertSubscriber.subscribe(
              broker.uri(),
              topic,
              message -> {
                Received alert = received(message);
                watcher.accept(alert);
                add(alert);
              });
      built = true;
    } finally {
      if (!built) {
        broker.close();
      }
    }
  }

  private static Received received(Map<String, Object> message) {
    Map<?, ?> window = (Map<?, ?>) message.get("window");
    return new Received(
        (String) message.get("label"),
        (String) message.get("state"),
        ((Number) message.get("score")).doubleValue(),
        ((Number) window.get("index")).longValue());
  }

  private synchronized void add(Received alert) {
    received.add(alert);
    notifyAll();
  }

  /** Where nodes connect. */
  public URI uri() {
    return broker.uri();
  }

  /**
   * What has arrived, in its order, once that is {@code count} alerts or {@code timeoutMs} have
   * gone by.
   */
  public synchronized List<Received> await(long count, long timeoutMs) throws InterruptedException {
    long endNs = System.nanoTime() + timeoutMs * 1_000_000;
    long leftMs = timeoutMs;
    while (received.size() < count && leftMs > 0) {
      wait(leftMs);
      leftMs = (endNs - System.nanoTime()) / 1_000_000;
    }
    return List.copyOf(received);
  }

  @Override
  public void close() throws IOException {
    try (broker) {
      subscriber.close();
    }
  }
}
