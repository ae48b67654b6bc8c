package io.millrace.sensors.power;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a board's firmware says of its supply and heat.
 *
 * @param flags all that are set
 * @param known all that the source can tell; a flag that is not among them may hold unseen
 */
public record BoardHealth(Set<Flag> flags, Set<Flag> known) {
  /**
   * A condition, with its bit in the firmware's answer (Raspberry Pi documentation, vcgencmd,
   * {@code get_throttled}).
   */
  public enum Flag {
    /** The supply is below 4.63 V, within 5 %. */
    UNDER_VOLTAGE(0, "under-voltage"),
    /** The cores' clock is limited. */
    FREQUENCY_CAPPED(1, "clock capped"),
    /** The cores are throttled, for heat or under-voltage. */
    THROTTLED(2, "throttled"),
    /** The soft limit of temperature holds the clock down. */
    SOFT_LIMIT(3, "soft temperature limit"),
    /** The like, at some time since the start, or since the kernel's driver asked last. */
    UNDER_VOLTAGE_OCCURRED(16, "under-voltage before"),
    FREQUENCY_CAPPED_OCCURRED(17, "clock capped before"),
    THROTTLED_OCCURRED(18, "throttled before"),
    SOFT_LIMIT_OCCURRED(19, "soft temperature limit before");

    private final int bit;
    private final String words;

    Flag(int bit, String words) {
      this.bit = bit;
      this.words = words;
    }

    /** The flag in words, for people. */
    public String words() {
      return words;
    }
  }

  public BoardHealth {
    flags = Set.copyOf(flags);
    known = Set.copyOf(known);
  }

  /** The flags in the firmware's bits; bits that have no meaning yet are passed over. */
  public static BoardHealth ofFirmware(long bits) {
    Set<Flag> flags = EnumSet.noneOf(Flag.class);
    for (Flag flag : Flag.values()) {
      if ((bits >> flag.bit & 1) != 0) {
        flags.add(flag);
      }
    }
    return new BoardHealth(flags, EnumSet.allOf(Flag.class));
  }

  /** Whether {@code flag} is set. */
  public boolean is(Flag flag) {
    return flags.contains(flag);
  }

  /** All flags in words, the present ones first; "no fault" if there is none. */
  public String words() {
    return flags.isEmpty()
        ? "no fault"
        : String.join(
            ", ", Arrays.stream(Flag.values()).filter(this::is).map(Flag::words).toList());
  }
}
