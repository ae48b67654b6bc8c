package io.millrace.examples.wakeword;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.examples.kit.Play;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoTest {
  private static String played(Play.Example example) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<String> failures;
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      failures = Play.inFolder(example, out);
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertEquals(List.of(), failures, text);
    return text;
  }

  @Test
  void shouldHearTheCallsAndNothingElse() throws Exception {
    String text = played(new Demo("fast"));
    assertTrue(text.contains("ALERT received: call raised"), text);
  }

  @Test
  void shouldHearTheSpokenWord() throws Exception {
    String models = System.getProperty("millrace.models", "");
    String missing = "property millrace.models is not set: no speech here";
    if (models.isEmpty() && "true".equals(System.getenv("CI"))) {
      throw new AssertionError(missing + ", and CI must run this test");
    }
    assumeTrue(!models.isEmpty(), missing);
    String text = played(new Speech(models, "fast"));
    assertTrue(text.contains("ALERT received: marvin raised"), text);
  }

  @Test
  void shouldSayWhatSpeechNeeds() throws Exception {
    List<String> failures = Play.inFolder(new Speech(null, "fast"), System.out);
    assertEquals(1, failures.size());
    assertTrue(failures.getFirst().contains("MILLRACE_MODELS"), failures.getFirst());
  }
}
