package io.millrace.node.pipeline;

import io.millrace.device.BadProfileException;
import io.millrace.device.DeviceProfile;
import io.millrace.device.DeviceProfiles;
import io.millrace.device.ProfileText;
import io.millrace.node.admission.AdmissionSettings;
import io.millrace.node.rule.RuleSettings;
import io.millrace.node.window.Span;
import io.millrace.node.window.WindowSettings;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads a {@link Pipeline} from YAML. {@code PIPELINE.md} beside this module has every key. */
public final class PipelineFile {
  private static final int MAX_BYTES = 1024 * 1024;

  private PipelineFile() {}

  /**
   * Reads {@code file}. Paths in it are relative to it. No file that it names is opened.
   *
   * @throws PipelineException naming line, column and key of the first thing that is wrong
   */
  public static Pipeline read(Path file) throws IOException, PipelineException {
    return read(file, Map.of());
  }

  /**
   * As {@link #read(Path)}, with more kinds of sensors than the node knows itself.
   *
   * @param kinds by the key that names them in the section {@code sensor}
   * @throws IllegalArgumentException if a kind is called as one that the node knows
   */
  public static Pipeline read(Path file, Map<String, SensorKind> kinds)
      throws IOException, PipelineException {
    return read(file, kinds, Map.of());
  }

  /**
   * As {@link #read(Path, Map)}, with outputs.
   *
   * @param outputs kinds of outputs by their names; the node itself knows none
   */
  public static Pipeline read(
      Path file, Map<String, SensorKind> kinds, Map<String, OutputKind> outputs)
      throws IOException, PipelineException {
    if (Files.size(file) > MAX_BYTES) {
      throw new PipelineException(file + ": is larger than " + MAX_BYTES + " bytes");
    }
    try {
      return parse(Files.readString(file), file, kinds, outputs);
    } catch (CharacterCodingException e) {
      throw new PipelineException(file + ": is not UTF-8 text", e);
    }
  }

  /** As {@link #read}, from text that stands for {@code file}. */
  static Pipeline parse(String yaml, Path file) throws PipelineException {
    return parse(yaml, file, Map.of(), Map.of());
  }

  /** As {@link #read}, from text that stands for {@code file}. */
  static Pipeline parse(
      String yaml, Path file, Map<String, SensorKind> kinds, Map<String, OutputKind> outputs)
      throws PipelineException {
    try {
      LoadSettings settings =
          LoadSettings.builder().setLabel(file.toString()).setMaxAliasesForCollections(16).build();
      var documents = new Compose(settings).composeAllFromString(yaml).iterator();
      if (!documents.hasNext()) {
        throw new PipelineException(file + ": is empty");
      }
      Node root = documents.next();
      if (documents.hasNext()) {
        throw new Entry(file, "", documents.next()).bad("a second document; one is allowed");
      }
      return pipeline(
          new Entry(file, "", root), new SensorSection(kinds), new OutputsSection(outputs));
    } catch (MarkedYamlEngineException e) {
      String place =
          e.getProblemMark()
              .map(m -> (m.getLine() + 1) + ":" + (m.getColumn() + 1) + ": ")
              .orElse("");
      throw new PipelineException(file + ":" + place + "is not YAML: " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new PipelineException(file + ": is not YAML: " + e.getMessage(), e);
    }
  }

  private static Pipeline pipeline(Entry root, SensorSection sensors, OutputsSection outputs)
      throws PipelineException {
    Section top =
        root.section(
            "node",
            "board",
            "sensor",
            "window",
            "features",
            "model",
            "budget",
            "instruments",
            "rules",
            "mqtt",
            "cloud",
            "ladder",
            "updates",
            "outputs");
    Entry nameEntry = top.required("node");
    String name = nameEntry.text();
    if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
      throw nameEntry.bad("'" + name + "' must be 1 to 64 letters, digits, dots, dashes or _");
    }
    Pipeline.Model model = model(top.required("model"));
    SensorSettings sensor = sensors.read(top.required("sensor"));
    DeviceProfile board = board(top.required("board"));
    Optional<Pipeline.Cloud> cloud = top.optional("cloud", CloudSection::read);
    boolean instruments =
        top.optional("instruments", "none", e -> e.word("none", "all")).equals("all");
    List<RuleSettings> rules = RuleSection.read(top, model.labels());
    return new Pipeline(
        name,
        board,
        sensor,
        top.has("window") ? window(top.required("window")) : oneTensor(top, sensor),
        FeatureSection.read(top),
        model,
        top.optional(
            "budget", AdmissionSettings.UNLIMITED, e -> BudgetSection.read(e, board, instruments)),
        instruments,
        rules,
        top.optional("mqtt", e -> MqttSection.read(e, name)),
        cloud,
        top.optional("ladder", LadderSection.usual(cloud), e -> LadderSection.read(e, cloud)),
        top.optional("updates", UpdatesSection::read),
        outputs.read(top, rules, sensor));
  }

  private static DeviceProfile board(Entry entry) throws PipelineException {
    if (entry.text().endsWith(".profile")) {
      Path file = entry.path();
      try {
        return ProfileText.read(file);
      } catch (IOException e) {
        throw entry.bad("cannot read " + file + ": " + e.getMessage());
      } catch (BadProfileException e) {
        throw entry.bad(e.getMessage());
      }
    }
    String id = entry.word(DeviceProfiles.ids().toArray(String[]::new));
    return entry.make(() -> DeviceProfiles.named(id));
  }

  private static WindowSettings oneTensor(Section top, SensorSettings sensor)
      throws PipelineException {
    if (sensor.givesWindows()) {
      return new WindowSettings(Span.ofSamples(1), Span.ofSamples(1), WindowSettings.Gaps.DROP);
    }
    throw top.place()
        .bad("key 'window' is missing (only replayed tensors and pictures are windows already)");
  }

  private static WindowSettings window(Entry entry) throws PipelineException {
    Section s = entry.section("length", "hop", "gaps");
    Span length = s.required("length").span();
    return new WindowSettings(
        length,
        s.optional("hop", length, Entry::span),
        s.optional(
            "gaps",
            WindowSettings.Gaps.DROP,
            e ->
                e.word("drop", "mark").equals("mark")
                    ? WindowSettings.Gaps.MARK
                    : WindowSettings.Gaps.DROP));
  }

  private static Pipeline.Model model(Entry entry) throws PipelineException {
    Section s = entry.section("file", "name", "labels", "energy", "time");
    Optional<List<Entry>> labels = s.optional("labels", Entry::list);
    java.util.ArrayList<String> words = new java.util.ArrayList<>();
    for (Entry label : labels.orElse(List.of())) {
      words.add(label.text());
    }
    return new Pipeline.Model(
        s.required("file").path(),
        s.optional("name", Entry::text),
        words,
        s.optional(
            "energy",
            OptionalLong.empty(),
            e -> OptionalLong.of(Math.round(e.quantity(Unit.ENERGY, true) * 1e6))),
        s.optional("time", OptionalLong.empty(), e -> OptionalLong.of(e.timeNs())));
  }
}
