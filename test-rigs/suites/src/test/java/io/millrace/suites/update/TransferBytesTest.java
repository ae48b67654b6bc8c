package io.millrace.suites.update;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import io.millrace.node.storage.LocalFolder;
import io.millrace.ota.content.Blob;
import io.millrace.ota.content.Block;
import io.millrace.ota.content.BlockCodec;
import io.millrace.ota.content.BlockCutter;
import io.millrace.ota.disk.Sha256;
import io.millrace.ota.transfer.LocalBlocks;
import io.millrace.program.Placement;
import io.millrace.program.Program;
import io.millrace.program.ProgramFile;
import io.millrace.program.TensorSpec;
import io.millrace.suites.Models;
import io.millrace.suites.Network;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that travel for a network whose weights changed nowhere, in the last layer, everywhere. */
class TransferBytesTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"kws_ref_model", "ad01_int8", "vww_96_int8", "mobilenet_v1_1.0_224_int8"})
  void shouldFetchWhatChangedOnly(String name) throws Exception {
    Program program = Network.compile(Models.folder().resolve("tflite/" + name + ".tflite"));
    byte[] file = bytes(program);
    Files.write(temp.resolve("a.mill"), file);
    TensorSpec last = lastWeights(program);
    long lastAt = ((Placement.InConstants) last.placement()).offset();
    long lastBytes = last.bytes();
    long constants = program.constants().byteSize();
    long same;
    long lastChanged;
    long allChanged;
    byte[] everything = changed(program, 0, constants);
    try (LocalFolder folder = LocalFolder.open(temp)) {
      LocalBlocks here = LocalBlocks.of(folder, List.of("a.mill"));
      same = here.missingBytes(blob(file).blocks());
      lastChanged = here.missingBytes(blob(changed(program, lastAt, lastBytes)).blocks());
      allChanged = here.missingBytes(blob(everything).blocks());
    }
    long whole = Zstd.compress(everything, 19).length;
    System.out.printf(
        "%-28s %9d bytes: same %d, last layer (%d) %d, all %d; one zstd frame %d%n",
        name, file.length, same, lastBytes, lastChanged, allChanged, whole);
    assertEquals(0, same);
    // its neighbours in the same blocks come along, and what stands before the constants may not
    assertTrue(
        lastChanged >= lastBytes / 4 && lastChanged <= lastBytes + 8192, lastChanged + " bytes");
    assertTrue(allChanged <= whole * 1.1 + 4096, allChanged + " bytes, one frame " + whole);
  }

  private static TensorSpec lastWeights(Program program) {
    // constants of a matrix or more, in the order in which they stand
    return program.tensors().stream()
        .filter(t -> t.placement() instanceof Placement.InConstants && t.shape().rank() >= 2)
        .max(Comparator.comparingLong(t -> ((Placement.InConstants) t.placement()).offset()))
        .orElseThrow();
  }

  private static byte[] bytes(Program program) {
    ByteBuffer buffer = ProgramFile.write(program);
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  /** The file with small changes to part of the constants, as further training makes them. */
  private static byte[] changed(Program program, long from, long count) throws Exception {
    byte[] constants = program.constants().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    Random random = new Random(7);
    for (long i = from; i < from + count; i++) {
      constants[(int) i] += (byte) (random.nextInt(3) - 1);
    }
    return bytes(
        new Program(
            program.name(),
            program.device(),
            program.costProvenance(),
            program.tensors(),
            program.operators(),
            program.inputs(),
            program.outputs(),
            program.schedule(),
            program.memory(),
            java.lang.foreign.MemorySegment.ofArray(constants)));
  }

  private static Blob blob(byte[] file) throws Exception {
    Program program = ProgramFile.read(ByteBuffer.wrap(file));
    List<Block> blocks = new ArrayList<>();
    int from = 0;
    for (int end : BlockCutter.ends(program, file.length)) {
      blocks.add(BlockCodec.pack(file, from, end).block());
      from = end;
    }
    return new Blob(Sha256.of(file), file.length, blocks);
  }
}
