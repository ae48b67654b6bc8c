package io.millrace.ota.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.millrace.node.budget.UplinkLimit;
import io.millrace.node.uplink.Sender;
import io.millrace.node.uplink.Unmetered;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HttpSourceTest {
  private static final byte[] FILE = new byte[10_000];

  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer server;
  private final Uplink uplink = Unmetered.uplink(Clock.system());
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
          asked.incrementAndGet();
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
  void shouldCountWhatTravelsAndAskNothingOnceTheDayIsUsedUp() throws Exception {
    assertArrayEquals(FILE, read("whole", 0, 0));
    long once = uplink.sent(Sender.UPDATES);
    assertTrue(once > FILE.length + 500, "body, headers, connection, packets: " + once);
    Optional<UplinkLimit> limit = Optional.of(new UplinkLimit(once + 1_000, 0, Optional.empty()));
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/site");
    try (Uplink metered = Uplink.open(limit, Clock.system(), e -> {});
        HttpSource poor = new HttpSource(address, Duration.ofMillis(500), metered)) {
      UplinkAllowance allowance = new UplinkAllowance(metered);
      assertTrue(allowance.ask(10_000, 0) instanceof Allowance.Answer.Go);
      assertArrayEquals(FILE, poor.fetch("whole", 10_000).orElseThrow());
      assertTrue(allowance.ask(10_000, 0) instanceof Allowance.Answer.Stop);
      long used = metered.usedToday().orElseThrow();
      IOException e = assertThrows(IOException.class, () -> poor.open("whole", 0));
      assertTrue(e.getMessage().contains("bytes of this day left"), e.getMessage());
      assertEquals(used, metered.usedToday().orElseThrow());
      assertEquals(2, asked.get(), "the server was not asked");
    }
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
