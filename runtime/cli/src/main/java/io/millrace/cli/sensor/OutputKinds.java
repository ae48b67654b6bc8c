package io.millrace.cli.sensor;

import io.millrace.node.pipeline.Entry;
import io.millrace.node.pipeline.OutputDevice;
import io.millrace.node.pipeline.OutputKind;
import io.millrace.node.pipeline.PipelineException;
import io.millrace.node.pipeline.Section;
import java.util.List;
import java.util.Map;

/** The kinds of outputs that a pipeline file may name: GPIO lines. Names nothing of Pi4J. */
public final class OutputKinds {
  private OutputKinds() {}

  /** Those of {@code boards}, by their name in the section {@code outputs}. */
  public static Map<String, OutputKind> of(Boards boards) {
    return Map.of("gpio", new Gpio(boards));
  }

  /** This machine's. */
  public static Map<String, OutputKind> ofMachine() {
    return of(Boards.ofMachine());
  }

  private record Gpio(Boards boards) implements OutputKind {
    private static final int HIGHEST_LINE = 1023;

    @Override
    public List<String> keys() {
      return List.of("line", "active");
    }

    @Override
    public OutputDevice read(Section section, String name, boolean safeOn)
        throws PipelineException {
      int line = section.required("line").integer(0, HIGHEST_LINE);
      boolean activeLow = section.optional("active", "high", Gpio::level).equals("low");
      return section.place().make(() -> new LineDevice(name, line, activeLow, safeOn, boards));
    }

    private static String level(Entry entry) throws PipelineException {
      return entry.word("high", "low");
    }
  }
}
