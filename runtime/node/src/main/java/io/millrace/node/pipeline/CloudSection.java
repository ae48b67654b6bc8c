package io.millrace.node.pipeline;

import io.millrace.node.budget.RadioPrice;
import io.millrace.node.cloud.CloudConfig;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The {@code cloud} section. */
final class CloudSection {
  private static final long DEFAULT_EXPECTED_NS = 100_000_000;

  private CloudSection() {}

  static Pipeline.Cloud read(Entry entry) throws PipelineException {
    Section s =
        entry.section(
            "server",
            "model",
            "version",
            "input",
            "outputs",
            "encoding",
            "token",
            "expected",
            "link",
            "limits");
    URI server = MqttSection.uri(s.required("server"));
    String model = s.required("model").text();
    Optional<String> version = s.optional("version", Entry::text);
    CloudConfig.Input input = input(s.required("input"));
    List<CloudConfig.Output> outputs = outputs(s.required("outputs"));
    CloudConfig.Encoding encoding =
        s.optional("encoding", "json", e -> e.word("json", "binary")).equals("binary")
            ? CloudConfig.Encoding.BINARY
            : CloudConfig.Encoding.JSON;
    var token = s.optional("token", MqttSection::secret);
    CloudConfig.Limits limits =
        s.optional("limits", CloudConfig.Limits.DEFAULT, CloudSection::limits);
    long expectedNs = s.optional("expected", DEFAULT_EXPECTED_NS, Entry::timeNs);
    CloudConfig config =
        entry.make(
            () -> new CloudConfig(server, model, version, input, outputs, encoding, token, limits));
    return new Pipeline.Cloud(config, expectedNs, s.optional("link", CloudSection::link));
  }

  /** Another model on the same server: what a plan that splits the network asks. */
  static CloudConfig tail(Entry entry, CloudConfig server) throws PipelineException {
    Section s = entry.section("model", "version", "input", "outputs");
    String model = s.required("model").text();
    Optional<String> version = s.optional("version", Entry::text);
    CloudConfig.Input input = input(s.required("input"));
    List<CloudConfig.Output> outputs = outputs(s.required("outputs"));
    return entry.make(() ->
        new CloudConfig(
            server.server(),
            model,
            version,
            input,
            outputs,
            server.encoding(),
            server.token(),
            server.limits()));
  }

  private static List<CloudConfig.Output> outputs(Entry entry) throws PipelineException {
    List<CloudConfig.Output> outputs = new ArrayList<>();
    for (Entry output : entry.list()) {
      outputs.add(output(output));
    }
    return outputs;
  }

  private static RadioPrice link(Entry entry) throws PipelineException {
    Section s =
        entry.section("wakeup", "sent-byte", "received-byte", "listening", "tail", "sending");
    double wakeupMilliJ = s.required("wakeup").quantity(Unit.ENERGY, true);
    double sentMilliJ = s.required("sent-byte").quantity(Unit.ENERGY, true);
    double receivedMilliJ = s.required("received-byte").quantity(Unit.ENERGY, true);
    double listening = s.optional("listening", 0.0, e -> e.quantity(Unit.POWER, true));
    long tailNs = s.optional("tail", 0L, Entry::timeNs);
    double sending = s.optional("sending", Double.NaN, e -> e.quantity(Unit.POWER, true));
    return entry.make(() ->
        new RadioPrice(
            Math.round(wakeupMilliJ * 1e6),
            sentMilliJ * 1e6,
            receivedMilliJ * 1e6,
            listening,
            tailNs,
            sending));
  }

  private static CloudConfig.Input input(Entry entry) throws PipelineException {
    Section s = entry.section("name", "shape", "type", "scale", "zero-point");
    String name = s.required("name").text();
    List<Long> shape = new ArrayList<>();
    for (Entry extent : s.required("shape").list()) {
      shape.add((long) extent.integer(1, 1 << 28));
    }
    CloudConfig.InputType type =
        switch (s.optional("type", "fp32", e -> e.word("fp32", "int8", "uint8"))) {
          case "int8" -> CloudConfig.InputType.INT8;
          case "uint8" -> CloudConfig.InputType.UINT8;
          default -> CloudConfig.InputType.FP32;
        };
    if (type == CloudConfig.InputType.FP32) {
      s.refuse("means nothing for fp32", "scale", "zero-point");
    } else {
      s.required("scale");
    }
    float scale = s.optional("scale", 1f, e -> (float) e.number());
    int zeroPoint = s.optional("zero-point", 0, e -> e.integer(-128, 255));
    return entry.make(() -> new CloudConfig.Input(name, shape, type, scale, zeroPoint));
  }

  private static CloudConfig.Output output(Entry entry) throws PipelineException {
    if (!entry.isMapping()) {
      String name = entry.text();
      return entry.make(() -> new CloudConfig.Output(name, OptionalInt.empty(), 1f, 0));
    }
    Section s = entry.section("name", "elements", "scale", "zero-point");
    String name = s.required("name").text();
    OptionalInt elements =
        s.optional("elements", OptionalInt.empty(), e -> OptionalInt.of(e.integer(1, 1 << 24)));
    float scale = s.optional("scale", 1f, e -> (float) e.number());
    int zeroPoint = s.optional("zero-point", 0, e -> e.integer(-128, 255));
    return entry.make(() -> new CloudConfig.Output(name, elements, scale, zeroPoint));
  }

  private static CloudConfig.Limits limits(Entry entry) throws PipelineException {
    Section s =
        entry.section(
            "connect",
            "attempt",
            "attempts",
            "backoff-min",
            "backoff-max",
            "response",
            "breaker-failures",
            "breaker-open",
            "breaker-open-max");
    CloudConfig.Limits d = CloudConfig.Limits.DEFAULT;
    int connect = s.optional("connect", d.connectTimeoutMs(), Entry::timeMs);
    int attempt = s.optional("attempt", d.attemptTimeoutMs(), Entry::timeMs);
    int attempts = s.optional("attempts", d.maxAttempts(), e -> e.integer(1, 100));
    int backoffMin = s.optional("backoff-min", d.backoffMinMs(), Entry::timeMs);
    int backoffMax = s.optional("backoff-max", d.backoffMaxMs(), Entry::timeMs);
    int response =
        s.optional(
            "response",
            d.maxResponseBytes(),
            e -> (int) Math.min(Integer.MAX_VALUE, e.quantity(Unit.SIZE, false)));
    int failures = s.optional("breaker-failures", d.breakerFailures(), e -> e.integer(1, 1000));
    int open = s.optional("breaker-open", d.breakerOpenMs(), Entry::timeMs);
    int openMax = s.optional("breaker-open-max", d.breakerOpenMaxMs(), Entry::timeMs);
    return entry.make(() ->
        new CloudConfig.Limits(
            connect, attempt, attempts, backoffMin, backoffMax, response, failures, open, openMax));
  }
}
