package io.millrace.sensors.power;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What lies in a folder of sysfs, in the order of the numbers in the names. */
final class SysfsFolders {
  private static final Comparator<Path> NUMERIC =
      Comparator.comparingInt((Path p) -> p.getFileName().toString().length())
          .thenComparing(p -> p.getFileName().toString());

  private SysfsFolders() {}

  /** All entries; none if there is no such folder or it may not be read. */
  static List<Path> in(Path folder) {
    return in(folder, "*");
  }

  /** All entries whose name matches {@code glob}. */
  static List<Path> in(Path folder, String glob) {
    List<Path> entries = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, glob)) {
        stream.forEach(entries::add);
      } catch (IOException | java.nio.file.DirectoryIteratorException e) {
        return List.of();
      }
    }
    entries.sort(NUMERIC);
    return entries;
  }
}
