package io.millrace.node.mqtt;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Debian's mosquitto as a child process on the loopback address. */
public final class Mosquitto implements AutoCloseable {
  private final Process process;
  private final int port;

  /**
   * The program's path; skips the test where it is missing, and fails where none may be skipped.
   */
  public static String program(String name) {
    List<String> folders =
        Stream.concat(
                Arrays.stream(System.getenv("PATH").split(":")), Stream.of("/usr/sbin", "/sbin"))
            .toList();
    for (String folder : folders) {
      Path file = Path.of(folder, name);
      if (Files.isExecutable(file)) {
        return file.toString();
      }
    }
    String missing = name + " is not installed (Debian: mosquitto, openssl, procps)";
    if ("true".equals(System.getenv("CI"))) {
      assertTrue(false, missing);
    }
    assumeTrue(false, missing);
    throw new AssertionError(missing);
  }

  public Mosquitto(Path folder, int port, String... settings)
      throws IOException, InterruptedException {
    this.port = port;
    Path config = folder.resolve("mosquitto.conf");
    String common =
        "listener "
            + port
            + " 127.0.0.1\nuser root\npersistence true\npersistence_location "
            + folder
            + "/\nautosave_on_changes true\nautosave_interval 1\nmax_queued_messages 0\n";
    String given = settings.length == 0 ? "allow_anonymous true\n" : String.join("\n", settings);
    Files.writeString(config, common + given + "\n");
    process =
        new ProcessBuilder(program("mosquitto"), "-c", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("mosquitto.log").toFile())
            .start();
    awaitListening(folder);
  }

  private void awaitListening(Path folder) throws IOException, InterruptedException {
    for (int i = 0; i < 200; i++) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return;
      } catch (IOException notYet) {
        Thread.sleep(50);
      }
    }
    process.destroyForcibly();
    throw new IOException(Files.readString(folder.resolve("mosquitto.log")));
  }

  /** Stops or continues it without closing a connection. */
  void signal(String name) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder(program("kill"), "-" + name, Long.toString(process.pid())).start();
    assertTrue(kill.waitFor(10, TimeUnit.SECONDS) && kill.exitValue() == 0);
  }

  /** It answers nothing from now on, and closes nothing. */
  public void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** It goes on where it was frozen. */
  public void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** As a power cut: no goodbye to anyone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
