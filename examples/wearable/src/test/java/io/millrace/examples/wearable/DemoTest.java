package io.millrace.examples.wearable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.examples.kit.Play;
import io.millrace.node.pipeline.Pipeline;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
  @TempDir Path folder;

  @Test
  void shouldLearnFromWindowsAsThePipelineCutsThem() throws Exception {
    Map<String, String> files = Map.of("recording", "r.csv", "quick", "q", "careful", "c");
    Pipeline pipeline = Play.pipeline(Demo.class, "pipeline.yaml", folder, files);
    assertEquals(Demo.LENGTH, pipeline.window().length().samples(Wearer.RATE_HZ));
    assertEquals(Demo.HOP, pipeline.window().hop().samples(Wearer.RATE_HZ));
    assertEquals(
        Demo.STATES.stream().map(s -> s.name().toLowerCase(Locale.ROOT)).toList(),
        pipeline.model().labels());
  }

  @Test
  void shouldAlertInBothSpellsAndSpareTheReserve() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<String> failures;
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      failures = Play.inFolder(new Demo(), out);
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertEquals(List.of(), failures, text);
    assertTrue(text.contains("tachycardia raised"), text);
    assertTrue(text.contains("cell "), text);
  }
}
