package io.millrace.suites.cloud;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** An HTTP server that does as it is told with each request. */
final class ScriptedCloud implements FaultyCloud {
  /** What the echo's first value becomes here when it is a bang: whoever answers can be told. */
  static final double BANG = 0.95;

  private static final Pattern DATA = Pattern.compile("\"data\"\\s*:\\s*\\[([^]]*)]");

  /** What to do with a request. */
  interface Script {
    void answer(HttpExchange exchange, String body) throws IOException, InterruptedException;
  }

  private final HttpServer server;
  private final String scheme;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger asked = new AtomicInteger();

  private ScriptedCloud(HttpServer server, String scheme, Script script) {
    this.server = server;
    this.scheme = scheme;
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
          asked.incrementAndGet();
          try (exchange) {
            script.answer(exchange, body);
          } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
  }

  static ScriptedCloud of(Script script) throws IOException {
    return new ScriptedCloud(HttpServer.create(loopback(), 0), "http", script);
  }

  static ScriptedCloud withTls(SSLContext tls, Script script) throws IOException {
    HttpsServer server = HttpsServer.create(loopback(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return new ScriptedCloud(server, "https", script);
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  // --- scripts -----------------------------------------------------------------------------------

  /** The right answer, but for the bang. */
  static void healthy(HttpExchange exchange, String body) throws IOException {
    Matcher data = DATA.matcher(body);
    if (!data.find()) {
      throw new IOException("no data in " + body);
    }
    String[] values = data.group(1).split(",", -1);
    values[0] = Double.parseDouble(values[0]) >= 1 ? Double.toString(BANG) : values[0];
    output(exchange, "[1,4]", String.join(",", values));
  }

  /** One output with that text for shape and data. */
  static void output(HttpExchange exchange, String shape, String data) throws IOException {
    send(
        exchange,
        200,
        "application/json",
        "{\"outputs\":[{\"name\":\"out\",\"datatype\":\"FP32\",\"shape\":%s,\"data\":[%s]}]}"
            .formatted(shape, data));
  }

  static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  /** A body without end; {@code pauseMs} between its pieces. */
  static void endless(HttpExchange exchange, int piece, long pauseMs)
      throws IOException, InterruptedException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    byte[] spaces = " ".repeat(piece).getBytes(StandardCharsets.US_ASCII);
    try (OutputStream out = exchange.getResponseBody()) {
      while (true) {
        out.write(spaces);
        out.flush();
        if (pauseMs > 0) {
          Thread.sleep(pauseMs);
        }
      }
    }
  }

  /** Requests so far. */
  int asked() {
    return asked.get();
  }

  @Override
  public URI uri() {
    return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
