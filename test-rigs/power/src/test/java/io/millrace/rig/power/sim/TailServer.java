package io.millrace.rig.power.sim;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.engine.Executor;
import io.millrace.program.BadProgramException;
import io.millrace.program.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A server of one model behind the Open Inference Protocol v2 with its binary extension: works the
 * rest of a network out from its INT8 activation.
 */
final class TailServer implements AutoCloseable {
  private static final String JSON_LENGTH = "Inference-Header-Content-Length";

  private final String model;
  private final HttpServer server;
  private final Executor executor;
  private int answered;

  @SuppressWarnings("MustBeClosedChecker") // closed with this
  TailServer(String model, Program tail) throws IOException, BadProgramException {
    this.model = model;
    executor = Executor.load(tail);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v2/models/" + model + "/infer", this::answer);
    server.start();
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    int json = Integer.parseInt(exchange.getRequestHeaders().getFirst(JSON_LENGTH));
    byte[] activation = Arrays.copyOfRange(body, json, body.length);
    MemorySegment.copy(
        MemorySegment.ofArray(activation), 0, executor.input(0), 0, activation.length);
    executor.run();
    byte[] scores = executor.output(0).toArray(ValueLayout.JAVA_BYTE);
    byte[] head =
        """
        {"model_name":"%s","outputs":[{"name":"classes","datatype":"FP32","shape":[1,%d],\
        "parameters":{"binary_data_size":%d}}]}\
        """
            .formatted(model, scores.length / Float.BYTES, scores.length)
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set(JSON_LENGTH, Integer.toString(head.length));
    exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
    exchange.sendResponseHeaders(200, head.length + scores.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(head);
      out.write(scores);
    }
    answered++;
  }

  String uri() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  synchronized int answered() {
    return answered;
  }

  @Override
  public void close() {
    server.stop(0);
    executor.close();
  }
}
