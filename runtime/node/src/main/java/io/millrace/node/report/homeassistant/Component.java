package io.millrace.node.report.homeassistant;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One entity of a device, in the abbreviations of Home Assistant's documentation ("MQTT", section
 * "Discovery payload").
 *
 * @param key unique in the device: letters, digits, {@code _}, {@code -}
 * @param platform {@code sensor}, {@code binary_sensor}, {@code update}
 * @param settings all but {@code p} (platform) and {@code uniq_id}
 */
public record Component(String key, String platform, Map<String, Object> settings) {
  public Component {
    Objects.requireNonNull(platform);
    if (!key.matches("[A-Za-z0-9_-]{1,96}")) {
      throw new IllegalArgumentException(
          "component key '" + key + "' must be 1 to 96 letters, digits, _ or -");
    }
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }
}
