package io.millrace.node.mqtt;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;

/** What mosquitto_sub receives, to the byte. */
public final class MosquittoCapture implements AutoCloseable {
  /** A message; {@code retained} if it was there before. */
  @SuppressWarnings("ArrayRecordComponent") // read only
  public record Captured(String topic, int qos, boolean retained, byte[] payload) {}

  private final Process process;
  private final List<Captured> messages = new ArrayList<>();
  private int subscriptions;

  public MosquittoCapture(int port) throws IOException, InterruptedException {
    process =
        new ProcessBuilder(
                Mosquitto.program("stdbuf"), // into a pipe it writes its lines late otherwise
                "-oL",
                Mosquitto.program("mosquitto_sub"),
                "-h",
                "127.0.0.1",
                "-p",
                Integer.toString(port),
                "-t",
                "#",
                "-q",
                "1",
                "-d",
                "-F",
                "MESSAGE|%t|%q|%r|%x")
            .redirectErrorStream(true)
            .start();
    Thread.ofVirtual().start(this::readAll);
    awaitSubscription(1);
  }

  private void readAll() {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (this) {
          if (line.startsWith("MESSAGE|")) {
            String[] cells = line.split("\\|", -1);
            messages.add(
                new Captured(
                    cells[1],
                    Integer.parseInt(cells[2]),
                    cells[3].equals("1"),
                    HexFormat.of().parseHex(cells[4])));
          } else if (line.startsWith("Subscribed")) {
            subscriptions++;
          }
          notifyAll();
        }
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  /** It comes back by itself when the broker does. */
  public synchronized void awaitSubscription(int count) throws InterruptedException {
    long endNs = System.nanoTime() + 20_000_000_000L;
    while (subscriptions < count && System.nanoTime() < endNs) {
      wait(50);
    }
  }

  public synchronized List<Captured> messages() {
    return List.copyOf(messages);
  }

  /** Those of one topic, in order. */
  public List<Captured> on(String topic) {
    return messages().stream().filter(m -> m.topic().equals(topic)).toList();
  }

  /** Waits until the messages are as wanted; the caller's assertion tells what is missing. */
  public synchronized void await(Predicate<MosquittoCapture> wanted) throws InterruptedException {
    long endNs = System.nanoTime() + 20_000_000_000L;
    while (!wanted.test(this) && System.nanoTime() < endNs) {
      wait(50);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
