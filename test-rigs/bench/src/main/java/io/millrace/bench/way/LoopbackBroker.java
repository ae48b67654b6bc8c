package io.millrace.bench.way;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A mosquitto broker on a free port of this machine, as Debian installs it. */
final class LoopbackBroker implements AutoCloseable {
  private static final long START_NS = TimeUnit.SECONDS.toNanos(20);

  private final Process process;
  private final int port;

  private LoopbackBroker(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts one and waits until it listens.
   *
   * @throws IOException if it is not installed or does not start
   */
  static LoopbackBroker start(Path folder) throws IOException, InterruptedException {
    Path program =
        Stream.of("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/usr/bin/mosquitto")
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> new IOException("mosquitto is not installed (Debian: mosquitto)"));
    int port;
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = probe.getLocalPort();
    }
    Path settings = folder.resolve("mosquitto.conf");
    Files.writeString(settings, "listener " + port + " 127.0.0.1\nallow_anonymous true\n");
    Path log = folder.resolve("mosquitto.log");
    Process process =
        new ProcessBuilder(program.toString(), "-c", settings.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    LoopbackBroker broker = new LoopbackBroker(process, port);
    long endNs = System.nanoTime() + START_NS;
    while (!broker.listens()) {
      if (!process.isAlive() || System.nanoTime() > endNs) {
        broker.close();
        throw new IOException("mosquitto did not start: " + Files.readString(log));
      }
      Thread.sleep(20);
    }
    return broker;
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
