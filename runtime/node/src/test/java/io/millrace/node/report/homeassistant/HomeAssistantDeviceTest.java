package io.millrace.node.report.homeassistant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.report.NodeFigure;
import io.millrace.node.report.ReportSettings;
import io.millrace.node.report.ReportSubject;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.SampleFormat.Channel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.jr.ob.JSON;

/** What is announced, and how it is taken back. */
class HomeAssistantDeviceTest {
  static final ReportSettings SETTINGS =
      new ReportSettings(
          10_000_000_000L, true, true, Optional.of("homeassistant"), Optional.empty());

  @TempDir Path folder;
  private final List<Map.Entry<String, byte[]>> kept = new ArrayList<>();

  private void keep(String topic, byte[] message) {
    kept.add(Map.entry(topic, message));
  }

  static ReportSubject subject(List<String> rules, Channel... channels) {
    return ReportSubject.of(
        "n.1",
        "Raspberry Pi 4 B",
        "1.2",
        new SampleFormat("sensor", List.of(channels), 3200),
        rules,
        EnumSet.allOf(NodeFigure.class));
  }

  private HomeAssistantDevice device(String node) throws IOException {
    return HomeAssistantDevice.open(
        new HomeAssistantDevice.Identity("homeassistant", node, "plant/n1", "Pi", "1.2"),
        this::keep,
        folder);
  }

  private byte[] announced(String node, ReportSubject subject) throws IOException {
    HomeAssistantDevice device = device(node);
    for (Component component : NodeEntities.of(subject, SETTINGS, "plant/n1")) {
      device.add(component);
    }
    device.announce();
    return kept.getLast().getValue();
  }

  private static Map<?, ?> components(byte[] message) throws IOException {
    return (Map<?, ?>) JSON.std.mapFrom(message).get("cmps");
  }

  @Test
  void shouldFitHomeAssistantsSchemaForEveryUnitASensorMayHave() throws IOException {
    List<Channel> channels = new ArrayList<>();
    for (String unit :
        "degC °C C K %RH % Pa hPa kPa V mV A mA W mW Hz kHz lx dBA m mm s ms m/s m/s2 m/s^2 g dps deg/s rad/s bpm 1 stored furlong"
            .split(" ", -1)) {
      channels.add(new Channel("in " + unit, unit, 1));
    }
    byte[] message =
        announced("n.1", subject(List.of("bang", "a.b"), channels.toArray(Channel[]::new)));
    String topic = kept.getLast().getKey();
    assertEquals("homeassistant/device/millrace_n_1/config", topic);
    assertEquals(List.of(), DiscoverySchema.faults(topic, message));
    int figures = NodeFigure.values().length;
    assertEquals(3 * channels.size() + 2 + figures + 1, components(message).size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"uniq_id\":\"millrace_n_1_rule_bang\"  | \"uni\":\"x\"                  | unique_id is missing",
        "\"uniq_id\":\"millrace_n_1_rule_bang\"  | \"uniq_id\":\"millrace_n_1_power\" | is not unique",
        "\"dev_cla\":\"problem\"                 | \"dev_cla\":\"trouble\"        | device_class trouble",
        "\"unit_of_meas\":\"mW\"                 | \"unit_of_meas\":\"uW\"        | unit uW of class power",
        "\"stat_cla\":\"total_increasing\",\"sug_dsp_prc\":1 | \"stat_cla\":\"measurement\",\"sug_dsp_prc\":1 | state_class measurement of class energy",
        "\"ent_cat\":\"diagnostic\"              | \"ent_cat\":\"config\"          | entity_category",
        "\"o\":                                  | \"ori\":                        | origin is missing",
        "\"ids\":[\"millrace_n_1\"]              | \"ids\":[]                      | identifiers is []",
        "\"p\":\"binary_sensor\"                 | \"p\":\"beeper\"                | platform beeper",
        "\"sug_dsp_prc\":3                       | \"sug_dsp_prc\":-1              | precision is -1",
      })
  void shouldBeAbleToFail(String part, String other, String fault) throws IOException {
    byte[] good = announced("n.1", subject(List.of("bang"), new Channel("x", "m/s2", 1)));
    String bad = new String(good, StandardCharsets.UTF_8).replace(part, other);
    assertFalse(bad.equals(new String(good, StandardCharsets.UTF_8)), "nothing was replaced");
    List<String> faults =
        DiscoverySchema.faults(kept.getLast().getKey(), bad.getBytes(StandardCharsets.UTF_8));
    assertTrue(faults.stream().anyMatch(f -> f.contains(fault)), faults::toString);
  }

  @Test
  void shouldGiveClassesOnlyWhereTheUnitLeavesNoDoubt() throws IOException {
    byte[] message =
        announced(
            "n.1",
            subject(
                List.of(),
                new Channel("t", "degC", 1),
                new Channel("x", "m/s2", 1),
                new Channel("level", "%", 1),
                new Channel("audio", "1", 1)));
    Map<?, ?> t = (Map<?, ?>) components(message).get("channel_t_mean");
    assertEquals("temperature", t.get("dev_cla"));
    assertEquals("°C", t.get("unit_of_meas"));
    assertEquals("{{ value_json.channels.t.mean }}", t.get("val_tpl"));
    Map<?, ?> x = (Map<?, ?>) components(message).get("channel_x_rms");
    assertEquals("m/s²", x.get("unit_of_meas"));
    assertFalse(x.containsKey("dev_cla"));
    assertFalse(((Map<?, ?>) components(message).get("channel_level_mean")).containsKey("dev_cla"));
    Map<?, ?> audio = (Map<?, ?>) components(message).get("channel_audio_mean");
    assertFalse(audio.containsKey("unit_of_meas"));
  }

  @Test
  void shouldRemoveWhatAnEarlierStartAnnounced() throws IOException {
    Channel x = new Channel("x", "g", 1);
    announced("n.1", subject(List.of("bang", "hum"), x));
    byte[] message = announced("n.1", subject(List.of("hum"), x));
    assertEquals(Map.of("p", "binary_sensor"), components(message).get("rule_bang"));
    assertTrue(((Map<?, ?>) components(message).get("rule_hum")).size() > 1);
    assertEquals(List.of(), DiscoverySchema.faults(kept.getLast().getKey(), message));
    message = announced("n.1", subject(List.of("hum"), x));
    assertEquals(
        Map.of("p", "binary_sensor"),
        components(message).get("rule_bang"),
        "again: nobody knows whether it was heard");
    message = announced("n.1", subject(List.of("bang", "hum"), x));
    assertTrue(((Map<?, ?>) components(message).get("rule_bang")).size() > 1, "it is back");
    // nothing went: what is remembered has nothing gone in it
    assertFalse(Files.readString(folder.resolve("components")).contains("- "));
  }

  @Test
  void shouldRemoveADeviceOfAnotherNameAndAllWhenNobodyWantsAny() throws IOException {
    announced("old", subject(List.of(), new Channel("x", "g", 1)));
    kept.clear();
    announced("new", subject(List.of(), new Channel("x", "g", 1)));
    assertEquals("homeassistant/device/millrace_old/config", kept.getFirst().getKey());
    assertEquals(0, kept.getFirst().getValue().length);
    kept.clear();
    HomeAssistantDevice.takeBack(this::keep, folder);
    assertEquals(
        List.of(
            "homeassistant/device/millrace_new/config", "homeassistant/device/millrace_old/config"),
        kept.stream().map(Map.Entry::getKey).toList());
    assertTrue(kept.stream().allMatch(each -> each.getValue().length == 0));
  }

  @Test
  void shouldAnnounceAnewWhenHomeAssistantStartsOrAnEntityComes() throws IOException {
    HomeAssistantDevice device = device("n.1");
    device.heard("online".getBytes(StandardCharsets.UTF_8));
    assertEquals(0, kept.size(), "nothing is announced yet");
    device.announce();
    device.heard("offline".getBytes(StandardCharsets.UTF_8));
    assertEquals(1, kept.size());
    device.heard("online".getBytes(StandardCharsets.UTF_8));
    assertEquals(2, kept.size());
    device.add(new Component("model", "update", Map.of("name", "Model")));
    assertEquals(3, kept.size());
    assertTrue(components(kept.getLast().getValue()).containsKey("model"));
    assertEquals(
        List.of(), DiscoverySchema.faults(kept.getLast().getKey(), kept.getLast().getValue()));
  }

  @Test
  void shouldRefuseKeysThatNoTopicCanHave() {
    for (String bad : List.of("", "a b", "a/b", "ä")) {
      assertThrows(
          IllegalArgumentException.class, () -> new Component(bad, "sensor", Map.of()), bad);
    }
  }
}
