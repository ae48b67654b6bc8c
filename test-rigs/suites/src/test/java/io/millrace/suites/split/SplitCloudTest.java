package io.millrace.suites.split;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.Millrace;
import io.millrace.engine.Instructions;
import io.millrace.node.cloud.CloudConfig;
import io.millrace.node.cloud.CloudConfig.Encoding;
import io.millrace.node.cloud.CloudConfig.Input;
import io.millrace.node.cloud.CloudConfig.InputType;
import io.millrace.node.cloud.CloudConfig.Output;
import io.millrace.node.cloud.CloudInference;
import io.millrace.node.cloud.CloudInference.Result.Answer;
import io.millrace.node.cloud.OipCloudInference;
import io.millrace.peers.cloud.StandInCloudServer;
import io.millrace.program.ElementType;
import io.millrace.program.ProgramFile;
import io.millrace.program.TensorSpec;
import io.millrace.sensors.clock.Clock;
import io.millrace.suites.Models;
import io.millrace.suites.Network;
import io.millrace.suites.golden.GoldenSet;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The whole way of a split network: the command writes both halves, a server has the whole and the
 * tail side by side, the front runs here and its activation goes over HTTP by the node's client.
 * The answer is the one to the whole input.
 */
@Timeout(120)
class SplitCloudTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({
    "kws_dscnn_qdq, kws_dscnn_qdq, 11, BINARY",
    "kws_dscnn_qdq, kws_dscnn_qdq, PPQ_Variable_85, JSON",
    "vww_96_int8.u8, vww_96_int8, t81_q, BINARY",
    "pretrainedResnet_quant.u8, pretrainedResnet_quant, 3, BINARY"
  })
  void shouldAnswerFromTheTailAsFromTheWhole(
      String name, String golden, String point, Encoding encoding) throws Exception {
    Path whole = Models.folder().resolve("onnx").resolve(name + ".onnx");
    Path mill = temp.resolve("front.mill");
    Path tail = temp.resolve("tail.onnx");
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said, true);
    int exit =
        Millrace.execute(
            out,
            out,
            "split",
            whole.toString(),
            "--device",
            "rpi4b",
            "--at",
            point,
            "-o",
            mill.toString(),
            "--tail",
            tail.toString());
    assertEquals(0, exit, said.toString());

    GoldenSet set = GoldenSet.named(golden);
    try (StandInCloudServer server =
            StandInCloudServer.start(Map.of("whole", whole, "tail", tail), 0);
        Network reference = Network.of(whole);
        Network front =
            Network.of(
                ProgramFile.read(ByteBuffer.wrap(Files.readAllBytes(mill))), Instructions.BEST);
        CloudInference asWhole = client(server, "whole", input(reference), reference, encoding);
        CloudInference asTail = client(server, "tail", output(front), reference, encoding)) {
      assertTrue(output(front).type() != ElementType.FLOAT32, "integers go to the cloud");
      for (int s = 0; s < 3; s++) {
        byte[] sample = set.sample(s, reference.inputBytes());
        Answer expected = ask(asWhole, input(reference), sample);
        Answer answer = ask(asTail, output(front), front.infer(sample));
        assertArrayEquals(expected.outputs().getFirst(), answer.outputs().getFirst());
        if (front.outputBytes() < reference.inputBytes()) {
          assertTrue(answer.sentBytes() < expected.sentBytes(), answer + " beside " + expected);
        }
      }
      assertEquals(6, server.inferences());
      assertEquals(0, server.refusals());
    }
  }

  private static TensorSpec input(Network n) {
    return n.program().tensor(n.program().inputs().getFirst());
  }

  private static TensorSpec output(Network n) {
    return n.program().tensor(n.program().outputs().getFirst());
  }

  /** A client for a model that takes {@code sent} and gives the output of the network. */
  private static CloudInference client(
      StandInCloudServer server,
      String model,
      TensorSpec sent,
      Network network,
      Encoding encoding) {
    boolean isFloat = sent.type() == ElementType.FLOAT32;
    List<Long> shape = IntStream.of(sent.shape().toArray()).mapToObj(d -> (long) d).toList();
    Input input =
        isFloat
            ? Input.fp32(sent.name(), shape)
            : new Input(
                sent.name(),
                shape,
                InputType.valueOf(sent.type().name()),
                sent.quantization().scale(),
                sent.quantization().zeroPoint());
    Output output = Output.of(output(network).name(), output(network).shape().elements());
    return OipCloudInference.open(
        CloudConfig.of(server.uri(), model, input, List.of(output)).withEncoding(encoding),
        Clock.system());
  }

  private static Answer ask(CloudInference cloud, TensorSpec sent, byte[] bytes)
      throws InterruptedException {
    return assertInstanceOf(
        Answer.class, cloud.infer(reals(sent, bytes), System.nanoTime() + 30_000_000_000L));
  }

  /** The client takes real numbers, which it quantizes to the bytes that they came from. */
  private static float[] reals(TensorSpec t, byte[] bytes) {
    float[] reals = new float[t.shape().elements()];
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < reals.length; i++) {
      reals[i] =
          switch (t.type()) {
            case FLOAT32 -> in.getFloat(4 * i);
            case INT8 -> (in.get(i) - t.quantization().zeroPoint()) * t.quantization().scale();
            case UINT8 ->
                (Byte.toUnsignedInt(in.get(i)) - t.quantization().zeroPoint())
                    * t.quantization().scale();
            case INT4, INT32 -> throw new AssertionError(t.toString());
          };
    }
    return reals;
  }
}
