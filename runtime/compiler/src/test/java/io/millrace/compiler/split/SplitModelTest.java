package io.millrace.compiler.split;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.compiler.BadModelException;
import io.millrace.compiler.UnsupportedModelException;
import io.millrace.compiler.driver.ModelCompiler;
import io.millrace.compiler.fixture.Mutations;
import io.millrace.compiler.fixture.OnnxWriter;
import io.millrace.compiler.fixture.TfliteWriter;
import io.millrace.compiler.graph.Value;
import io.millrace.compiler.schedule.Prediction;
import io.millrace.device.Budget;
import io.millrace.device.DeviceProfile;
import io.millrace.device.DeviceProfiles;
import io.millrace.program.Program;
import io.millrace.program.TensorSpec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SplitModelTest {
  private static final DeviceProfile BOARD = DeviceProfiles.named("rpi4b");

  static Stream<byte[]> networks() {
    return Stream.of(TfliteWriter.smallNetwork(), OnnxWriter.smallNetwork());
  }

  @ParameterizedTest
  @MethodSource("networks")
  void shouldCompileTheFrontAndWriteTheTail(byte[] file) throws Exception {
    SplitModel model = SplitModel.read(ByteBuffer.wrap(file));
    for (Value cut : model.activations()) {
      SplitModel.Halves halves = model.at(cut, BOARD);
      Program front = halves.front().program();
      Program tail = ModelCompiler.compile(halves.tail(), BOARD, Budget.UNLIMITED).program();
      TensorSpec sent = front.tensor(front.outputs().getFirst());
      TensorSpec taken = tail.tensor(tail.inputs().getFirst());
      for (TensorSpec t : List.of(sent, taken)) {
        assertEquals(cut.name(), t.name());
        assertEquals(cut.type(), t.type());
        assertEquals(cut.shape(), t.shape());
        assertEquals(cut.quantization(), t.quantization());
      }
      assertEquals(1, front.outputs().size());
      assertEquals(1, tail.inputs().size());
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void shouldPriceEachCut(byte[] file) throws Exception {
    SplitModel model = SplitModel.read(ByteBuffer.wrap(file));
    CutPoints points = CutPoints.of(model, BOARD);
    assertEquals(model.activations(), points.all().stream().map(CutPoint::activation).toList());
    for (CutPoint p : points.all()) {
      SplitModel.Halves halves = model.at(p.activation(), BOARD);
      Program tail = ModelCompiler.compile(halves.tail(), BOARD, Budget.UNLIMITED).program();
      Program front = halves.front().program();
      assertEquals(Prediction.of(front.schedule()), p.front(), p.name());
      assertEquals(front.costProvenance(), p.costProvenance());
      assertEquals(p.tailMacs(), macs(tail), p.name());
      assertEquals(p.frontMacs(), macs(front), p.name());
      assertEquals(front.tensor(front.outputs().getFirst()).bytes(), p.bytes());
      assertEquals(p, points.named(p.name()).orElseThrow());
      assertEquals(p, points.all().get(p.number() - 1));
    }
    assertEquals(
        points.wholeMacs(), points.all().getLast().frontMacs() + points.all().getLast().tailMacs());
  }

  private static long macs(Program program) {
    return program.operators().stream()
        .mapToLong(o -> io.millrace.program.Work.macs(o, program::tensor))
        .sum();
  }

  /**
   * What is marked is beaten by nothing, what is not marked by something, be it one of the ends.
   */
  @ParameterizedTest
  @MethodSource("networks")
  void shouldMarkWhatNothingBeats(byte[] file) throws Exception {
    CutPoints points = CutPoints.of(SplitModel.read(ByteBuffer.wrap(file)), BOARD);
    for (CutPoint p : points.all()) {
      long energy = p.front().energyNanoJ();
      boolean isBeaten =
          points.inputBytes() <= p.bytes()
              || points.whole().energyNanoJ() <= energy
              || points.all().stream()
                  .anyMatch(o ->
                      o.bytes() <= p.bytes()
                          && o.front().energyNanoJ() <= energy
                          && (o.bytes() < p.bytes()
                              || o.front().energyNanoJ() < energy
                              || o.number() < p.number()));
      assertEquals(!isBeaten, p.isWorthwhile(), p.toString());
    }
    assertFalse(points.worthwhile().isEmpty());
    assertTrue(points.worthwhile().size() < points.all().size());
  }

  @Test
  void shouldRefuseWhatCannotBeCut() throws Exception {
    OnnxWriter floats = new OnnxWriter(13);
    floats.input("x", OnnxWriter.FLOAT, 1, 4).output("y", OnnxWriter.FLOAT, 1, 4);
    floats.node("Relu", List.of("x"), "a").node("Sigmoid", List.of("a"), "y");
    UnsupportedModelException e =
        assertThrows(
            UnsupportedModelException.class, () -> SplitModel.read(ByteBuffer.wrap(floats.file())));
    assertTrue(e.getMessage().contains("activations are quantized"), e.getMessage());

    ByteBuffer small = ByteBuffer.wrap(TfliteWriter.smallNetwork());
    ByteBuffer program = ModelCompiler.compile(small, BOARD, Budget.UNLIMITED).file();
    BadModelException compiled =
        assertThrows(BadModelException.class, () -> SplitModel.read(program));
    assertTrue(compiled.getMessage().contains(".mill"), compiled.getMessage());
    assertThrows(
        BadModelException.class, () -> SplitModel.read(ByteBuffer.wrap(new byte[] {1, 2, 3})));

    SplitModel model = SplitModel.read(small);
    assertThrows(IllegalArgumentException.class, () -> model.at(model.input(), BOARD));
  }

  /** A spoiled file is refused as ever, or its halves are sound files. */
  @ParameterizedTest
  @MethodSource("networks")
  void shouldAnswerEverySpoiledFile(byte[] file) {
    int cut = 0;
    for (int seed = 0; seed < 1500; seed++) {
      try {
        SplitModel model = SplitModel.read(Mutations.spoiled(file, seed));
        for (Value activation : model.activations()) {
          model.at(activation, BOARD);
          cut++;
        }
      } catch (BadModelException | UnsupportedModelException e) {
        // its answer no
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertTrue(cut > 100, "halves written: " + cut);
  }
}
