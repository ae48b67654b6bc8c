package io.millrace.node.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.device.DeviceProfile;
import io.millrace.engine.Executor;
import io.millrace.node.alert.Alert;
import io.millrace.node.alert.AlertSink;
import io.millrace.node.rule.Answer;
import io.millrace.sensors.clock.VirtualClock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A front end that goes on over the stream, in a node that does not answer every window. */
@Timeout(60)
class FrontEndNodeTest {
  private static final int RATE_HZ = 16_000;

  @TempDir Path folder;

  /** Noise that swells and fades, 16 bit PCM of one channel. */
  private void recording(int seconds) throws Exception {
    int samples = seconds * RATE_HZ;
    ByteBuffer wav = ByteBuffer.allocate(44 + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
    wav.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + 2 * samples);
    wav.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    wav.putShort((short) 1).putShort((short) 1).putInt(RATE_HZ).putInt(2 * RATE_HZ);
    wav.putShort((short) 2).putShort((short) 16);
    wav.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(2 * samples);
    Random random = new Random(1);
    for (int i = 0; i < samples; i++) {
      double loud = 3000 * (1.1 + Math.sin(2 * Math.PI * i / (0.37 * RATE_HZ)));
      wav.putShort((short) Math.clamp(random.nextGaussian() * loud, -32768, 32767));
    }
    Files.write(folder.resolve("in.wav"), wav.array());
  }

  private Pipeline pipeline(String budget) throws Exception {
    recording(4);
    Programs.echo(folder.resolve("echo.mill"), 1_000_000, 10_000_000);
    return PipelineFile.parse(
        """
        node: n1
        board: rpi4b
        sensor: {replay: in.wav}
        window: {length: 20 ms, hop: 20 ms}
        features: [micro-speech: {frame: 10 ms, hop: 10 ms, bands: 2, scale: stored}]
        model: {file: echo.mill, labels: [a, b, c, d]}
        rules: [{name: a, classes: [a], on: 0.9, off: 0.5}]
        """
            + budget,
        folder.resolve("p.yaml"));
  }

  private Map<Long, float[]> features(Pipeline pipeline) throws Exception {
    Map<Long, float[]> all = new HashMap<>();
    AlertSink sink =
        new AlertSink() {
          @Override
          public void accept(Alert alert) {
            // nobody is told
          }

          @Override
          public void close() {
            // nothing is open
          }
        };
    NodeListener listener =
        new NodeListener() {
          @Override
          public void answered(Answer answer, long latencyNs) {
            all.put(answer.windowIndex(), answer.features().clone());
          }
        };
    try (Node node =
        Node.open(
            pipeline,
            new Node.Parts(
                new VirtualClock(0, 0),
                ModelLoader.mill(),
                Executor::load,
                sink,
                Node.CloudOpener.NONE,
                listener,
                e -> {
                  throw new AssertionError(e);
                }))) {
      node.run();
    }
    return all;
  }

  /** What a window is answered by does not depend on which windows were dropped before it. */
  @Test
  void shouldHearWindowsThatTheBudgetDrops() throws Exception {
    Map<Long, float[]> all = features(pipeline(""));
    assertEquals(200, all.size());
    double idle = pipeline("").board().value(DeviceProfile.Key.IDLE_MILLIW);
    String budget = "budget: {power: " + (idle + 40) + " mW, over: 1 s, waiting: 0}\n";
    Map<Long, float[]> few = features(pipeline(budget));
    assertTrue(few.size() > 8 && few.size() < 30, few.size() + " windows answered");
    few.forEach((index, features) -> assertArrayEquals(all.get(index), features, "at " + index));
  }

  /** Nor on how long it waited. */
  @Test
  void shouldKeepFramesForWindowsThatWait() throws Exception {
    Map<Long, float[]> all = features(pipeline(""));
    double idle = pipeline("").board().value(DeviceProfile.Key.IDLE_MILLIW);
    String budget = "budget: {power: " + (idle + 40) + " mW, over: 1 s, waiting: 60}\n";
    Map<Long, float[]> few = features(pipeline(budget));
    assertTrue(few.size() > 8 && few.size() < 100, few.size() + " windows answered");
    few.forEach((index, features) -> assertArrayEquals(all.get(index), features, "at " + index));
  }
}
