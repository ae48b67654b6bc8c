package io.millrace.suites.split;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.compiler.driver.ModelCompiler;
import io.millrace.compiler.graph.Value;
import io.millrace.compiler.split.CutPoint;
import io.millrace.compiler.split.CutPoints;
import io.millrace.compiler.split.SplitModel;
import io.millrace.device.Budget;
import io.millrace.device.DeviceProfile;
import io.millrace.device.DeviceProfiles;
import io.millrace.engine.Instructions;
import io.millrace.peers.Peer;
import io.millrace.peers.PeerException;
import io.millrace.peers.TfliteInterpreter;
import io.millrace.program.Program;
import io.millrace.program.TensorSpec;
import io.millrace.suites.Models;
import io.millrace.suites.Network;
import io.millrace.suites.golden.GoldenSet;
import io.millrace.suites.golden.WidenedTflite;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The real networks. The answer of front and tail must be that of the whole, byte for byte: by
 * Millrace alone, and with the tail in the reference runtime against the whole in the reference
 * runtime.
 */
class SplitNetworksTest {
  private static final DeviceProfile BOARD = DeviceProfiles.named("rpi4b");
  private static final long SEED = 20_260_105;

  private static int networks;
  private static int cutPoints;
  private static int answers;

  @TempDir Path temp;
  private Random random;

  @AfterAll
  static void report() {
    System.out.printf(
        "report: split: %d networks, %d cut points, %d answers equal to the whole's, by Millrace and"
            + " by the reference runtime%n",
        networks, cutPoints, answers);
  }

  /** The whole in both runtimes, and what a sample is answered there. */
  private record Whole(Network ours, Peer peers) {}

  /**
   * At every cut point, or at so many that a seed draws.
   *
   * @param golden whose samples are taken; half of the samples are random bytes
   * @param most cut points to try
   */
  @ParameterizedTest
  @CsvSource({
    "tflite/kws_ref_model.tflite, kws_ref_model, 12",
    "tflite/vww_96_int8.tflite, vww_96_int8, 30",
    "tflite/pretrainedResnet_quant.tflite, pretrainedResnet_quant, 99",
    "tflite/ad01_int8.tflite, ad01_int8, 99",
    "tflite/str_ww_ref_model.tflite, str_ww_ref_model, 99",
    "tflite/mobilenet_v1_1.0_224_int8.tflite, mobilenet_v1_1.0_224_int8, 6",
    "tflite/tf2_mobilenet_v2_1.0_224_ptq.tflite, tf2_mobilenet_v2_1.0_224_ptq, 8",
    "tflite/kws_ref_model_int4w.tflite, kws_ref_model_int4w, 12",
    "tflite/pretrainedResnet_quant_int4w.tflite, pretrainedResnet_quant_int4w, 99",
    "tflite/ad01_int8_int4w.tflite, ad01_int8_int4w, 99",
    "tflite/str_ww_ref_model_int4w.tflite, str_ww_ref_model_int4w, 99",
    "onnx/kws_ref_model.u8.onnx, kws_ref_model, 99",
    "onnx/vww_96_int8.u8.onnx, vww_96_int8, 99",
    "onnx/pretrainedResnet_quant.u8.onnx, pretrainedResnet_quant, 99",
    "onnx/ad01_int8.u8.onnx, ad01_int8, 99",
    "onnx/str_ww_ref_model.u8.onnx, str_ww_ref_model, 99",
    "onnx/mobilenet_v1_1.0_224_int8.u8.onnx, mobilenet_v1_1.0_224_int8, 6",
    "onnx/tf2_mobilenet_v2_1.0_224_ptq.u8.onnx, tf2_mobilenet_v2_1.0_224_ptq, 8",
    "onnx/kws_dscnn_qdq.onnx, kws_dscnn_qdq, 99",
    "onnx/ad_deep_autoencoder_qdq.onnx, ad_deep_autoencoder_qdq, 99"
  })
  void shouldAnswerAsTheWhole(String file, String golden, int most) throws Exception {
    random = new Random(SEED);
    Path model = Models.folder().resolve(file);
    // TensorFlow Lite's own INT4 kernels are another arithmetic: it gets the weights widened
    Path reference = model;
    if (golden.endsWith("_int4w")) {
      reference = temp.resolve("widened.tflite");
      Files.write(reference, WidenedTflite.of(Files.readAllBytes(model)));
    }
    SplitModel split = SplitModel.read(model);
    SplitModel referenceSplit = SplitModel.read(reference);
    List<Value> drawn = new ArrayList<>(split.activations());
    if (drawn.size() > most) {
      Collections.shuffle(drawn, random);
      drawn = drawn.subList(0, most);
    }
    try (Network ours = Network.of(model);
        Peer peer = Peer.open(reference, 1)) {
      List<byte[]> samples = samples(GoldenSet.named(golden), ours.inputBytes());
      for (Value cut : drawn) {
        SplitModel.Halves halves = split.at(cut, BOARD);
        Value same =
            referenceSplit.activations().stream()
                .filter(v -> v.name().equals(cut.name()))
                .findFirst()
                .orElseThrow();
        ByteBuffer tail = referenceSplit.at(same, BOARD).tail();
        check(cut, halves, tail, new Whole(ours, peer), samples);
      }
      System.out.printf(
          "%s: %d of %d cut points%n", file, drawn.size(), split.activations().size());
      networks++;
      cutPoints += drawn.size();
      answers += drawn.size() * samples.size();
    }
  }

  /** Two recorded samples and a random one; of floats, recorded ones alone. */
  private List<byte[]> samples(GoldenSet set, int bytes) {
    List<byte[]> samples = new ArrayList<>(List.of(set.sample(0, bytes)));
    samples.add(set.sample(set.samples() - 1, bytes));
    boolean isFloat = set.model().getFileName().toString().endsWith("_qdq.onnx");
    if (!isFloat) {
      byte[] noise = new byte[bytes];
      random.nextBytes(noise);
      samples.add(noise);
    }
    return samples;
  }

  private void check(
      Value cut, SplitModel.Halves halves, ByteBuffer peerTail, Whole whole, List<byte[]> samples)
      throws Exception {
    Program program = halves.front().program();
    assertEquals(1, program.outputs().size(), cut.name());
    TensorSpec sent = program.tensor(program.outputs().getFirst());
    assertEquals(cut.name(), sent.name());
    assertEquals(cut.type(), sent.type(), cut.name());
    assertEquals(cut.shape(), sent.shape(), cut.name());
    assertEquals(cut.quantization(), sent.quantization(), cut.name());
    Program rest = ModelCompiler.compile(halves.tail(), BOARD, Budget.UNLIMITED).program();
    try (Network front = Network.of(program, Instructions.BEST);
        Network tail = Network.of(rest, Instructions.BEST);
        Peer peer = peer(peerTail, whole.peers() instanceof TfliteInterpreter)) {
      assertEquals(cut.name(), peer.inputs().getFirst().name());
      for (byte[] sample : samples) {
        byte[] activation = front.infer(sample);
        assertArrayEquals(
            whole.ours().infer(sample),
            tail.infer(activation),
            () -> "Millrace's tail after " + cut.name());
        assertArrayEquals(
            whole.peers().infer(sample),
            peer.infer(activation),
            () -> peer.runtime() + "'s tail after " + cut.name());
      }
    }
  }

  private Peer peer(ByteBuffer tail, boolean isTflite) throws IOException {
    byte[] bytes = new byte[tail.remaining()];
    tail.get(tail.position(), bytes);
    Path file = Files.write(temp.resolve(isTflite ? "tail.tflite" : "tail.onnx"), bytes);
    if (!isTflite) {
      return Peer.open(file, 1);
    }
    try {
      return TfliteInterpreter.open(file, 1);
    } catch (PeerException e) {
      // a Softmax or Reshape alone: XNNPACK leaves it to TensorFlow Lite's kernels in the whole too
      assertTrue(e.getMessage().startsWith("XNNPACK took no operator"), e.getMessage());
      return TfliteInterpreter.open(file, 1, false);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tflite/kws_ref_model.tflite",
    "tflite/pretrainedResnet_quant.tflite",
    "tflite/tf2_mobilenet_v2_1.0_224_ptq.tflite",
    "onnx/vww_96_int8.u8.onnx",
    "onnx/ad_deep_autoencoder_qdq.onnx"
  })
  void shouldPriceAsTheFrontsProgramSays(String file) throws Exception {
    SplitModel split = SplitModel.read(Models.folder().resolve(file));
    CutPoints points = CutPoints.of(split, BOARD);
    assertEquals(split.activations().size(), points.all().size());
    long macs = 0;
    for (CutPoint p : points.all()) {
      assertTrue(p.frontMacs() >= macs, p + " computes less than the one before");
      assertEquals(points.wholeMacs(), p.frontMacs() + p.tailMacs(), p.name());
      assertEquals(p.activation().shape().elements(), p.bytes(), p.name());
      macs = p.frontMacs();
    }
    List<CutPoint> worthwhile = new ArrayList<>(points.worthwhile());
    worthwhile.sort(Comparator.comparingLong(CutPoint::bytes));
    for (int i = 1; i < worthwhile.size(); i++) {
      CutPoint fewer = worthwhile.get(i - 1);
      CutPoint more = worthwhile.get(i);
      assertTrue(
          fewer.bytes() < more.bytes() && fewer.front().energyNanoJ() > more.front().energyNanoJ(),
          fewer + " beside " + more);
    }
    assertEquals(points, CutPoints.of(split, BOARD), "equal input gives equal figures");
  }
}
