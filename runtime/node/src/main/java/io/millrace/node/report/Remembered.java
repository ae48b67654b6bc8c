package io.millrace.node.report;

import io.millrace.node.storage.SmallFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What was put into a broker that keeps it: when it is gone here, it must be taken back there, and
 * nobody but this file knows of it. Nobody can know either whether all who should have heard of it
 * were there; so what is gone is taken back at each start, the latest {@value #MOST_GONE} of it.
 */
public final class Remembered {
  static final int MOST_GONE = 32;
  private static final String GONE = "- ";

  private Remembered() {}

  /**
   * Remembers what is there now.
   *
   * @param there one line each
   * @return what was there before and is not now, latest first
   */
  public static List<String> replace(SmallFile file, Collection<String> there) throws IOException {
    Set<String> gone = new LinkedHashSet<>();
    List<String> before = file.read().map(text -> text.lines().toList()).orElse(List.of());
    before.stream().filter(line -> !line.startsWith(GONE)).forEach(gone::add);
    before.stream()
        .filter(line -> line.startsWith(GONE))
        .map(line -> line.substring(GONE.length()))
        .forEach(gone::add);
    gone.removeAll(new LinkedHashSet<>(there));
    List<String> kept = gone.stream().limit(MOST_GONE).toList();
    List<String> lines = new ArrayList<>(there);
    kept.forEach(line -> lines.add(GONE + line));
    if (!lines.equals(before)) {
      file.write(String.join("\n", lines) + "\n");
    }
    return kept;
  }
}
