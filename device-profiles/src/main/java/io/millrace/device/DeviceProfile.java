package io.millrace.device;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A board: what it can do and what that costs.
 *
 * <p>Energy has two parts. A core that is on takes {@code power.spinning-core-milliw} for as long
 * as it is on, waiting or not; each multiply-accumulate, element and byte from RAM adds its own
 * energy. In the shipped profiles a core that does nothing but one kind of work at that kind's rate
 * takes {@code power.active-core-milliw}; {@code calibrate} measures the kinds apart, and active is
 * a core in a convolution.
 *
 * @param id the name on the command line, for example {@code rpi4b}
 * @param title the name for people
 * @param figures every figure by its {@link Key}
 * @param lowerSteps clocks below {@code cpu.clock-hz} that a core may be set to, slowest first
 */
public record DeviceProfile(
    String id, String title, Map<Key, Figure> figures, List<FrequencyStep> lowerSteps) {
  /** The figures a profile may hold. The name ends in the unit. */
  public enum Key {
    CORES("cores"),
    CLOCK_HZ("cpu.clock-hz"),
    RAM_BYTES("memory.ram-bytes"),
    L1D_BYTES("cache.l1d-bytes"),
    L2_BYTES("cache.l2-bytes"),
    /** Bytes a core streams from RAM in a second. */
    RAM_BYTES_PER_SECOND("memory.bytes-per-second"),
    /**
     * INT8 multiply-accumulates a second of one core in convolution and matrix product, as the
     * engine's kernels reach them on this board; not the core's peak.
     */
    INT8_MACS_PER_SECOND("compute.int8-macs-per-second"),
    /** The same for depthwise convolution. */
    INT8_DEPTHWISE_MACS_PER_SECOND("compute.int8-depthwise-macs-per-second"),
    /** Elements a second of one core in element-wise steps. */
    ELEMENTS_PER_SECOND("compute.elements-per-second"),
    /** Fixed nanoseconds of starting one slot. */
    SLOT_OVERHEAD_NS("compute.slot-overhead-ns"),
    /** Nanoseconds from the end of a slot until a core that spins for it goes on. */
    HANDOVER_NS("compute.handover-ns"),
    /** Nanoseconds from the start of an inference until a lane that slept runs. */
    WAKE_NS("compute.wake-ns"),
    /** The board on, nothing running, in milliwatts. */
    IDLE_MILLIW("power.idle-milliw"),
    /** What one busy core adds at its highest clock, in milliwatts. */
    ACTIVE_CORE_MILLIW("power.active-core-milliw"),
    /**
     * What a core adds that is on but only waits, spinning, in milliwatts: the part of an active
     * core's power that no single operation is charged for.
     */
    SPINNING_CORE_MILLIW("power.spinning-core-milliw"),
    /** What the supply gives at most, the whole board with all that hangs on it, in milliwatts. */
    SUPPLY_MILLIW("power.supply-milliw"),
    /** What an INT8 multiply-accumulate adds in convolution and matrix product, in picojoules. */
    INT8_MAC_PICOJ("energy.int8-mac-picoj"),
    /** The same in depthwise convolution. */
    DEPTHWISE_MAC_PICOJ("energy.depthwise-mac-picoj"),
    /** What one element of an element-wise step adds, in picojoules. */
    ELEMENT_PICOJ("energy.element-picoj"),
    /** What a byte adds that is moved between RAM and a core, in picojoules. */
    RAM_BYTE_PICOJ("energy.ram-byte-picoj"),
    /**
     * Radio: energy of one wake-up until it can send, without the tail behind the last byte, in
     * millijoules.
     */
    RADIO_WAKEUP_MILLIJ("radio.wakeup-millij"),
    /** Radio: milliseconds that it stays awake behind the last byte. */
    RADIO_TAIL_MS("radio.tail-ms"),
    /** Radio: what it takes meanwhile, in milliwatts. */
    RADIO_TAIL_MILLIW("radio.tail-milliw"),
    /** Radio: what it takes at the moment at which it sends, listening included, in milliwatts. */
    RADIO_TX_MILLIW("radio.tx-milliw"),
    /** Radio: energy of one byte sent, in nanojoules. */
    RADIO_TX_NANOJ_PER_BYTE("radio.tx-nanoj-per-byte"),
    /** Radio: energy of one byte received, in nanojoules. */
    RADIO_RX_NANOJ_PER_BYTE("radio.rx-nanoj-per-byte"),
    /** All sensors on the board's buses together while they sample, in milliwatts. */
    SENSOR_MILLIW("sensor.milliw"),
    /**
     * Kelvins by which the processor is above the air in the end, for each watt that the whole
     * board takes.
     */
    THERMAL_KELVIN_PER_WATT("thermal.kelvin-per-watt"),
    /** Joules that warm the processor and what warms with it by one kelvin. */
    THERMAL_JOULE_PER_KELVIN("thermal.joule-per-kelvin"),
    /**
     * Processor temperature at which the firmware first takes the clock back; that of throttling
     * where it knows no softer limit.
     */
    THERMAL_SOFT_LIMIT_CELSIUS("thermal.soft-limit-celsius"),
    /** Processor temperature at which the firmware throttles the cores further and further. */
    THERMAL_THROTTLE_CELSIUS("thermal.throttle-celsius");

    private final String word;

    Key(String word) {
      this.word = word;
    }

    /** The key as profile files write it. */
    public String word() {
      return word;
    }
  }

  public DeviceProfile {
    Objects.requireNonNull(id);
    Objects.requireNonNull(title);
    figures = java.util.Collections.unmodifiableMap(new TreeMap<>(figures));
    lowerSteps = lowerSteps.stream().sorted(Comparator.comparingDouble(FrequencyStep::hz)).toList();
    for (int i = 0; i < lowerSteps.size(); i++) {
      double next =
          i + 1 < lowerSteps.size()
              ? lowerSteps.get(i + 1).hz()
              : figures.get(Key.CLOCK_HZ) == null
                  ? Double.POSITIVE_INFINITY
                  : figures.get(Key.CLOCK_HZ).value();
      if (!(lowerSteps.get(i).hz() < next)) {
        throw new IllegalArgumentException(
            "profile %s: a step of %.0f Hz is not below the next, or %s, of %.0f Hz"
                .formatted(id, lowerSteps.get(i).hz(), Key.CLOCK_HZ.word(), next));
      }
    }
  }

  /** A board with one clock. */
  public DeviceProfile(String id, String title, Map<Key, Figure> figures) {
    this(id, title, figures, List.of());
  }

  /**
   * All clocks of a core, slowest first; the last is {@code cpu.clock-hz} with {@code
   * power.active-core-milliw}.
   */
  public List<FrequencyStep> steps() {
    List<FrequencyStep> steps = new ArrayList<>(lowerSteps);
    steps.add(new FrequencyStep(value(Key.CLOCK_HZ), figure(Key.ACTIVE_CORE_MILLIW)));
    return List.copyOf(steps);
  }

  /**
   * What one busy core adds at a clock of {@code hz}, in milliwatts: on the line between the steps
   * beside it; below the lowest on the line to nothing, above the highest that one's.
   */
  public double activeCoreMilliW(double hz) {
    double lowHz = 0;
    double lowMilliW = 0;
    for (FrequencyStep step : steps()) {
      double milliW = step.activeCoreMilliW().value();
      if (hz <= step.hz()) {
        return lowMilliW + (milliW - lowMilliW) * Math.max(0, hz - lowHz) / (step.hz() - lowHz);
      }
      lowHz = step.hz();
      lowMilliW = milliW;
    }
    return lowMilliW;
  }

  /**
   * This board with {@code changed} in place of its own figures; steps stay, as far as they fit.
   */
  public DeviceProfile with(Map<Key, Figure> changed) {
    Map<Key, Figure> all = new TreeMap<>(figures);
    all.putAll(changed);
    double clock = all.get(Key.CLOCK_HZ).value();
    return new DeviceProfile(
        id, title, all, lowerSteps.stream().filter(s -> s.hz() < clock).toList());
  }

  /** This board under another name. */
  public DeviceProfile named(String newId, String newTitle) {
    return new DeviceProfile(newId, newTitle, figures, lowerSteps);
  }

  /**
   * The figure for {@code key}.
   *
   * @throws IllegalArgumentException naming board and key if the profile does not hold it
   */
  public Figure figure(Key key) {
    Figure f = figures.get(key);
    if (f == null) {
      throw new IllegalArgumentException("profile " + id + " has no " + key.word());
    }
    return f;
  }

  /** The value of {@link #figure}. */
  public double value(Key key) {
    return figure(key).value();
  }
}
