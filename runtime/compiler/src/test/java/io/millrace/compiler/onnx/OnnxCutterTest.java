package io.millrace.compiler.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.compiler.UnsupportedModelException;
import io.millrace.compiler.fixture.OnnxWriter;
import io.millrace.compiler.graph.Value;
import io.millrace.program.ElementType;
import io.millrace.program.Quantization;
import io.millrace.program.Shape;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OnnxCutterTest {
  private static final byte[] SMALL = OnnxWriter.smallNetwork();

  private static OnnxCutter cutter(byte[] file) throws Exception {
    return OnnxCutter.of(ByteBuffer.wrap(file));
  }

  private static OnnxModel model(ByteBuffer file) throws Exception {
    return OnnxReader.read(OnnxImporter.array(file));
  }

  private static List<String> operators(OnnxModel m) {
    return m.nodes().stream().map(OnnxNode::opType).toList();
  }

  @Test
  void shouldCutAtTheIntegersOfTheQdqForm() throws Exception {
    List<Value> cuts = cutter(SMALL).cuts();
    assertEquals(List.of("xq", "rq", "dq", "gq", "mq"), cuts.stream().map(Value::name).toList());
    Value r = cuts.get(1);
    assertEquals(ElementType.UINT8, r.type());
    assertEquals(Shape.of(1, 4, 3, 3), r.shape(), "in the file's order");
    assertEquals(Quantization.perTensor(0.5f, 120), r.quantization());
  }

  @Test
  void shouldWriteWhatEachHalfNeeds() throws Exception {
    OnnxCutter cutter = cutter(SMALL);
    Value cut = cutter.cuts().get(1);
    OnnxModel front = model(cutter.front(cut));
    OnnxModel tail = model(cutter.tail(cut));
    assertEquals(
        List.of(
            "QuantizeLinear",
            "DequantizeLinear",
            "DequantizeLinear",
            "DequantizeLinear",
            "Conv",
            "Relu",
            "QuantizeLinear"),
        operators(front));
    assertEquals(
        Set.of("s", "z", "ws", "wz", "bs", "bz", "cw", "cb"), front.initializers().keySet());
    assertEquals(
        Set.of("s", "z", "ws", "wz", "dw", "gs", "gz", "gw", "gb"), tail.initializers().keySet());
    assertEquals(
        List.of(new OnnxModel.Port("rq", OnnxTensor.UINT8, List.of(1L, 4L, 3L, 3L))),
        front.outputs());
    assertEquals(front.outputs(), tail.inputs());
    assertEquals(List.of("x"), front.inputs().stream().map(OnnxModel.Port::name).toList());
    assertEquals(List.of("y"), tail.outputs().stream().map(OnnxModel.Port::name).toList());
    assertEquals(13, tail.opset());
    OnnxModel whole = model(ByteBuffer.wrap(SMALL));
    assertEquals(whole.initializers().get("dw").data(), tail.initializers().get("dw").data());
  }

  @Test
  void shouldReadItsOwnHalves() throws Exception {
    OnnxCutter cutter = cutter(SMALL);
    for (Value cut : cutter.cuts()) {
      assertEquals(cut, OnnxCutter.of(cutter.tail(cut)).input(), cut.name());
      assertEquals(
          cut.shape(), OnnxImporter.read(cutter.front(cut)).value(cut.name()).shape(), cut.name());
    }
  }

  /** The operator form: the scales of the cut stand at the nodes of both halves. */
  @Test
  void shouldCutTheOperatorForm() throws Exception {
    OnnxWriter w = new OnnxWriter(13);
    w.scale("s", 0.5f).zero("z", OnnxWriter.INT8, 3).zero("z0", OnnxWriter.INT8, 0);
    w.initializer("w", OnnxWriter.INT8, new byte[] {1, 2, 3, 4}, 2, 2, 1, 1);
    // files of before IR version 4 list the initializers among the inputs
    w.input("x", OnnxWriter.INT8, 1, 2, 3, 3).input("w", OnnxWriter.INT8, 2, 2, 1, 1);
    w.output("y", OnnxWriter.INT8, 1, 2, 3, 3);
    w.node("QLinearConv", List.of("x", "s", "z", "w", "s", "z0", "s", "z"), "a");
    w.node("QLinearConv", List.of("a", "s", "z", "w", "s", "z0", "s", "z"), "y");
    OnnxCutter cutter = cutter(w.file());
    Value a = cutter.cuts().getFirst();
    assertEquals(1, cutter.cuts().size());
    assertEquals(Quantization.perTensor(0.5f, 3), a.quantization());
    OnnxModel tail = model(cutter.tail(a));
    assertEquals(
        Set.of("a", "w"), Set.copyOf(tail.inputs().stream().map(OnnxModel.Port::name).toList()));
    assertEquals(a, OnnxCutter.of(cutter.tail(a)).input());
  }

  @Test
  void shouldRefuseSeveralInputs() {
    OnnxWriter w = new OnnxWriter(13);
    w.input("a", OnnxWriter.FLOAT, 1, 4).input("b", OnnxWriter.FLOAT, 1, 4);
    w.output("y", OnnxWriter.FLOAT, 1, 4).node("Add", List.of("a", "b"), "y");
    UnsupportedModelException e =
        assertThrows(UnsupportedModelException.class, () -> cutter(w.file()));
    assertTrue(e.getMessage().contains("2 inputs [a, b]; split takes one"), e.getMessage());
  }
}
