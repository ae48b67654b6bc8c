package io.millrace.node.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.budget.PowerLimit;
import io.millrace.node.budget.RadioPrice;
import io.millrace.node.cloud.CloudConfig;
import io.millrace.node.feature.FeatureSettings;
import io.millrace.node.rule.RuleSettings;
import io.millrace.node.secret.Secret;
import io.millrace.node.window.Span;
import io.millrace.node.window.WindowSettings;
import io.millrace.sensors.replay.TensorRecording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelineFileTest {
  private static final Path EXAMPLE =
      Path.of("src/test/resources/io/millrace/node/pipeline/keyword.yaml");

  @TempDir Path folder;

  private static Pipeline parse(String yaml) throws PipelineException {
    return PipelineFile.parse(yaml, Path.of("/etc/millrace/p.yaml"));
  }

  @Test
  void shouldReadTheWorkedExample() throws Exception {
    Pipeline p = PipelineFile.read(EXAMPLE);
    assertEquals("hall-3", p.node());
    assertEquals("rpi4b", p.board().id());
    SensorSettings.Replay replay = assertInstanceOf(SensorSettings.Replay.class, p.sensor());
    assertEquals(EXAMPLE.toAbsolutePath().resolveSibling("keywords.bin"), replay.file());
    assertEquals(
        new SensorSettings.Format.Tensor(TensorRecording.Type.INT8, List.of(1, 49, 10, 1), 1),
        replay.format());
    assertTrue(replay.options().loop());
    assertEquals(
        new WindowSettings(Span.ofSamples(1), Span.ofSamples(1), WindowSettings.Gaps.DROP),
        p.window());
    assertEquals(List.of(new FeatureSettings.None()), p.features());
    assertEquals(
        List.of(new PowerLimit(3000, 60_000_000_000L, OptionalDouble.of(500))),
        p.budget().budgets().power());
    assertEquals(800_000_000L, p.budget().deadlineNs());
    RuleSettings.Score rule = assertInstanceOf(RuleSettings.Score.class, p.rules().getFirst());
    assertEquals(new RuleSettings.Element(9, "yes"), rule.elements().getFirst());
    assertEquals(2000, rule.trigger().holdOffMs());
    Pipeline.Mqtt mqtt = p.mqtt().orElseThrow();
    assertEquals("plant/hall-3", mqtt.broker().baseTopic());
    assertEquals("hall-3", mqtt.broker().clientId());
    assertEquals(16 << 20, mqtt.outbox().maxDiskBytes());
    Pipeline.Cloud cloud = p.cloud().orElseThrow();
    assertEquals(120_000_000L, cloud.expectedNs());
    assertEquals(List.of(1L, 49L, 10L, 1L), cloud.client().input().shape());
    assertEquals("Identity", cloud.client().outputs().getFirst().name());
    assertEquals(new Secret.FromEnvironment("MODELS_TOKEN"), cloud.client().token().orElseThrow());
  }

  @Test
  void shouldKeepTheDocumentedExampleAndTheTestedOneAlike() throws IOException {
    String documentation = Files.readString(Path.of("PIPELINE.md"));
    assertTrue(documentation.contains("```yaml\n" + Files.readString(EXAMPLE) + "```"));
  }

  private static final String MINIMAL =
      """
      node: n
      board: host
      model: {file: m.mill}
      """;

  @Test
  void shouldReadEverySectionInFull() throws Exception {
    Pipeline p =
        parse(
            MINIMAL
                + """
                sensor:
                  replay: /data/a.csv
                  format: csv
                  pace: fast
                  limit: 10 samples
                  columns: [x, z]
                  time: {column: t, unit: ms}
                  rate: 3.2 kHz
                window: {length: 0.5 s, hop: 100 samples, gaps: mark}
                features:
                  - spectrum:
                      fft-length: 2048
                      first-bin: 1
                      bins: 64
                      scale: log10
                      floor: 1.0e-3
                      envelope: {from: 500 Hz, to: 1.5 kHz}
                  - none
                  - log-mel:
                      frame: 25 ms
                      hop: 10 ms
                      bands: 40
                      from: 20 Hz
                      to: 1.6 kHz
                      power: true
                      scale: ln
                rules:
                  - {name: odd, anomaly: reconstruction, label: odd, on: 2, off: 1.5, windows: 3}
                mqtt:
                  broker: ssl://b.example:8883
                  tls: {ca: ca.pem, certificate: c.pem, key: k.pem, verify-hostname: false}
                  in-flight: 8
                  timing: {keep-alive: 20 s, acknowledge: 5 s}
                  outbox: {folder: o}
                cloud:
                  server: http://c.example:8000
                  model: m
                  version: "2"
                  encoding: binary
                  input: {name: x, shape: [1, 3], type: int8, scale: 0.5, zero-point: -3}
                  outputs: [{name: y, elements: 5, scale: 0.25, zero-point: 1}]
                  limits: {attempts: 1, response: 64 KiB}
                  link: {wakeup: 1 mJ, sent-byte: 20 nJ, received-byte: 0 nJ}
                """);
    assertTrue(p.sensor().asFastAsPossible());
    assertEquals(new Span.Time(500_000_000), p.window().length());
    assertEquals(Span.ofSamples(100), p.window().hop());
    assertEquals(3, p.features().size());
    FeatureSettings.Spectrum spectrum =
        assertInstanceOf(FeatureSettings.Spectrum.class, p.features().getFirst());
    assertEquals(1500, spectrum.envelope().orElseThrow().toHz());
    assertInstanceOf(RuleSettings.Reconstruction.class, p.rules().getFirst());
    assertEquals(20, p.mqtt().orElseThrow().broker().timing().keepAliveS());
    assertEquals(8, p.mqtt().orElseThrow().broker().maxInFlight());
    CloudConfig cloud = p.cloud().orElseThrow().client();
    assertEquals(CloudConfig.Encoding.BINARY, cloud.encoding());
    assertEquals(65536, cloud.limits().maxResponseBytes());
    assertEquals(-3, cloud.input().zeroPoint());
    assertEquals(new RadioPrice(1_000_000, 20, 0), p.cloud().orElseThrow().link().orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nod: n\\nboard: host                     | :1:1: nod: unknown key; did you mean 'node'?
          board: host                              | :1:1: key 'node' is missing
          node: a b\\nboard: host                  | :1:7: node: 'a b' must be 1 to 64 letters
          X\\nsensor: {replay: a}                  | :4:18: sensor.replay: give 'format'
          X\\nsensor: {replay: a.wav, rate: 1 Hz}  | :4:31: sensor.rate: means nothing for a WAVE file
          X\\nsensor: {replay: a.csv}              | :4:9: sensor: key 'rate' is missing
          X\\nsensor: {replay: a.wav, pace: quick} | :4:31: sensor.pace: 'quick' is not allowed; allowed: real, fast
          X\\nsensor: {replay: a.wav, pacee: real} | :4:25: sensor.pacee: unknown key; did you mean 'pace'?
          X\\nsensor: {replay: a.bin, type: int8, rate: 1 Hz, shape: [1, 0]} | :4:60: sensor.shape[1]: '0' is not a whole number within 1 to
          X\\nsensor: {replay: a.wav, loop: yes}   | :4:31: sensor.loop: 'yes' is not allowed; allowed: true, false
          S\\nwindow: {length: 5}                  | :5:18: window.length: '5' is not a number of samples or a time such as '1 s'
          S\\nwindow: {length: 1.5 samples}        | :5:18: window.length: '1.5 samples' is not a whole number of samples
          S\\nwindow: {length: 0 s}                | :5:18: window.length: 0 ns
          S\\nwindow: 3 s                          | :5:9: window: must be a mapping with keys of length, hop, gaps, not '3 s'
          S\\nfeatures: none                       | :1:1: key 'window' is missing
          W\\nfeatures: non                        | :6:11: features: 'non' is not allowed; did you mean 'none'?
          W\\nfeatures: [{spectrum: {bins: 0}}]    | :6:30: features[0].spectrum.bins: '0' is not a whole number
          W\\nbudget: {power: 3}                   | :6:17: budget.power: '3' is not a power such as '900 mW' (units: uW, mW, W), above 0
          W\\nbudget: {power: 0 W}                 | :6:17: budget.power: '0 W' is not a power
          W\\nbudget: {over: 3 s}                  | :6:16: budget.over: means nothing without 'power'
          W\\nbudget: {deadline: -3 s}             | :6:20: budget.deadline: '-3 s' is not a time
          W\\nrules: [{name: a, on: 1}]            | :6:9: rules[0]: give one of 'classes' and 'anomaly'
          W\\nrules: [{name: a, on: 1, off: 2, classes: 0}] | :6:9: rules[0]: on 1.0 and off 2.0
          W\\nrules: [{name: a, on: 1, classes: dog}] | :6:35: rules[0].classes: no class is called 'dog'
          W\\nrules: [{name: a, on: x, classes: 0}] | :6:23: rules[0].on: 'x' is not a number
          W\\nrules: [{name: a/b, on: 1, classes: 0}] | :6:16: rules[0].name: 'a/b' must be
          W\\nnode: again                          | :6:1: node: is given twice
          W\\nmqtt: {broker: "tcp://h", outbox: {folder: o}} | :6:7: mqtt: broker must be tcp://HOST:PORT
          W\\nmqtt: {broker: "tcp://h:1", user: u, outbox: {folder: o}} | :6:7: mqtt: 'user' and 'password' go together
          W\\nmqtt: {broker: "tcp://h:1", user: u, password: secret, outbox: {folder: o}} | :6:48: mqtt.password: write {file: PATH} or {env: NAME}
          W\\ncloud: {server: "http://h", model: m, input: {name: x, shape: [1]}, outputs: []} | :6:8: cloud: name at least one output
          W\\n  bad: indentation                    | :6:3: is not YAML
          W\\nmodel: [                             | is not YAML
          W\\n---\\nnode: b                        | a second document
          !!java.net.URL [x]                       | :1:1: must be a mapping
          """)
  void shouldNameLineColumnAndKey(String yaml, String message) {
    String minimal = MINIMAL.strip();
    String sensor = minimal + "\nsensor: {replay: a.wav}";
    String window = sensor + "\nwindow: {length: 1 s}";
    String text =
        yaml.strip()
            .replace("\\n", "\n")
            .replaceFirst("^X", minimal)
            .replaceFirst("^S", sensor)
            .replaceFirst("^W", window);
    PipelineException e = assertThrows(PipelineException.class, () -> parse(text));
    assertTrue(
        e.getMessage().startsWith("/etc/millrace/p.yaml") && e.getMessage().contains(message),
        e.getMessage());
  }

  @Test
  void shouldAnswerAnyDamageWithAPipelineOrAClearError() throws IOException {
    String good = Files.readString(EXAMPLE);
    Random random = new Random(4);
    int wrong = 0;
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder(good);
      for (int i = 0; i < 1 + random.nextInt(3); i++) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, (char) (32 + random.nextInt(95)));
          case 1 -> text.deleteCharAt(at);
          default -> text.insert(at, "{}[]&*!|>'\"%@:- \n\t".charAt(random.nextInt(17)));
        }
      }
      try {
        parse(text.toString());
      } catch (PipelineException e) {
        wrong++;
        assertTrue(e.getMessage().startsWith("/etc/millrace/p.yaml"), e.getMessage());
      }
    }
    assertTrue(wrong > 500, "most damage is found: " + wrong);
  }

  @Test
  void shouldRefuseWhatIsNoText() throws IOException {
    Path file = Files.write(folder.resolve("p.yaml"), new byte[] {(byte) 0xFF, (byte) 0xFE, 0});
    assertThrows(PipelineException.class, () -> PipelineFile.read(file));
    Path empty = Files.writeString(folder.resolve("e.yaml"), "");
    PipelineException e = assertThrows(PipelineException.class, () -> PipelineFile.read(empty));
    assertTrue(e.getMessage().endsWith("e.yaml: is empty"), e.getMessage());
  }
}
