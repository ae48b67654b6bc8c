package io.millrace.rig.power.scenario;

import io.millrace.rig.power.scenario.Scenario.Meters;
import io.millrace.rig.power.scenario.Value.Fields;
import io.millrace.rig.power.world.Battery;
import io.millrace.rig.power.world.Board;
import io.millrace.rig.power.world.Link;
import io.millrace.rig.power.world.Sun;
import io.millrace.rig.power.world.Timeline;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads a {@link Scenario} from YAML. */
public final class ScenarioFile {
  private static final long MAX_BYTES = 1 << 20;
  private static final long MOST_NS = 366L * 86_400_000_000_000L;

  private ScenarioFile() {}

  /**
   * Reads {@code file}. The pipeline that it names is beside it.
   *
   * @throws ScenarioException {@code file:line: key: problem}
   */
  public static Scenario read(Path file) throws IOException, ScenarioException {
    if (Files.size(file) > MAX_BYTES) {
      throw new ScenarioException(file + ": is larger than " + MAX_BYTES + " bytes");
    }
    try {
      LoadSettings settings = LoadSettings.builder().setLabel(file.toString()).build();
      Optional<Node> root = new Compose(settings).composeString(Files.readString(file));
      if (root.isEmpty()) {
        throw new ScenarioException(file + ": is empty");
      }
      return scenario(new Value(file, "", root.get()));
    } catch (CharacterCodingException e) {
      throw new ScenarioException(file + ": is not UTF-8 text", e);
    } catch (MarkedYamlEngineException e) {
      String line = e.getProblemMark().map(m -> (m.getLine() + 1) + ": ").orElse(" ");
      throw new ScenarioException(file + ":" + line + "is not YAML: " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new ScenarioException(file + ": is not YAML: " + e.getMessage(), e);
    }
  }

  private static Scenario scenario(Value root) throws ScenarioException {
    Fields f =
        root.fields(
            "name",
            "title",
            "pipeline",
            "duration",
            "seed",
            "windows",
            "jitter",
            "hard",
            "battery",
            "sun",
            "link",
            "ambient",
            "instruments",
            "errors",
            "clock");
    Value name = f.required("name");
    if (!name.text().matches("[A-Za-z0-9._-]{1,64}")) {
      throw name.bad("must be 1 to 64 letters, digits, dots, dashes or _");
    }
    long duration = f.required("duration").timeNs();
    if (duration < 1_000_000_000L || duration > MOST_NS) {
      throw f.required("duration").bad("must be 1 s to 366 d");
    }
    Timeline every = timeline(f.required("windows"), "every", v -> positive(v) + 0.0);
    Scenario.Trace trace =
        new Scenario.Trace(
            every,
            f.optional("jitter", 0.0, v -> v.quantity(Quantity.SHARE, 0, 0.5)),
            f.optional("hard", 0.2, Value::share));
    Optional<Battery.Settings> battery =
        f.optional("battery", Optional.empty(), v -> Optional.of(battery(v)));
    if (f.has("sun") && battery.isEmpty()) {
      throw f.required("sun").bad("means nothing without 'battery'");
    }
    return new Scenario(
        name.text(),
        f.optional("title", name.text(), Value::text),
        f.required("pipeline").path(),
        duration,
        (long) f.optional("seed", 1.0, v -> v.quantity(Quantity.NUMBER, 0, 1e15)).doubleValue(),
        trace,
        battery,
        f.optional("sun", Sun.NONE, ScenarioFile::sun),
        f.optional("link", new Link(1e6, 50_000_000, 0, 0, List.of()), ScenarioFile::link),
        f.optional(
            "ambient",
            Timeline.constant(25),
            v -> timeline(v, "air", a -> a.quantity(Quantity.TEMPERATURE, -60, 100))),
        f.optional("instruments", Meters.NONE, ScenarioFile::meters),
        f.optional("errors", Board.Errors.NONE, ScenarioFile::errors),
        f.optional(
            "clock",
            Timeline.constant(0),
            v -> timeline(v, "off", o -> o.quantity(Quantity.TIME, -3.2e16, 3.2e16) / 1e6)));
  }

  private static long positive(Value v) throws ScenarioException {
    long ns = v.timeNs();
    if (ns < 1_000_000) {
      throw v.bad("must be 1 ms at least");
    }
    return ns;
  }

  /** A list of {@code {from, key}}. */
  private static Timeline timeline(Value list, String key, Fields.Reader<Double> reader)
      throws ScenarioException {
    List<Value> entries = list.list();
    long[] from = new long[entries.size()];
    double[] values = new double[entries.size()];
    for (int i = 0; i < from.length; i++) {
      Fields f = entries.get(i).fields("from", key);
      from[i] = f.optional("from", 0L, Value::timeNs);
      values[i] = reader.read(f.required(key));
    }
    return list.make(() -> new Timeline(from, values));
  }

  private static Battery.Settings battery(Value v) throws ScenarioException {
    Fields f = v.fields("capacity", "start", "charge", "efficiency");
    double capacity = f.required("capacity").quantity(Quantity.ENERGY, 1e-3, 1e15);
    double start = f.optional("start", 1.0, Value::share) * capacity;
    double charge =
        f.optional("charge", Double.POSITIVE_INFINITY, c -> c.quantity(Quantity.POWER, 1e-6, 1e12));
    double efficiency = f.optional("efficiency", 1.0, Value::share);
    return v.make(() -> new Battery.Settings(capacity, start, charge, efficiency));
  }

  private static Sun sun(Value v) throws ScenarioException {
    Fields f = v.fields("panel", "rise", "set", "clear");
    double panel = f.required("panel").quantity(Quantity.POWER, 0, 1e9);
    long rise = f.optional("rise", 21_600_000_000_000L, Value::timeNs);
    long set = f.optional("set", 64_800_000_000_000L, Value::timeNs);
    List<Double> clear = new ArrayList<>();
    for (Value day : f.required("clear").list()) {
      clear.add(day.share());
    }
    double[] days = clear.stream().mapToDouble(Double::doubleValue).toArray();
    return v.make(() -> new Sun(panel, rise, set, days));
  }

  private static Link link(Value v) throws ScenarioException {
    Fields f = v.fields("rate", "latency", "jitter", "errors", "phases");
    List<Link.Phase> phases = new ArrayList<>();
    if (f.has("phases")) {
      for (Value phase : f.required("phases").list()) {
        phases.add(phase(phase));
      }
    }
    double rate = f.required("rate").quantity(Quantity.BYTE_RATE, 1, 1e12);
    long latency = f.required("latency").timeNs();
    double jitter = f.optional("jitter", 0.0, Value::share);
    double errors = f.optional("errors", 0.0, Value::share);
    return v.make(() -> new Link(rate, latency, jitter, errors, phases));
  }

  private static Link.Phase phase(Value v) throws ScenarioException {
    Fields f = v.fields("state", "from", "for", "every", "factor");
    String state = f.required("state").word("down", "failing", "slow", "weak");
    long from = f.required("from").timeNs();
    long duration = f.required("for").timeNs();
    long every = f.optional("every", 0L, Value::timeNs);
    double factor = f.optional("factor", 1.0, x -> x.quantity(Quantity.NUMBER, 1, 1e6));
    return v.make(() ->
        new Link.Phase(
            Link.State.valueOf(state.toUpperCase(Locale.ROOT)), from, duration, every, factor));
  }

  private static Meters meters(Value v) throws ScenarioException {
    Fields f = v.fields("power", "noise", "bias", "thermometer", "gauge");
    return new Meters(
        f.optional("power", false, Value::bool),
        f.optional("noise", 0.0, Value::share),
        f.optional("bias", 0.0, ScenarioFile::error),
        f.optional("thermometer", false, Value::bool),
        f.optional("gauge", false, Value::bool));
  }

  private static Board.Errors errors(Value v) throws ScenarioException {
    Fields f = v.fields("idle", "compute", "time", "radio", "heat");
    return new Board.Errors(
        f.optional("idle", 0.0, ScenarioFile::error),
        f.optional("compute", 0.0, ScenarioFile::error),
        f.optional("time", 0.0, ScenarioFile::error),
        f.optional("radio", 0.0, ScenarioFile::error),
        f.optional("heat", 0.0, ScenarioFile::error));
  }

  private static double error(Value v) throws ScenarioException {
    return v.quantity(Quantity.SHARE, -0.5, 0.5);
  }
}
