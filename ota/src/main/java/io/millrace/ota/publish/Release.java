package io.millrace.ota.publish;

import io.millrace.engine.Executor;
import io.millrace.engine.Instructions;
import io.millrace.ota.content.Blob;
import io.millrace.ota.content.Block;
import io.millrace.ota.content.BlockCodec;
import io.millrace.ota.content.BlockCutter;
import io.millrace.ota.content.GoldenSamples;
import io.millrace.ota.content.Manifest;
import io.millrace.ota.disk.Sha256;
import io.millrace.program.BadProgramException;
import io.millrace.program.Program;
import io.millrace.program.ProgramFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A program made ready to be published.
 *
 * @param manifest what is signed
 * @param stored what travels, by path
 */
public record Release(Manifest manifest, Map<String, byte[]> stored) {
  /** Samples that are drawn when none are given. */
  private static final int DRAWN_SAMPLES = 4;

  public Release {
    stored = Map.copyOf(stored);
  }

  /**
   * Cuts and packs a program, and lets the portable kernels, which define what is right, answer its
   * golden samples.
   *
   * @param name of the model
   * @param version as people call it
   * @param summary what is new, for people
   * @param file a {@code .mill} file
   * @param inputs of golden samples, one behind the other; without any, some are drawn
   * @throws BadProgramException if the file is no sound program
   * @throws IllegalArgumentException if the inputs are not whole samples
   */
  public static Release of(
      String name, String version, String summary, byte[] file, Optional<byte[]> inputs)
      throws BadProgramException {
    Program program = ProgramFile.read(ByteBuffer.wrap(file));
    byte[] given = inputs.orElseGet(() -> GoldenSamples.drawn(program, DRAWN_SAMPLES, file.length));
    int sampleBytes = GoldenSamples.inputBytes(program);
    if (given.length == 0 || given.length % sampleBytes != 0) {
      throw new IllegalArgumentException(
          "golden inputs have %d bytes; a sample takes %d, and whole samples are needed"
              .formatted(given.length, sampleBytes));
    }
    byte[] golden;
    try (Executor executor = Executor.load(program, Instructions.PORTABLE)) {
      golden = GoldenSamples.with(executor, given);
    }
    Map<String, byte[]> stored = new TreeMap<>();
    Blob programBlob = packed(file, BlockCutter.ends(program, file.length), stored);
    Blob goldenBlob = packed(golden, BlockCutter.ends(golden.length), stored);
    Manifest manifest =
        new Manifest(
            name,
            version,
            program.device(),
            summary,
            programBlob,
            given.length / sampleBytes,
            goldenBlob);
    return new Release(manifest, stored);
  }

  private static Blob packed(byte[] file, List<Integer> ends, Map<String, byte[]> stored) {
    List<Block> blocks = new ArrayList<>();
    int from = 0;
    for (int end : ends) {
      BlockCodec.Packed packed = BlockCodec.pack(file, from, end);
      blocks.add(packed.block());
      stored.put(packed.block().path(), packed.stored());
      from = end;
    }
    return new Blob(Sha256.of(file), file.length, blocks);
  }
}
