package io.millrace.node.pipeline;

import io.millrace.node.window.Span;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** One value of a YAML file, with its place in it: what each kind of value must look like. */
public final class Entry {
  private final Path file;
  private final String key;
  private final Node node;

  Entry(Path file, String key, Node node) {
    this.file = file;
    this.key = key;
    this.node = node;
  }

  /** The error of this place. */
  public PipelineException bad(String problem) {
    return bad(node, key, problem);
  }

  private PipelineException bad(Node at, String path, String problem) {
    String place = at.getStartMark().map(Entry::lineAndColumn).orElse("?");
    String subject = path.isEmpty() ? "" : path + ": ";
    return new PipelineException(file + ":" + place + ": " + subject + problem);
  }

  private static String lineAndColumn(Mark mark) {
    return (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
  }

  /** What {@code make} makes; what it finds wrong becomes an error of this place. */
  public <T> T make(Supplier<T> make) throws PipelineException {
    try {
      return make.get();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw bad(e.getMessage());
    }
  }

  /** The entries of a mapping, which may have these keys and no others. */
  public Section section(String... keys) throws PipelineException {
    if (!(node instanceof MappingNode mapping)) {
      throw bad("must be a mapping with keys of " + String.join(", ", keys) + ", not " + found());
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode name)) {
        throw bad(tuple.getKeyNode(), key, "a key must be a word");
      }
      String path = key.isEmpty() ? name.getValue() : key + "." + name.getValue();
      if (!Arrays.asList(keys).contains(name.getValue())) {
        throw bad(name, path, "unknown key; " + Words.didYouMean(name.getValue(), keys));
      }
      if (entries.put(name.getValue(), new Entry(file, path, tuple.getValueNode())) != null) {
        throw bad(name, path, "is given twice");
      }
    }
    return new Section(this, entries);
  }

  /** The elements of a list; a single value stands for a list of one. */
  public List<Entry> list() {
    if (!(node instanceof SequenceNode sequence)) {
      return List.of(this);
    }
    List<Entry> entries = new ArrayList<>();
    for (Node element : sequence.getValue()) {
      entries.add(new Entry(file, key + "[" + entries.size() + "]", element));
    }
    return entries;
  }

  /** Whether it is a mapping rather than a list or a value. */
  public boolean isMapping() {
    return node instanceof MappingNode;
  }

  /** Whether it is a mapping that has this key. */
  public boolean hasKey(String name) {
    return node instanceof MappingNode mapping
        && mapping.getValue().stream()
            .anyMatch(t -> t.getKeyNode() instanceof ScalarNode k && k.getValue().equals(name));
  }

  /** A scalar as it is written, not empty. */
  public String text() throws PipelineException {
    if (!(node instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
      throw bad("must be a value, not " + found());
    }
    return scalar.getValue();
  }

  private String found() {
    return switch (node) {
      case MappingNode m -> "a mapping";
      case SequenceNode s -> "a list";
      case ScalarNode s -> s.getValue().isBlank() ? "nothing" : "'" + s.getValue() + "'";
      default -> "something else";
    };
  }

  /** {@code true} or {@code false}. */
  public boolean bool() throws PipelineException {
    return word("true", "false").equals("true");
  }

  /** One of these words. */
  public String word(String... words) throws PipelineException {
    String text = text();
    if (!Arrays.asList(words).contains(text)) {
      throw bad("'" + text + "' is not allowed; " + Words.didYouMean(text, words));
    }
    return text;
  }

  /** A whole number within bounds, both included. */
  public int integer(int least, int most) throws PipelineException {
    String text = text();
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below, as for what is out of bounds
    }
    throw bad("'" + text + "' is not a whole number within " + least + " to " + most);
  }

  /** A finite number. */
  public double number() throws PipelineException {
    String text = text();
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below, as for infinities
    }
    throw bad("'" + text + "' is not a number");
  }

  /** A quantity above 0, or 0 where that makes sense, in the unit's base. */
  public double quantity(Unit unit, boolean zeroAllowed) throws PipelineException {
    String text = text();
    double value = unit.parse(text);
    if (Double.isNaN(value) || (value == 0 && !zeroAllowed && unit != Unit.SPAN)) {
      throw bad("'" + text + "' is not " + unit.expected() + (zeroAllowed ? "" : ", above 0"));
    }
    return value;
  }

  /** A time above 0 in whole nanoseconds. */
  public long timeNs() throws PipelineException {
    return Math.max(1, Math.round(quantity(Unit.TIME, false)));
  }

  /** A time above 0 in whole milliseconds. */
  public int timeMs() throws PipelineException {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, Math.round(timeNs() / 1e6)));
  }

  /** A number of samples or a time. */
  public Span span() throws PipelineException {
    double value = quantity(Unit.SPAN, true);
    if (value < 0 && value != Math.rint(value)) {
      throw bad("'" + text() + "' is not a whole number of samples");
    }
    return make(() ->
        value < 0
            ? new Span.Samples(Math.toIntExact(Math.round(-value)))
            : new Span.Time(Math.round(value)));
  }

  /** A file, beside the YAML file unless absolute. */
  public Path path() throws PipelineException {
    String text = text();
    return make(() -> file.toAbsolutePath().resolveSibling(text));
  }
}
