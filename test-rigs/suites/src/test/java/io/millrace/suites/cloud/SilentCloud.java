package io.millrace.suites.cloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Accepts connections and reads what comes; says nothing, or hangs up at once. */
final class SilentCloud implements FaultyCloud {
  private final ServerSocket server;
  private final boolean hangsUp;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private SilentCloud(boolean hangsUp) throws IOException {
    this.hangsUp = hangsUp;
    server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  static SilentCloud blackhole() throws IOException {
    return new SilentCloud(false);
  }

  static SilentCloud hangingUp() throws IOException {
    return new SilentCloud(true);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> swallow(socket));
      }
    } catch (IOException closed) {
      // the end
    }
  }

  private void swallow(Socket socket) {
    try (socket) {
      if (!hangsUp) {
        socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
      }
    } catch (IOException gone) {
      // the other side has closed it, as it should
    } finally {
      open.remove(socket);
    }
  }

  /** Connections that the other side has not closed. */
  int connections() {
    return open.size();
  }

  @Override
  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
