package io.millrace.cli.sensor;

import io.millrace.node.pipeline.Entry;
import io.millrace.node.pipeline.PipelineException;
import io.millrace.node.pipeline.Section;
import io.millrace.node.pipeline.SensorKind;
import io.millrace.node.pipeline.SensorSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The kinds of sensors that a pipeline file may name beside the node's own: chips and lines. */
public final class SensorKinds {
  private SensorKinds() {}

  /** Those of {@code boards}, by their key in the section {@code sensor}. */
  public static Map<String, SensorKind> of(Boards boards) {
    Map<String, SensorKind> kinds = new HashMap<>();
    for (String kind : ChipKeys.kinds()) {
      kinds.put(kind, entry -> read(kind, entry, boards));
    }
    return kinds;
  }

  /** This machine's. */
  public static Map<String, SensorKind> ofMachine() {
    return of(Boards.ofMachine());
  }

  private static SensorSettings read(String kind, Entry entry, Boards boards)
      throws PipelineException {
    Section section = entry.section(ChipKeys.of(kind).toArray(String[]::new));
    Map<String, String> texts = new HashMap<>();
    for (Map.Entry<String, Entry> e : section.entries().entrySet()) {
      texts.put(e.getKey(), text(e.getValue()));
    }
    try {
      return ChipReader.sensor(kind, new KeyTexts(texts), boards);
    } catch (BadKeyException e) {
      Entry place = e.key().isEmpty() ? entry : section.entries().getOrDefault(e.key(), entry);
      throw place.bad(e.getMessage());
    }
  }

  private static String text(Entry entry) throws PipelineException {
    List<String> words = new ArrayList<>();
    for (Entry element : entry.list()) {
      words.add(element.text());
    }
    return String.join(", ", words);
  }
}
