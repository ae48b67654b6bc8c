package io.millrace.rig.power.play;

import io.millrace.rig.power.scenario.Scenario;
import io.millrace.rig.power.scenario.ScenarioFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** A short scenario near its limits, whose pipeline a test may change. */
final class Uncertain {
  private static final String SCENARIO =
      """
      name: uncertain
      pipeline: uncertain.pipeline.yaml
      duration: 15 min
      windows: [{from: 0 s, every: 1 s}, {from: 5 min, every: 400 ms}, {from: 9 min, every: 2 s}]
      jitter: 10 %
      battery: {capacity: 12 kJ}
      link:
        rate: 2.5 MB/s
        latency: 40 ms
        jitter: 30 %
        errors: 2 %
        phases: [{state: down, from: 6 min, for: 2 min}]
      ambient: [{air: 30 C}]
      """;

  private static final String PIPELINE =
      """
      node: uncertain
      board: rpi4b
      sensor: {replay: recording.csv, format: csv, rate: 1 Hz}
      window: {length: 1 sample}
      model: {file: bearing-board-int8.onnx, energy: 300 mJ, time: 330 ms}
      cloud:
        server: http://192.0.2.1:8000
        model: large
        input: {name: features, shape: [1, 320]}
        outputs: [{name: classes, elements: 5}]
        encoding: binary
        expected: 80 ms
        limits: {connect: 300 ms, attempt: 300 ms, attempts: 1}
      budget:
        power: [{limit: 3.6 W, over: 30 s}, {limit: 3.45 W, over: 5 min}]
        peak: 5.5 W
        battery: {capacity: 12 kJ, reserve: 2 %, lasts: 16 min}
        temperature: {limit: 80 C, ambient: 30 C}
        uplink: {per-day: 500 kB}
        margin: ${margin}
        deadline: 2 s
        waiting: 0
      """;

  private Uncertain() {}

  /** Written into {@code folder}, with that margin. */
  static Scenario in(Path folder, String margin) throws Exception {
    Files.writeString(folder.resolve("uncertain.yaml"), SCENARIO);
    Files.writeString(
        folder.resolve("uncertain.pipeline.yaml"), PIPELINE.replace("${margin}", margin));
    return ScenarioFile.read(folder.resolve("uncertain.yaml"));
  }
}
