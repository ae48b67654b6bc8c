package io.millrace.node.report;

import java.util.Set;

/**
 * What a node knows about itself. Counters begin at zero with each start of the node.
 *
 * <p>Units and classes after Home Assistant's sensors, whose table is the widest in use; other
 * outlets take name and unit.
 */
public enum NodeFigure {
  POWER("power_mw", "Power", "mW", "power", Kind.MEASUREMENT, 0),
  ENERGY("energy_j", "Energy", "J", "energy", Kind.COUNTER, 1),
  TEMPERATURE("temperature_c", "Temperature", "°C", "temperature", Kind.MEASUREMENT, 1),
  BATTERY("battery_percent", "Battery", "%", "battery", Kind.MEASUREMENT, 0),
  BATTERY_ENERGY("battery_mwh", "Battery energy", "mWh", "energy_storage", Kind.MEASUREMENT, 0),
  ANSWERED_ON_BOARD("answered_on_board", "Answered on the board", "", "", Kind.COUNTER, 0),
  ANSWERED_BY_CLOUD("answered_by_cloud", "Answered by the cloud", "", "", Kind.COUNTER, 0),
  DEFERRED("deferred", "Deferred", "", "", Kind.COUNTER, 0),
  DROPPED("dropped", "Dropped", "", "", Kind.COUNTER, 0),
  FAILED("failed", "Failed", "", "", Kind.COUNTER, 0),
  LATE("late", "Late", "", "", Kind.COUNTER, 0),
  SAMPLES_LOST("samples_lost", "Samples lost", "", "", Kind.COUNTER, 0),
  WINDOWS_LOST("windows_lost", "Windows lost", "", "", Kind.COUNTER, 0),
  ALERTS_LOST("alerts_lost", "Alerts lost", "", "", Kind.COUNTER, 0),
  /** Of this day (UTC); begins anew with each. */
  UPLINK("uplink_bytes", "Uplink today", "B", "data_size", Kind.COUNTER, 0),
  UPLINK_LEFT("uplink_left_bytes", "Uplink left today", "B", "data_size", Kind.MEASUREMENT, 0),
  STATES_HELD_BACK("states_held_back", "States held back", "", "", Kind.COUNTER, 0),
  ANSWER_P99("answer_p99_ms", "Time to answer, 99 of 100", "ms", "duration", Kind.MEASUREMENT, 2);

  /** Those that only a board with a battery's gauge knows. */
  public static final Set<NodeFigure> OF_A_BATTERY = Set.of(BATTERY, BATTERY_ENERGY);

  /** Those that only a node with a limit on its uplink has. */
  public static final Set<NodeFigure> OF_AN_UPLINK = Set.of(UPLINK, UPLINK_LEFT, STATES_HELD_BACK);

  /** Whether values go up and down or add up. */
  public enum Kind {
    MEASUREMENT,
    COUNTER
  }

  private final String key;
  private final String title;
  private final String unit;
  private final String deviceClass;
  private final Kind kind;
  private final int decimals;

  NodeFigure(String key, String title, String unit, String deviceClass, Kind kind, int decimals) {
    this.key = key;
    this.title = title;
    this.unit = unit;
    this.deviceClass = deviceClass;
    this.kind = kind;
    this.decimals = decimals;
  }

  /** Its key in JSON, letters and {@code _}. */
  public String key() {
    return key;
  }

  /** Its name for people. */
  public String title() {
    return title;
  }

  /** Its unit; empty for a plain number. */
  public String unit() {
    return unit;
  }

  /** Home Assistant's class of it; empty where there is none. */
  public String deviceClass() {
    return deviceClass;
  }

  public Kind kind() {
    return kind;
  }

  /** How many decimals are of interest. */
  public int decimals() {
    return decimals;
  }
}
