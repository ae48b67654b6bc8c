package io.millrace.rig.power.sim;

import io.millrace.node.cloud.CloudConfig;
import io.millrace.node.cloud.CloudInference;
import io.millrace.rig.power.world.Link;
import io.millrace.rig.power.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A server at the other end of a link that is at times slow, down or answers with errors, asked by
 * a client with the settings of the pipeline: attempts, pauses between them, circuit breaker.
 */
final class SimulatedCloud implements CloudInference {
  /** Headers in either direction, as the real client reckons before its first call. */
  private static final int HEADER_BYTES = 350;

  private static final int JSON_BYTES_PER_VALUE = 12;
  private static final int OUTPUT_BYTES = 400;

  /** Three attempts at a TCP handshake. */
  private static final int KNOCKING_BYTES = 180;

  private static final int ERROR_BYTES = 250;

  private final CloudConfig config;
  private final int outputElements;
  private final World world;
  private final Link link;
  private final SplittableRandom random;
  private int failures;
  private long openNs;
  private long closedFromNs = Long.MIN_VALUE;

  SimulatedCloud(CloudConfig config, int outputElements, World world, Link link, long seed) {
    this.config = config;
    this.outputElements = outputElements;
    this.world = world;
    this.link = link;
    random = new SplittableRandom(seed);
    openNs = config.limits().breakerOpenMs() * 1_000_000L;
  }

  /** Bytes that a call of {@code config} sends. */
  static long sentBytes(CloudConfig config) {
    boolean json = config.encoding() == CloudConfig.Encoding.JSON;
    int perValue =
        json ? JSON_BYTES_PER_VALUE : config.input().type() == CloudConfig.InputType.FP32 ? 4 : 1;
    return HEADER_BYTES + 200L + (long) perValue * config.input().elements();
  }

  /** Bytes that an answer brings. */
  static long receivedBytes() {
    return HEADER_BYTES + OUTPUT_BYTES;
  }

  @Override
  public boolean available() {
    return world.nanoTime() >= closedFromNs;
  }

  @Override
  public TrafficEstimate traffic() {
    return new TrafficEstimate(sentBytes(config), receivedBytes());
  }

  @Override
  public Result infer(float[] input, long deadlineNs) {
    if (!available()) {
      return new Result.Failure("circuit breaker is open", 0, 0);
    }
    long sent = 0;
    long received = 0;
    String why = "the deadline was over before the call began";
    for (int attempt = 0; attempt < config.limits().maxAttempts(); attempt++) {
      if (attempt > 0) {
        world.listen((config.limits().backoffMinMs() * 1_000_000L) << Math.min(attempt - 1, 10));
      }
      if (world.nanoTime() >= deadlineNs) {
        break;
      }
      Attempt a = attempt(deadlineNs);
      sent += a.sent;
      received += a.received;
      why = a.problem;
      if (why.isEmpty()) {
        failures = 0;
        openNs = config.limits().breakerOpenMs() * 1_000_000L;
        return new Result.Answer(answer(), sent, received);
      }
    }
    failed();
    return new Result.Failure(why, sent, received);
  }

  private record Attempt(long sent, long received, String problem) {}

  private Attempt attempt(long deadlineNs) {
    world.wakeRadio();
    long now = world.nanoTime();
    long patience =
        Math.max(0, Math.min(deadlineNs - now, config.limits().attemptTimeoutMs() * 1_000_000L));
    double weak = link.factor(Link.State.WEAK, now);
    double energy = Double.isNaN(weak) ? 1 : weak;
    if (!Double.isNaN(link.factor(Link.State.DOWN, now))) {
      world.send(KNOCKING_BYTES, link.transferNs(KNOCKING_BYTES), energy);
      world.listen(Math.min(patience, config.limits().connectTimeoutMs() * 1_000_000L));
      return new Attempt(KNOCKING_BYTES, 0, "no connection");
    }
    long bytes = sentBytes(config);
    world.send(bytes, link.transferNs(bytes), energy);
    double slow = link.factor(Link.State.SLOW, now);
    double stretch = 1 + link.jitter() * (2 * random.nextDouble() - 1);
    long latency =
        Math.round(link.latencyNs() * stretch * (Double.isNaN(slow) ? 1 : slow))
            + link.transferNs(receivedBytes());
    long left = Math.max(0, patience - (world.nanoTime() - now));
    if (latency > left) {
      world.listen(left);
      return new Attempt(bytes, 0, "no answer in time");
    }
    boolean error =
        random.nextDouble() < link.errors() || !Double.isNaN(link.factor(Link.State.FAILING, now));
    long back = error ? ERROR_BYTES : receivedBytes();
    world.listen(latency - link.transferNs(receivedBytes()));
    world.receive(back, link.transferNs(back));
    return new Attempt(bytes, back, error ? "the server says 500" : "");
  }

  private void failed() {
    if (++failures >= config.limits().breakerFailures()) {
      closedFromNs = world.nanoTime() + openNs;
      openNs = Math.min(2 * openNs, config.limits().breakerOpenMaxMs() * 1_000_000L);
    }
  }

  private List<float[]> answer() {
    List<float[]> outputs = new ArrayList<>();
    float[] scores = new float[outputElements];
    scores[0] = 1;
    outputs.add(scores);
    return outputs;
  }

  @Override
  public void close() {}
}
