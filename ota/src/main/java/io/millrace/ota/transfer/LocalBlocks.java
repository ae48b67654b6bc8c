package io.millrace.ota.transfer;

import io.millrace.node.storage.Folder;
import io.millrace.ota.content.Block;
import io.millrace.ota.content.BlockCutter;
import io.millrace.ota.disk.Sha256;
import io.millrace.program.BadProgramException;
import io.millrace.program.Program;
import io.millrace.program.ProgramFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tinylog.Logger;

/** Blocks that the board has already, in program files of a folder. */
public final class LocalBlocks {
  private final Folder folder;
  private final Map<String, Place> places = new HashMap<>();

  private record Place(String file, long offset) {}

  private LocalBlocks(Folder folder) {
    this.folder = folder;
  }

  /**
   * Looks through program files: cut as their publisher cut them, they have the same blocks. A file
   * that cannot be read has none.
   */
  public static LocalBlocks of(Folder folder, List<String> files) {
    LocalBlocks blocks = new LocalBlocks(folder);
    for (String file : files) {
      try {
        blocks.add(file);
      } catch (IOException | BadProgramException | RuntimeException e) {
        Logger.info("{} has no blocks to be used again: {}", file, e.getMessage());
      }
    }
    return blocks;
  }

  private void add(String file) throws IOException, BadProgramException {
    ByteBuffer whole = ByteBuffer.allocate(Math.toIntExact(folder.size(file)));
    folder.read(file, 0, whole);
    byte[] bytes = whole.array();
    Program program = ProgramFile.read(ByteBuffer.wrap(bytes));
    int from = 0;
    for (int end : new ArrayList<>(BlockCutter.ends(program, bytes.length))) {
      places.putIfAbsent(Sha256.of(bytes, from, end - from), new Place(file, from));
      from = end;
    }
  }

  /** The bytes of a block if they are here, read anew and checked. */
  Optional<byte[]> read(Block block) throws IOException {
    Place place = places.get(block.sha256());
    if (place == null) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.allocate(block.bytes());
    int read = folder.read(place.file(), place.offset(), bytes);
    return read == block.bytes() && Sha256.of(bytes.array()).equals(block.sha256())
        ? Optional.of(bytes.array())
        : Optional.empty();
  }

  /** Bytes that would travel for a blob. */
  public long missingBytes(List<Block> blocks) {
    return blocks.stream()
        .filter(b -> !places.containsKey(b.sha256()))
        .mapToLong(Block::storedBytes)
        .sum();
  }
}
