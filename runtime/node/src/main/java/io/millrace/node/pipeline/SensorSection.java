package io.millrace.node.pipeline;

import io.millrace.sensors.align.AlignSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The {@code sensor} section: one key names the kind and has what belongs to it; a recording's keys
 * stand beside {@code replay}. Any kind but pictures may be brought to another rate.
 */
final class SensorSection {
  private static final String REPLAY = "replay";
  private static final String RESAMPLE = "resample";
  private static final int MAX_ALIGNED = 32;

  private final Map<String, SensorKind> kinds = new TreeMap<>();

  /** The node's own kinds and these. */
  SensorSection(Map<String, SensorKind> others) {
    kinds.put("audio", AudioSection::read);
    kinds.put("camera", CameraSection::read);
    kinds.put("iio", IioSection::read);
    kinds.put("mqtt", TopicSection::read);
    kinds.put("align", this::align);
    others.forEach((key, kind) -> {
      if (key.equals(REPLAY) || key.equals(RESAMPLE) || kinds.put(key, kind) != null) {
        throw new IllegalArgumentException("the node itself knows sensors of kind " + key);
      }
    });
  }

  SensorSettings read(Entry entry) throws PipelineException {
    if (!entry.isMapping() || entry.hasKey(REPLAY)) {
      return ReplaySection.read(entry);
    }
    List<String> keys = new ArrayList<>(kinds.keySet());
    keys.add(REPLAY);
    keys.add(RESAMPLE);
    Section s = entry.section(keys.toArray(String[]::new));
    List<String> named = kinds.keySet().stream().filter(s::has).toList();
    if (named.size() != 1) {
      throw entry.bad(
          "name one kind of sensor, not %d: replay, %s"
              .formatted(named.size(), String.join(", ", kinds.keySet())));
    }
    SensorSettings settings = kinds.get(named.getFirst()).read(s.required(named.getFirst()));
    if (settings.givesWindows()) {
      s.refuse("means nothing for pictures", RESAMPLE);
    }
    return resampled(settings, s);
  }

  /** The same at the rate that {@code resample} asks for, if it does. */
  static SensorSettings resampled(SensorSettings settings, Section s) throws PipelineException {
    return s.has(RESAMPLE)
        ? new SensorSettings.Resampled(settings, s.required(RESAMPLE).quantity(Unit.RATE, false))
        : settings;
  }

  private SensorSettings align(Entry entry) throws PipelineException {
    Section s = entry.section("sensors", "rate", "method", "skew", "late");
    List<SensorSettings> sources = new ArrayList<>();
    for (Entry sensor : s.required("sensors").list()) {
      SensorSettings source = read(sensor);
      if (!sources.isEmpty()
          && source.asFastAsPossible() != sources.getFirst().asFastAsPossible()) {
        throw sensor.bad("'pace: fast' holds for all sensors that are aligned, or for none");
      }
      sources.add(source);
    }
    if (sources.size() > MAX_ALIGNED) {
      throw s.required("sensors")
          .bad(sources.size() + " sensors; at most " + MAX_ALIGNED + " are aligned");
    }
    double rateHz = s.required("rate").quantity(Unit.RATE, false);
    AlignSettings.Method method =
        s.optional("method", AlignSettings.Method.HOLD, SensorSection::method);
    OptionalLong skewNs =
        s.optional("skew", OptionalLong.empty(), e -> OptionalLong.of(e.timeNs()));
    long lateNs = s.optional("late", 1_000_000_000L, Entry::timeNs);
    return entry.make(() ->
        new SensorSettings.Aligned(sources, new AlignSettings(rateHz, method, skewNs, lateNs)));
  }

  private static AlignSettings.Method method(Entry entry) throws PipelineException {
    return switch (entry.word("hold", "nearest", "linear")) {
      case "hold" -> AlignSettings.Method.HOLD;
      case "nearest" -> AlignSettings.Method.NEAREST;
      default -> AlignSettings.Method.LINEAR;
    };
  }
}
