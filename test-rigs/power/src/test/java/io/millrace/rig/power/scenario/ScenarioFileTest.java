package io.millrace.rig.power.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.rig.power.world.Link;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenarioFileTest {
  @TempDir Path folder;

  private Scenario read(String yaml) throws Exception {
    Path file = folder.resolve("s.yaml");
    Files.writeString(file, yaml);
    return ScenarioFile.read(file);
  }

  private String problem(String yaml) {
    String message = assertThrows(ScenarioException.class, () -> read(yaml)).getMessage();
    assertTrue(message.startsWith(folder.resolve("s.yaml").toString()), message);
    return message.substring(folder.resolve("s.yaml").toString().length());
  }

  private static final String LEAST =
      "name: s\npipeline: p.yaml\nduration: 2 d\nwindows: [{every: 10 s}]\n";

  @Test
  void shouldReadEverything() throws Exception {
    Scenario s =
        read(
            LEAST
                + """
                title: All of it
                seed: 4
                jitter: 5 %
                hard: 30 %
                battery: {capacity: 2 Wh, start: 50 %, charge: 1 W, efficiency: 90 %}
                sun: {panel: 2 W, rise: 5 h, set: 19 h, clear: [90 %, 10 %]}
                link:
                  rate: 1 MB/s
                  latency: 50 ms
                  phases: [{state: slow, from: 1 h, for: 2 h, every: 1 d, factor: 3}]
                ambient: [{air: -5 C}, {from: 6 h, air: 20 C}]
                instruments: {power: true, noise: 1 %, bias: -2 %, thermometer: true, gauge: true}
                errors: {idle: -20 %, compute: 20 %}
                clock: [{off: -3 h}, {from: 5 h, off: 0 s}]
                """);
    assertEquals(7.2e6, s.battery().orElseThrow().capacityMilliJ());
    assertEquals(3.6e6, s.battery().orElseThrow().startMilliJ());
    assertEquals(2, s.sun().clearness().length);
    assertEquals(Link.State.SLOW, s.link().phases().getFirst().state());
    assertEquals(-5, s.ambientCelsius().at(0));
    assertEquals(-0.02, s.instruments().bias());
    assertEquals(-0.2, s.errors().idle());
    assertEquals(-10_800_000, s.wallOffsetMs().at(0));
    assertEquals(folder.resolve("p.yaml"), s.pipeline());
  }

  @Test
  void shouldSayWhichLineAndKeyIsWrong() {
    assertEquals(
        ":5: bateries: unknown key; known are", problem(LEAST + "bateries: 3\n").substring(0, 36));
    assertTrue(
        problem(LEAST + "battery: {capacity: 3 kg}\n")
            .startsWith(":5: battery.capacity: '3 kg' is not an energy"));
    assertTrue(
        problem(LEAST + "sun: {panel: 1 W, clear: 1 %}\n")
            .startsWith(":5: sun: means nothing without 'battery'"));
    assertTrue(
        problem("name: s\npipeline: p\nwindows: {every: 1 s}\n")
            .startsWith(":1: key 'duration' is missing"));
    assertTrue(
        problem(LEAST.replace("10 s", "0 s")).startsWith(":4: windows[0].every: must be 1 ms"));
    assertTrue(problem(LEAST + "ambient: [{air: 3 C}, {air: 4 C}]\n").contains("must ascend"));
    assertTrue(
        problem(LEAST + "errors: {idle: 80 %}\n")
            .startsWith(":5: errors.idle: '80 %' is not within"));
    assertTrue(problem("name: [\n").contains("is not YAML"));
    assertTrue(problem("").contains("is empty"));
  }
}
