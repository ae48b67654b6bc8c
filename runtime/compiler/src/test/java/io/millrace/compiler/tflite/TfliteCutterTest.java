package io.millrace.compiler.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.compiler.UnsupportedModelException;
import io.millrace.compiler.fixture.TfliteWriter;
import io.millrace.compiler.fixture.TfliteWriter.Options;
import io.millrace.compiler.graph.Graph;
import io.millrace.compiler.graph.Node;
import io.millrace.compiler.graph.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TfliteCutterTest {
  private static final byte[] SMALL = TfliteWriter.smallNetwork();

  private static TfliteCutter cutter(byte[] file) throws Exception {
    return TfliteCutter.of(ByteBuffer.wrap(file));
  }

  @Test
  void shouldCutAtEveryActivationOfAChain() throws Exception {
    TfliteCutter cutter = cutter(SMALL);
    assertEquals(
        List.of("p", "c", "d", "m", "f"), cutter.cuts().stream().map(Value::name).toList());
    assertEquals("x", cutter.input().name());
  }

  @Test
  void shouldWriteHalvesThatMakeUpTheWhole() throws Exception {
    Graph whole = TfliteImporter.read(ByteBuffer.wrap(SMALL));
    TfliteCutter cutter = cutter(SMALL);
    for (Value cut : cutter.cuts()) {
      Graph front = TfliteImporter.read(cutter.front(cut));
      Graph tail = TfliteImporter.read(cutter.tail(cut));
      assertEquals(whole.inputs(), front.inputs());
      assertEquals(List.of(cut.name()), front.outputs());
      assertEquals(List.of(cut.name()), tail.inputs());
      assertEquals(whole.outputs(), tail.outputs());
      assertEquals(whole.name(), tail.name());
      List<Node> nodes = new ArrayList<>(front.nodes());
      nodes.addAll(tail.nodes());
      assertEquals(whole.nodes(), nodes, "cut at " + cut.name());
      front.values().forEach((name, v) -> assertEquals(whole.value(name), v));
      tail.values().forEach((name, v) -> assertEquals(whole.value(name), v));
    }
  }

  @Test
  void shouldLeaveBehindWhatAHalfDoesNotNeed() throws Exception {
    TfliteCutter cutter = cutter(SMALL);
    Value last = cutter.cuts().getLast();
    FlatTable tail = FlatTable.root(cutter.tail(last), "tail");
    assertEquals(1, tail.tables(1, "operator code").length);
    assertEquals(1, tail.tables(4, "buffer").length, "Softmax has no constants");
    assertEquals(2, tail.tables(2, "subgraph")[0].tables(0, "tensor").length);
    assertTrue(cutter.tail(last).remaining() < SMALL.length / 4);
  }

  /** TensorFlow Lite maps the file and reads constants where they lie. */
  @Test
  void shouldAlignConstantsAndTheirVectors() throws Exception {
    TfliteCutter cutter = cutter(SMALL);
    for (Value cut : cutter.cuts().subList(0, 3)) {
      byte[] tail = new byte[cutter.tail(cut).remaining()];
      cutter.tail(cut).get(tail);
      int at = indexOf(TfliteWriter.counting(6), tail); // the INT4 weights
      assertEquals(0, at % 16, "constant at byte " + at);
      assertEquals(6, tail[at - 4], "its length stands before it");
    }
  }

  private static int indexOf(byte[] part, byte[] all) {
    for (int at = 4; at + part.length <= all.length; at++) {
      if (Arrays.equals(all, at, at + part.length, part, 0, part.length) && all[at - 4] == 6) {
        return at;
      }
    }
    throw new AssertionError("not there");
  }

  /** A tensor that two operators read goes on beside what is made of it. */
  @Test
  void shouldNotCutBesideABranch() throws Exception {
    TfliteWriter w = new TfliteWriter();
    int x = w.tensor("x", TfliteWriter.INT8, 0.5f, 0, 1, 4);
    int a = w.tensor("a", TfliteWriter.INT8, 0.5f, 0, 1, 4);
    int b = w.tensor("b", TfliteWriter.INT8, 0.5f, 0, 1, 4);
    int c = w.tensor("c", TfliteWriter.INT8, 0.5f, 0, 1, 4);
    int y = w.tensor("y", TfliteWriter.INT8, 0.5f, 0, 1, 4);
    Options plain = new Options().int8(0, 0);
    w.operator(0, new int[] {x, x}, new int[] {a}, 11, plain);
    w.operator(0, new int[] {a, a}, new int[] {b}, 11, plain);
    w.operator(0, new int[] {a, b}, new int[] {c}, 11, plain);
    w.operator(0, new int[] {c, c}, new int[] {y}, 11, plain);
    byte[] file = w.inputs(x).outputs(y).file();
    assertEquals(List.of("a", "c"), cutter(file).cuts().stream().map(Value::name).toList());
  }

  /** FLOAT32 activations are not sent; the names of a file need not differ. */
  @Test
  void shouldCutWhereIntegersGoOn() throws Exception {
    TfliteWriter w = new TfliteWriter();
    int x = w.tensor("t", TfliteWriter.FLOAT32, 0, 0, 1, 4);
    int q = w.tensor("t", TfliteWriter.INT8, 0.5f, 3, 1, 4);
    int r = w.tensor("t", TfliteWriter.FLOAT32, 0, 0, 1, 4);
    int y = w.tensor("t", TfliteWriter.FLOAT32, 0, 0, 1, 4);
    w.operator(114, new int[] {x}, new int[] {q}, 0, null);
    w.operator(6, new int[] {q}, new int[] {r}, 0, null);
    w.operator(19, new int[] {r}, new int[] {y}, 0, null);
    TfliteCutter cutter = cutter(w.inputs(x).outputs(y).file());
    assertEquals(List.of("t#1"), cutter.cuts().stream().map(Value::name).toList());
    Value cut = cutter.cuts().getFirst();
    assertEquals(List.of("t#1"), TfliteImporter.read(cutter.tail(cut)).inputs());
    assertEquals(List.of("t#1"), TfliteImporter.read(cutter.front(cut)).outputs());
  }

  @Test
  void shouldRefuseSeveralInputsAndOutputs() {
    TfliteWriter w = new TfliteWriter();
    int a = w.tensor("a", TfliteWriter.INT8, 0.5f, 0, 1, 4);
    int b = w.tensor("b", TfliteWriter.INT8, 0.5f, 0, 1, 4);
    int y = w.tensor("y", TfliteWriter.INT8, 0.5f, 0, 1, 4);
    w.operator(0, new int[] {a, b}, new int[] {y}, 11, new Options().int8(0, 0));
    byte[] file = w.inputs(a, b).outputs(y, b).file();
    UnsupportedModelException e = assertThrows(UnsupportedModelException.class, () -> cutter(file));
    assertEquals(
        List.of("2 inputs [a, b]; split takes one", "2 outputs [y, b]; split takes one"),
        e.reasons());
  }
}
