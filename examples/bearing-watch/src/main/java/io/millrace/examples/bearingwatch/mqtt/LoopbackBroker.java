package io.millrace.examples.bearingwatch.mqtt;

import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.MemoryConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;

/** Moquette on a free port of the loopback interface. It keeps nothing on disk. */
public final class LoopbackBroker implements AutoCloseable {
  private static final long PORT_MS = 10_000;

  private final Server server = new Server();

  /**
   * Starts the broker.
   *
   * @param folder where it may put what it insists on keeping
   */
  public LoopbackBroker(Path folder) throws IOException {
    Properties properties = new Properties();
    properties.setProperty(IConfig.HOST_PROPERTY_NAME, "127.0.0.1");
    properties.setProperty(IConfig.PORT_PROPERTY_NAME, "0");
    properties.setProperty(IConfig.ALLOW_ANONYMOUS_PROPERTY_NAME, "true");
    properties.setProperty(IConfig.ENABLE_TELEMETRY_NAME, "false");
    properties.setProperty(IConfig.PERSISTENCE_ENABLED_PROPERTY_NAME, "false");
    properties.setProperty(IConfig.DATA_PATH_PROPERTY_NAME, folder.toString());
    server.startServer(new MemoryConfig(properties));
    awaitPort();
  }

  /** Moquette notes the port on a thread of its own, which may come after the start returns. */
  private void awaitPort() throws IOException {
    long endNs = System.nanoTime() + PORT_MS * 1_000_000;
    while (server.getPort() == 0) {
      if (System.nanoTime() > endNs) {
        server.stopServer();
        throw new IOException("the broker has no port after " + PORT_MS + " ms");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Where clients connect. */
  public URI uri() {
    return URI.create("tcp://127.0.0.1:" + server.getPort());
  }

  @Override
  public void close() {
    server.stopServer();
  }
}
