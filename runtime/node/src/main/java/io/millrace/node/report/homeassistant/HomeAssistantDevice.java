package io.millrace.node.report.homeassistant;

import io.millrace.node.report.Json;
import io.millrace.node.report.Remembered;
import io.millrace.node.storage.SmallFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A node as one device of Home Assistant. Entities are collected by {@link #add}, announced
 * together by {@link #announce}, and announced anew when one is added later or Home Assistant says
 * that it has started.
 *
 * <p>An entity that an earlier start announced and this one does not is removed: its place in the
 * message holds nothing but its platform. A device of another name is removed by an empty message.
 * Both are repeated at each start for the latest that went, since nobody tells whether Home
 * Assistant was there to hear it.
 */
public final class HomeAssistantDevice {
  /** What Home Assistant says at {@code PREFIX/status} once it has started. */
  private static final String ONLINE = "online";

  private static final String TAB = "\t";

  /**
   * Who the device is.
   *
   * @param prefix Home Assistant's discovery prefix, {@code homeassistant} unless it was changed
   * @param node the node's name
   * @param base its base topic, below which {@code status} tells whether it is there
   * @param board what it runs on, for people
   * @param version of the software
   */
  public record Identity(String prefix, String node, String base, String board, String version) {
    /** Letters, digits, {@code _} and {@code -}, as discovery topics take them. */
    public String id() {
      return "millrace_" + node.replaceAll("[^a-zA-Z0-9_-]", "_");
    }

    /** Where the device is announced. */
    public String topic() {
      return prefix + "/device/" + id() + "/config";
    }

    /** Where Home Assistant says that it has started. */
    public String birthTopic() {
      return prefix + "/status";
    }
  }

  private final Identity identity;
  private final BiConsumer<String, byte[]> keep;
  private final SmallFile components;
  private final Map<String, Component> added = new LinkedHashMap<>();
  private Map<String, String> removed = new LinkedHashMap<>();
  private boolean announced;

  private HomeAssistantDevice(
      Identity identity, BiConsumer<String, byte[]> keep, SmallFile components) {
    this.identity = identity;
    this.keep = keep;
    this.components = components;
  }

  /**
   * A device that is not announced yet. Devices that an earlier start announced elsewhere are
   * removed.
   *
   * @param keep keeps a message at the broker, an empty one removes it there
   * @param memory a folder in which the node remembers what it announced
   */
  public static HomeAssistantDevice open(
      Identity identity, BiConsumer<String, byte[]> keep, Path memory) throws IOException {
    Remembered.replace(devices(memory), List.of(identity.topic()))
        .forEach(topic -> keep.accept(topic, new byte[0]));
    return new HomeAssistantDevice(identity, keep, new SmallFile(memory.resolve("components")));
  }

  /** Removes all devices that an earlier start announced. */
  public static void takeBack(BiConsumer<String, byte[]> keep, Path memory) throws IOException {
    if (devices(memory).read().isPresent()) {
      Remembered.replace(devices(memory), List.of())
          .forEach(topic -> keep.accept(topic, new byte[0]));
    }
  }

  private static SmallFile devices(Path memory) {
    return new SmallFile(memory.resolve("devices"));
  }

  /** Who the device is. */
  public Identity identity() {
    return identity;
  }

  /**
   * Adds an entity, or puts it in the place of that of the same key.
   *
   * @throws IOException if the device is announced already and it cannot be remembered
   */
  public synchronized void add(Component component) throws IOException {
    added.put(component.key(), component);
    if (announced) {
      announce();
    }
  }

  /**
   * Announces all entities, and removes those of earlier starts.
   *
   * @throws IOException if what is announced cannot be remembered; nothing is announced then
   */
  public synchronized void announce() throws IOException {
    List<String> lines = new ArrayList<>();
    added.values().forEach(c -> lines.add(c.key() + TAB + c.platform()));
    Map<String, String> gone = new LinkedHashMap<>();
    for (String line : Remembered.replace(components, lines)) {
      String[] cells = line.split(TAB, -1);
      // a key that is there again on another platform is a new entity, and not gone
      if (cells.length == 2 && !added.containsKey(cells[0])) {
        gone.putIfAbsent(cells[0], cells[1]);
      }
    }
    removed = gone;
    announced = true;
    keep.accept(identity.topic(), message());
  }

  /** What came at {@link Identity#birthTopic}. */
  public synchronized void heard(byte[] message) {
    if (announced && new String(message, StandardCharsets.UTF_8).strip().equals(ONLINE)) {
      keep.accept(identity.topic(), message());
    }
  }

  private byte[] message() {
    Map<String, Object> device = new LinkedHashMap<>();
    device.put("ids", List.of(identity.id()));
    device.put("name", identity.node());
    device.put("mf", "Millrace");
    device.put("mdl", identity.board());
    device.put("sw", identity.version());
    Map<String, Object> origin = new LinkedHashMap<>();
    origin.put("name", "Millrace");
    origin.put("sw", identity.version());
    Map<String, Object> availability = new LinkedHashMap<>();
    availability.put("t", identity.base() + "/status");
    availability.put("val_tpl", "{{ value_json.status }}");
    Map<String, Object> entities = new LinkedHashMap<>();
    added.values().forEach(c -> entities.put(c.key(), entity(c)));
    removed.forEach((key, platform) -> entities.put(key, Map.of("p", platform)));
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("dev", device);
    message.put("o", origin);
    message.put("avty", List.of(availability));
    message.put("qos", 1);
    message.put("cmps", entities);
    return Json.bytes(message);
  }

  private Map<String, Object> entity(Component component) {
    Map<String, Object> entity = new LinkedHashMap<>();
    entity.put("p", component.platform());
    String unique = identity.id() + "_" + component.key();
    entity.put("uniq_id", unique);
    entity.put("def_ent_id", component.platform() + "." + unique.toLowerCase(Locale.ROOT));
    entity.putAll(component.settings());
    return entity;
  }
}
