package io.millrace.ota.slot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.node.storage.Folder.AppendFile;
import io.millrace.node.storage.LocalFolder;
import io.millrace.node.storage.SmallFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links that somebody put into the folder lead no write out of it. */
class SymlinkTest {
  @TempDir Path temp;

  @Test
  void shouldNeitherReadNorWriteThroughLinks() throws Exception {
    Path outside = Files.writeString(temp.resolve("outside"), "precious");
    Path slots = Files.createDirectory(temp.resolve("slots"));
    for (String name :
        new String[] {
          "state.json", "state.json.new", SlotStore.INCOMING, "a.mill", "tuf-root.json"
        }) {
      Files.createSymbolicLink(slots.resolve(name), outside);
    }
    try (LocalFolder folder = LocalFolder.open(slots)) {
      SmallFiles files = new SmallFiles(folder);
      assertEquals(Optional.empty(), files.read("tuf-root.json", 100));
      SlotStore store = SlotStore.open(files);
      assertEquals(Optional.empty(), store.active());
      assertThrows(IOException.class, () -> folder.append(SlotStore.INCOMING).close());
      assertThrows(IOException.class, () -> folder.create(SlotStore.INCOMING).close());
      assertThrows(IOException.class, () -> folder.read("a.mill", 0, ByteBuffer.allocate(4)));
      // a link where a file is put in its place gives way to the file
      Files.delete(slots.resolve("state.json.new"));
      files.replace("state.json", "{}".getBytes(StandardCharsets.UTF_8));
      assertFalse(Files.isSymbolicLink(slots.resolve("state.json")));
      try (AppendFile file = folder.append("state.json")) {
        file.append(ByteBuffer.wrap(new byte[] {' '}));
      }
    }
    assertEquals("precious", Files.readString(outside));
    assertEquals(true, Files.exists(slots.resolve("a.mill"), LinkOption.NOFOLLOW_LINKS));
  }
}
