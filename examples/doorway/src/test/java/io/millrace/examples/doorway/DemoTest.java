package io.millrace.examples.doorway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.examples.kit.Play;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoTest {
  @Test
  void shouldTellOfSomebodyOnlyWhenCameraAndMotionDetectorAgree() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<String> failures;
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      failures = Play.inFolder(new Demo("fast"), out);
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertEquals(List.of(), failures, text);
    assertTrue(text.contains("ALERT received: someone raised"), text);
    assertTrue(text.contains("  lamp on"), text);
  }
}
