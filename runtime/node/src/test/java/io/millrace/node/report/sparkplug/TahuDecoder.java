package io.millrace.node.report.sparkplug;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.jr.ob.JSON;

/** Eclipse Tahu's JavaScript decoder, run by Node: it shares no line with what is tested. */
final class TahuDecoder {
  private static final Path RIG = Path.of("../../test-rigs/sparkplug").toAbsolutePath().normalize();

  /** A payload as a host application sees it. */
  record Decoded(String topic, Map<String, Object> payload) {
    String kind() {
      return topic.split("/", -1)[2];
    }

    long number(String key) {
      return ((Number) payload.get(key)).longValue();
    }

    List<Map<?, ?>> metrics() {
      List<Map<?, ?>> metrics = new ArrayList<>();
      ((List<?>) payload.get("metrics")).forEach(m -> metrics.add((Map<?, ?>) m));
      return metrics;
    }

    Map<?, ?> metric(String name) {
      return metrics().stream().filter(m -> name.equals(m.get("name"))).findFirst().orElseThrow();
    }

    long bdSeq() {
      return ((Number) metric("bdSeq").get("value")).longValue();
    }
  }

  private TahuDecoder() {}

  /** Skips the test where the decoder is missing, and fails where none may be skipped. */
  static void require() {
    boolean there = Files.isDirectory(RIG.resolve("node_modules/sparkplug-payload"));
    String how = "no " + RIG + "/node_modules: run 'npm ci' there (Node 20 or later)";
    if (System.getenv("CI") != null) {
      assertTrue(there, how);
    }
    assumeTrue(there, how);
  }

  static List<Decoded> decode(List<Map.Entry<String, byte[]>> messages) throws Exception {
    StringBuilder lines = new StringBuilder();
    for (Map.Entry<String, byte[]> message : messages) {
      lines.append(message.getKey()).append(' ');
      lines.append(HexFormat.of().formatHex(message.getValue())).append('\n');
    }
    List<Decoded> decoded = new ArrayList<>();
    for (Object one : JSON.std.listFrom(run(lines.toString()))) {
      Map<String, Object> payload = JSON.std.mapFrom(JSON.std.asString(one));
      decoded.add(new Decoded(payload.get("topic").toString(), payload));
    }
    return decoded;
  }

  /** A command for a rebirth, as the encoder beside the decoder writes it. */
  static byte[] rebirthCommand() throws Exception {
    return HexFormat.of().parseHex(run("", "rebirth").strip());
  }

  private static String run(String input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("node", "decode.mjs"));
    command.addAll(List.of(arguments));
    Path in = Files.createTempFile("sparkplug", ".in");
    Path out = Files.createTempFile("sparkplug", ".out");
    try {
      Files.writeString(in, input);
      Process process =
          new ProcessBuilder(command)
              .directory(RIG.toFile())
              .redirectInput(in.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the decoder does not end");
      String text = Files.readString(out, StandardCharsets.UTF_8);
      assertTrue(process.exitValue() == 0, text);
      return text;
    } finally {
      Files.delete(in);
      Files.delete(out);
    }
  }
}
