package io.millrace.ota.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.millrace.node.uplink.Uplink;
import io.millrace.ota.tuf.UntrustedException;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HttpSourceTest {
  private static final byte[] FILE = new byte[10_000];

  private final CountDownLatch over = new CountDownLatch(1);
  private HttpServer server;
  private final Uplink uplink = Uplink.counting(Clock.system());
  private HttpSource source;

  @BeforeEach
  void serve() throws Exception {
    for (int i = 0; i < FILE.length; i++) {
      FILE[i] = (byte) i;
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/site/",
        exchange -> {
          try (exchange) {
            String name = exchange.getRequestURI().getPath().substring("/site/".length());
            String range = exchange.getRequestHeaders().getFirst("Range");
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            OutputStream out = exchange.getResponseBody();
            switch (name) {
              case "ranges" -> {
                if (range != null) {
                  exchange
                      .getResponseHeaders()
                      .add("Content-Range", "bytes " + from + "-9999/10000");
                }
                exchange.sendResponseHeaders(range == null ? 200 : 206, FILE.length - from);
                out.write(FILE, from, FILE.length - from);
              }
              case "whole" -> {
                exchange.sendResponseHeaders(200, FILE.length);
                out.write(FILE);
              }
              case "wrong" -> {
                exchange.getResponseHeaders().add("Content-Range", "bytes 5-9999/10000");
                exchange.sendResponseHeaders(206, FILE.length - 5);
                out.write(FILE, 5, FILE.length - 5);
              }
              case "away" -> {
                exchange.getResponseHeaders().add("Location", "/site/whole");
                exchange.sendResponseHeaders(302, -1);
              }
              case "silent" -> {
                exchange.sendResponseHeaders(200, FILE.length);
                out.write(FILE, 0, 100);
                out.flush();
                over.await();
              }
              default -> exchange.sendResponseHeaders(name.equals("ill") ? 500 : 404, -1);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
    source =
        new HttpSource(
            URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/site"),
            Duration.ofMillis(500),
            uplink);
  }

  @AfterEach
  void stop() {
    over.countDown();
    source.close();
    server.stop(0);
  }

  private byte[] read(String path, long offset, long startsAt) throws Exception {
    try (Source.Body body = source.open(path, offset).orElseThrow()) {
      assertEquals(startsAt, body.offset());
      return body.in().readAllBytes();
    }
  }

  @Test
  void shouldReadFromAByteOnOrSayThatItStartsAnew() throws Exception {
    assertArrayEquals(FILE, read("ranges", 0, 0));
    assertArrayEquals(Arrays.copyOfRange(FILE, 7000, 10_000), read("ranges", 7000, 7000));
    assertArrayEquals(FILE, read("whole", 7000, 0));
    assertEquals(Optional.empty(), source.open("nothing", 0));
  }

  @Test
  void shouldRefuseAnotherRangeAnotherPlaceAndAnIllServer() {
    assertThrows(IOException.class, () -> source.open("wrong", 7000));
    assertTrue(
        assertThrows(IOException.class, () -> source.open("away", 0))
            .getMessage()
            .contains("redirections are not followed"));
    assertTrue(
        assertThrows(IOException.class, () -> source.open("ill", 0)).getMessage().contains("500"));
  }

  @Test
  void shouldNotWaitForASilentServerForEver() {
    IOException e = assertThrows(IOException.class, () -> read("silent", 0, 0));
    assertTrue(e.getMessage().contains("said nothing for 500 ms"), e.getMessage());
  }

  @Test
  void shouldReadNoMoreThanAllowed() throws Exception {
    assertEquals(
        UntrustedException.Reason.TOO_LARGE,
        assertThrows(UntrustedException.class, () -> source.fetch("whole", 9_999)).reason());
    assertArrayEquals(FILE, source.fetch("whole", 10_000).orElseThrow());
  }
}
