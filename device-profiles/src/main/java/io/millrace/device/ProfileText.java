package io.millrace.device;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Profiles as text, one figure a line: key, value, provenance, source.
 *
 * <pre>
 * # anything behind a hash at the start of a line
 * millrace-profile 2
 * title | Raspberry Pi 4 Model B
 * cores | 4 | stated by the maker | product brief of the Raspberry Pi 4, 2019
 * memory.bytes-per-second | 2.5e9 | measured on this model of board | who measured it, with what
 * compute.slot-overhead-ns | 1_500 | modelled | how it was worked out
 * step | 600e6 | 290 | modelled | a clock below cpu.clock-hz, milliwatts of a busy core at it
 * </pre>
 *
 * <p>Keys are {@link DeviceProfile.Key#word}, provenances {@link Provenance#words}. Values are
 * decimal, with an optional exponent; underscores may group digits. Every key must stand there
 * once; {@code step} as often as there are lower clocks, also never. The order does not matter. The
 * source is the rest of the line.
 */
public final class ProfileText {
  private static final String FIRST_LINE = "millrace-profile 2";
  private static final String EARLIER_FIRST_LINE = "millrace-profile 1";
  private static final String STEP = "step";
  private static final Pattern NUMBER =
      Pattern.compile("[0-9]+(_[0-9]+)*(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?");

  /** No profile is near this size; what is larger is some other file. */
  private static final long MAX_BYTES = 1 << 16;

  private final String id;
  private final Map<DeviceProfile.Key, Figure> figures = new EnumMap<>(DeviceProfile.Key.class);
  private final Map<Double, FrequencyStep> steps = new TreeMap<>();
  private String title = "";

  private ProfileText(String id) {
    this.id = id;
  }

  /**
   * Reads a profile file. The id is the file's name without {@code .profile}.
   *
   * @throws IOException if the file cannot be read
   * @throws BadProfileException naming file, line and what is wrong
   */
  public static DeviceProfile read(Path file) throws IOException, BadProfileException {
    if (Files.size(file) > MAX_BYTES) {
      throw new BadProfileException(
          "%s: %d bytes, a profile has at most %d".formatted(file, Files.size(file), MAX_BYTES));
    }
    String name = String.valueOf(file.getFileName());
    String id = name.endsWith(".profile") ? name.substring(0, name.length() - 8) : name;
    return parse(id, new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
  }

  /**
   * Parses a profile.
   *
   * @param id what the profile is called
   * @throws BadProfileException naming profile, line and what is wrong
   */
  public static DeviceProfile parse(String id, String text) throws BadProfileException {
    ProfileText parser = new ProfileText(id);
    List<String> lines = text.lines().toList();
    boolean started = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (started) {
        parser.line(i + 1, line);
      } else if (line.equals(FIRST_LINE)) {
        started = true;
      } else if (line.equals(EARLIER_FIRST_LINE)) {
        throw parser.bad(
            i + 1,
            "\"%s\" has no figures of energy, heat and supply; write it again with calibrate, or add"
                    .formatted(line)
                + " what \"%s\" needs".formatted(FIRST_LINE));
      } else {
        throw parser.bad(i + 1, "\"" + line + "\" where \"" + FIRST_LINE + "\" was expected");
      }
    }
    return parser.profile(lines.size());
  }

  /** The profile as text that {@link #parse} reads back to an equal profile. */
  public static String format(DeviceProfile profile) {
    StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
    text.append("title | ").append(profile.title()).append('\n');
    profile.figures().forEach((key, figure) -> append(text.append(key.word()), figure));
    for (FrequencyStep step : profile.lowerSteps()) {
      text.append(STEP).append(" | ").append(plain(step.hz()));
      append(text, step.activeCoreMilliW());
    }
    return text.toString();
  }

  private static void append(StringBuilder text, Figure figure) {
    text.append(" | ")
        .append(plain(figure.value()))
        .append(" | ")
        .append(figure.provenance().words())
        .append(" | ")
        .append(figure.source())
        .append('\n');
  }

  private static String plain(double value) {
    return new BigDecimal(Double.toString(value)).toPlainString();
  }

  private void line(int number, String line) throws BadProfileException {
    String[] fields = line.split("\\|", 4);
    for (int i = 0; i < fields.length; i++) {
      fields[i] = fields[i].strip();
    }
    if (fields[0].equals("title")) {
      title(number, fields);
      return;
    }
    if (fields[0].equals(STEP)) {
      step(number, line);
      return;
    }
    DeviceProfile.Key key = key(number, fields[0]);
    if (fields.length < 4 || fields[3].isEmpty()) {
      throw bad(
          number, "\"%s\" is not key | value | provenance | source".formatted(abridged(line)));
    }
    Figure figure = new Figure(value(number, fields[1]), provenance(number, fields[2]), fields[3]);
    if (figures.put(key, figure) != null) {
      throw bad(number, key.word() + " stands here a second time");
    }
  }

  private void step(int number, String line) throws BadProfileException {
    String[] fields = line.split("\\|", 5);
    if (fields.length < 5 || fields[4].isBlank()) {
      throw bad(
          number,
          "\"%s\" is not step | hertz | milliwatts | provenance | source"
              .formatted(abridged(line)));
    }
    double hz = value(number, fields[1].strip());
    if (!(hz > 0)) {
      throw bad(number, "a step of 0 Hz; it must be above");
    }
    Figure milliW =
        new Figure(
            value(number, fields[2].strip()),
            provenance(number, fields[3].strip()),
            fields[4].strip());
    if (steps.put(hz, new FrequencyStep(hz, milliW)) != null) {
      throw bad(number, "a step of %s Hz stands here a second time".formatted(plain(hz)));
    }
  }

  private void title(int number, String[] fields) throws BadProfileException {
    if (fields.length != 2 || fields[1].isEmpty()) {
      throw bad(number, "a title line is: title | name");
    }
    if (!title.isEmpty()) {
      throw bad(number, "title stands here a second time");
    }
    title = fields[1];
  }

  private DeviceProfile.Key key(int number, String word) throws BadProfileException {
    for (DeviceProfile.Key key : DeviceProfile.Key.values()) {
      if (key.word().equals(word)) {
        return key;
      }
    }
    throw bad(
        number,
        "unknown key \"%s\"; known: title, step, %s"
            .formatted(
                abridged(word),
                String.join(
                    ", ",
                    Arrays.stream(DeviceProfile.Key.values())
                        .map(DeviceProfile.Key::word)
                        .toList())));
  }

  private double value(int number, String word) throws BadProfileException {
    double value =
        NUMBER.matcher(word).matches() ? Double.parseDouble(word.replace("_", "")) : Double.NaN;
    if (!Double.isFinite(value)) {
      throw bad(
          number, "value \"%s\" is not a decimal number of at least 0".formatted(abridged(word)));
    }
    return value;
  }

  private Provenance provenance(int number, String words) throws BadProfileException {
    for (Provenance provenance : Provenance.values()) {
      if (provenance.words().equals(words)) {
        return provenance;
      }
    }
    throw bad(
        number,
        "unknown provenance \"%s\"; known: %s"
            .formatted(
                abridged(words),
                String.join(
                    ", ", Arrays.stream(Provenance.values()).map(Provenance::words).toList())));
  }

  private DeviceProfile profile(int lastLine) throws BadProfileException {
    List<String> missing = new ArrayList<>();
    if (title.isEmpty()) {
      missing.add("title");
    }
    for (DeviceProfile.Key key : DeviceProfile.Key.values()) {
      if (!figures.containsKey(key)) {
        missing.add(key.word());
      } else if (isDivisor(key) && !(figures.get(key).value() > 0)) {
        throw bad(lastLine, key.word() + " is 0; it must be above");
      }
    }
    if (!missing.isEmpty()) {
      throw bad(lastLine, "ends without " + String.join(", ", missing));
    }
    double clock = figures.get(DeviceProfile.Key.CLOCK_HZ).value();
    double active = figures.get(DeviceProfile.Key.ACTIVE_CORE_MILLIW).value();
    for (FrequencyStep step : steps.values()) {
      if (step.hz() >= clock || step.activeCoreMilliW().value() > active) {
        throw bad(
            lastLine,
            "the step of %s Hz and %s mW must be below cpu.clock-hz, which is %s, and not above"
                    .formatted(
                        plain(step.hz()), plain(step.activeCoreMilliW().value()), plain(clock))
                + " power.active-core-milliw, which is "
                + plain(active));
      }
    }
    return new DeviceProfile(id, title, figures, List.copyOf(steps.values()));
  }

  /** Counts, sizes and rates by which predictions divide, and limits that nothing could keep. */
  private static boolean isDivisor(DeviceProfile.Key key) {
    return switch (key) {
      case CORES,
          CLOCK_HZ,
          RAM_BYTES,
          L1D_BYTES,
          L2_BYTES,
          RAM_BYTES_PER_SECOND,
          INT8_MACS_PER_SECOND,
          INT8_DEPTHWISE_MACS_PER_SECOND,
          ELEMENTS_PER_SECOND,
          SUPPLY_MILLIW,
          THERMAL_KELVIN_PER_WATT,
          THERMAL_JOULE_PER_KELVIN,
          THERMAL_SOFT_LIMIT_CELSIUS,
          THERMAL_THROTTLE_CELSIUS ->
          true;
      case SLOT_OVERHEAD_NS,
          HANDOVER_NS,
          WAKE_NS,
          IDLE_MILLIW,
          ACTIVE_CORE_MILLIW,
          SPINNING_CORE_MILLIW,
          INT8_MAC_PICOJ,
          DEPTHWISE_MAC_PICOJ,
          ELEMENT_PICOJ,
          RAM_BYTE_PICOJ,
          RADIO_WAKEUP_MILLIJ,
          RADIO_TAIL_MS,
          RADIO_TAIL_MILLIW,
          RADIO_TX_MILLIW,
          RADIO_TX_NANOJ_PER_BYTE,
          RADIO_RX_NANOJ_PER_BYTE,
          SENSOR_MILLIW ->
          false;
    };
  }

  private static String abridged(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }

  private BadProfileException bad(int line, String what) {
    return new BadProfileException("profile %s, line %d: %s".formatted(id, line, what));
  }
}
