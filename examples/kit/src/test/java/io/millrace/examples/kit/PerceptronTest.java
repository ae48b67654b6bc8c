package io.millrace.examples.kit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.compiler.driver.ModelCompiler;
import io.millrace.device.Budget;
import io.millrace.device.DeviceProfiles;
import io.millrace.engine.Executor;
import io.millrace.peers.OnnxRuntimeSession;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerceptronTest {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @TempDir Path folder;

  /** Class 1 where two of six inputs have the same sign: no line parts the two. */
  private static List<Perceptron.Sample> samples(long seed) {
    Random random = new Random(seed);
    List<Perceptron.Sample> samples = new ArrayList<>();
    for (int n = 0; n < 1500; n++) {
      float[] features = new float[6];
      for (int i = 0; i < features.length; i++) {
        float sign = random.nextBoolean() ? 1 : -1;
        features[i] = 3 + 10 * sign * (0.3f + random.nextFloat());
      }
      boolean same = features[0] > 3 == features[4] > 3;
      samples.add(new Perceptron.Sample(features, same ? 1 : 0));
    }
    return samples;
  }

  @Test
  void shouldAnswerAsIntegersWhatItLearnt() throws Exception {
    List<Perceptron.Sample> training = samples(1);
    List<Perceptron.Sample> unseen = samples(2);
    Perceptron net = Perceptron.learn(training, 16, 2, 3);
    assertTrue(net.accuracy(unseen) > 0.97, "learnt: " + net.accuracy(unseen));
    Path onnx = net.write(folder.resolve("signs.onnx"), training);
    var program =
        ModelCompiler.compile(onnx, DeviceProfiles.named("rpi4b"), Budget.UNLIMITED).program();
    int right = 0;
    int asOnnxRuntime = 0;
    try (Executor executor = Executor.load(program);
        OnnxRuntimeSession peer = OnnxRuntimeSession.open(onnx, 1)) {
      for (Perceptron.Sample sample : unseen) {
        ByteBuffer input =
            ByteBuffer.allocate(Float.BYTES * sample.features().length)
                .order(ByteOrder.LITTLE_ENDIAN);
        input.asFloatBuffer().put(sample.features());
        MemorySegment.copy(
            MemorySegment.ofArray(input.array()), 0, executor.input(0), 0, input.capacity());
        executor.run();
        int here = best(executor.output(0));
        right += here == sample.label() ? 1 : 0;
        asOnnxRuntime += here == best(MemorySegment.ofArray(peer.infer(input.array()))) ? 1 : 0;
      }
    }
    assertTrue(right > 0.96 * unseen.size(), right + " of " + unseen.size());
    assertTrue(asOnnxRuntime > 0.995 * unseen.size(), asOnnxRuntime + " of " + unseen.size());
  }

  @Test
  void shouldNotLearnFromInputsThatNoUnitSees() {
    Perceptron blind = Perceptron.learn(samples(1), 16, 2, 3, (unit, input) -> input < 4 ? 1 : 0);
    assertTrue(blind.accuracy(samples(2)) < 0.6, "blind: " + blind.accuracy(samples(2)));
  }

  private static int best(MemorySegment scores) {
    return scores.getAtIndex(FLOAT, 1) > scores.getAtIndex(FLOAT, 0) ? 1 : 0;
  }
}
