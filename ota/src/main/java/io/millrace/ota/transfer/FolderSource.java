package io.millrace.ota.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** A published folder that is at hand: on a memory stick, or mounted. */
public final class FolderSource implements Source {
  private final Path folder;

  public FolderSource(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  @Override
  public Optional<Body> open(String path, long offset) throws IOException {
    Path file = folder.resolve(path).normalize();
    if (!file.startsWith(folder)) {
      throw new IOException(path + " leads out of " + folder);
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      if (!Files.isDirectory(folder)) {
        throw new IOException(folder + ": no such folder");
      }
      return Optional.empty();
    }
    InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
    in.skipNBytes(Math.min(offset, Files.size(file)));
    return Optional.of(new Body(in, offset));
  }

  @Override
  public String description() {
    return folder.toString();
  }

  @Override
  public void close() {}
}
