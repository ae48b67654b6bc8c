package io.millrace.node.mqtt;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Consumer;

/**
 * Handlers by topic, and the thread that calls them: a handler that takes its time, or publishes,
 * stops neither the client library nor delivery.
 */
final class Commands {
  static final int MAX_MESSAGE_BYTES = 64 * 1024;
  static final int MAX_WAITING = 16;

  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  private record Arrived(String topic, byte[] message) {}

  /** Who is called; whether what is retained is old news or a mistake. */
  private record Handler(Consumer<byte[]> call, boolean news) {}

  private final Map<String, Handler> handlers = new LinkedHashMap<>();
  private final ArrayBlockingQueue<Arrived> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final Consumer<? super Exception> errors;
  private Thread thread;

  /**
   * No handlers yet.
   *
   * @param errors called from several threads, must not block
   */
  Commands(Consumer<? super Exception> errors) {
    this.errors = errors;
  }

  void on(String topic, Consumer<byte[]> handler) {
    put(topic, new Handler(handler, false));
  }

  void onNews(String topic, Consumer<byte[]> handler) {
    put(topic, new Handler(handler, true));
  }

  private synchronized void put(String topic, Handler handler) {
    Topics.requireTopic(topic);
    handlers.put(topic, handler);
    if (thread == null) {
      thread = Thread.ofPlatform().daemon().name("mqtt-commands").start(this::callAll);
    }
  }

  synchronized List<String> topics() {
    return List.copyOf(handlers.keySet());
  }

  void arrived(String topic, byte[] message, boolean retained) {
    String why = "";
    if (retained && isNews(topic)) {
      return;
    } else if (retained) {
      why = "it is retained, and would come again at each connect; send commands without that";
    } else if (message.length > MAX_MESSAGE_BYTES) {
      why = "it has " + message.length + " bytes, at most " + MAX_MESSAGE_BYTES + " are taken";
    } else if (!waiting.offer(new Arrived(topic, message))) {
      why = MAX_WAITING + " commands wait already";
    }
    if (!why.isEmpty()) {
      errors.accept(new IOException("command on " + topic + " dropped: " + why));
    }
  }

  private synchronized boolean isNews(String topic) {
    Handler handler = handlers.get(topic);
    return handler != null && handler.news();
  }

  private void callAll() {
    try {
      while (true) {
        Arrived next = waiting.take();
        call(next);
      }
    } catch (InterruptedException e) {
      // the sink is closed
    }
  }

  private void call(Arrived command) {
    Handler handler;
    synchronized (this) {
      handler = handlers.get(command.topic());
    }
    if (handler == null) {
      return;
    }
    try {
      handler.call().accept(command.message());
    } catch (RuntimeException e) {
      errors.accept(new IOException("command on " + command.topic() + " failed: " + e, e));
    }
  }

  /** Ends the thread; what waits is not carried out. */
  synchronized void end() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
