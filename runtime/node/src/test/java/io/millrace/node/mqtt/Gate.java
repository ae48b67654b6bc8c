package io.millrace.node.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Passes connections on to a broker, from the moment at which it is made: so that a test's receiver
 * is there before the node's messages can be.
 */
final class Gate implements AutoCloseable {
  private final AtomicLong bytes = new AtomicLong();
  private final ServerSocket listening;
  private final int target;

  Gate(int port, int target) throws IOException {
    this.target = target;
    listening = new ServerSocket();
    listening.setReuseAddress(true);
    listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    Thread.ofVirtual().start(this::acceptAll);
  }

  static URI uri(int port) {
    return URI.create("tcp://127.0.0.1:" + port);
  }

  private void acceptAll() {
    try {
      while (true) {
        Socket near = listening.accept();
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
        Thread.ofVirtual().start(() -> pass(near, far, bytes));
        Thread.ofVirtual().start(() -> pass(far, near, bytes));
      }
    } catch (IOException closed) {
      // the gate is closed, or nobody is behind it
    }
  }

  /** Bytes that passed in either direction. */
  long bytes() {
    return bytes.get();
  }

  private static void pass(Socket from, Socket to, AtomicLong bytes) {
    byte[] part = new byte[8192];
    try (from;
        to;
        InputStream in = from.getInputStream()) {
      for (int read = in.read(part); read >= 0; read = in.read(part)) {
        bytes.addAndGet(read);
        to.getOutputStream().write(part, 0, read);
      }
    } catch (IOException gone) {
      // one end left: both are closed
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
