package io.millrace.node.report.homeassistant;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What Home Assistant makes of a sensor's unit: its own spelling, a device class where it knows one
 * for that unit and for values that go up and down ({@code DEVICE_CLASS_UNITS} and {@code
 * DEVICE_CLASS_STATE_CLASSES} of its sensor integration), and decimals worth showing.
 *
 * <p>A class is given only where the unit leaves no doubt: percent may be anything, so it has none.
 */
final class ChannelUnits {
  /**
   * A unit in Home Assistant's terms.
   *
   * @param unit as it is written there; empty for a plain number
   * @param deviceClass empty where there is none
   * @param decimals worth showing
   */
  record HomeUnit(Optional<String> unit, Optional<String> deviceClass, int decimals) {}

  private static final int DEFAULT_DECIMALS = 3;

  /** Ours, theirs, class, decimals; {@code -} for none. */
  private static final String TABLE =
      """
      degC    °C    temperature      1
      °C      °C    temperature      1
      C       °C    temperature      1
      K       K     temperature      1
      %RH     %     humidity         1
      %       %     -                1
      Pa      Pa    pressure         0
      hPa     hPa   pressure         1
      kPa     kPa   pressure         2
      V       V     voltage          3
      mV      mV    voltage          0
      A       A     current          3
      mA      mA    current          0
      W       W     power            2
      mW      mW    power            0
      Hz      Hz    frequency        1
      kHz     kHz   frequency        3
      lx      lx    illuminance      0
      dBA     dBA   sound_pressure   1
      m       m     distance         3
      mm      mm    distance         1
      s       s     duration         3
      ms      ms    duration         1
      m/s     m/s   speed            2
      m/s2    m/s²  -                3
      m/s^2   m/s²  -                3
      g       g     -                3
      dps     °/s   -                1
      deg/s   °/s   -                1
      rad/s   rad/s -                3
      bpm     bpm   -                0
      1       -     -                4
      stored  -     -                0
      """;

  private static final Map<String, HomeUnit> KNOWN = read();

  private ChannelUnits() {}

  private static Map<String, HomeUnit> read() {
    Map<String, HomeUnit> known = new HashMap<>();
    for (String line : TABLE.split("\n", -1)) {
      if (!line.isBlank()) {
        String[] cells = line.strip().split(" +", -1);
        known.put(
            cells[0], new HomeUnit(cell(cells[1]), cell(cells[2]), Integer.parseInt(cells[3])));
      }
    }
    return Map.copyOf(known);
  }

  private static Optional<String> cell(String text) {
    return text.equals("-") ? Optional.empty() : Optional.of(text);
  }

  /** A unit that the table does not know is shown as it is. */
  static HomeUnit of(String unit) {
    HomeUnit known = KNOWN.get(unit);
    if (known != null) {
      return known;
    }
    return new HomeUnit(
        unit.isBlank() ? Optional.empty() : Optional.of(unit), Optional.empty(), DEFAULT_DECIMALS);
  }
}
