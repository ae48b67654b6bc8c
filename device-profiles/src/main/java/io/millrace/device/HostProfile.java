package io.millrace.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * This machine's profile: cores, clock, caches and RAM as the kernel reports them under {@code
 * /proc} and {@code /sys}; rates and power modelled from these, and labelled so.
 *
 * <p>On a board whose profile ships (the device tree names it) rates, power and radio are that
 * profile's. Whatever cannot be read gets a cautious assumption, labelled modelled; reading never
 * fails.
 */
final class HostProfile {
  /**
   * INT8 multiply-accumulates a clock that plain Java kernels are taken to reach on a superscalar
   * core. An assumption, kept low because a deadline is promised from it.
   */
  private static final Rates PORTABLE = new Rates("", "plain Java kernels", 1.0, 0.15, 0.2);

  /**
   * The same for machine code, best first: a dot product of a full vector in each clock for
   * convolution, which is half of what wide cores start; a third of that for depthwise convolution,
   * where requantization weighs more.
   */
  private static final List<Rates> MACHINE_CODE =
      List.of(
          new Rates("avx512_vnni", "kernels of AVX-512 VNNI", 64, 21, 8),
          new Rates("avx_vnni", "kernels of AVX-VNNI", 32, 10, 8),
          new Rates("avx2", "kernels of AVX2", 12, 4, 4));

  private static final double BYTES_PER_CLOCK = 2.0;

  private static final double ACTIVE_CORE_MILLIW = 5_000;

  /** Of an active core's power: what it takes though it only waits. */
  private static final double SPINNING_SHARE = 0.5;

  /**
   * What kernels reach on one core in a clock.
   *
   * @param flag of the processor, as {@code /proc/cpuinfo} writes it, that they need
   */
  private record Rates(
      String flag, String kernels, double macs, double depthwiseMacs, double elements) {}

  private static final String CPU = "sys/devices/system/cpu/";

  private static final Pattern MEM_TOTAL =
      Pattern.compile("^MemTotal:\\s+(\\d{1,15}) kB", Pattern.MULTILINE);
  private static final Pattern CPU_MHZ =
      Pattern.compile("^cpu MHz\\s*:\\s*(\\d{1,6}(?:\\.\\d{1,6})?)\\s*$", Pattern.MULTILINE);
  private static final Pattern FLAGS = Pattern.compile("^flags\\s*:(.*)$", Pattern.MULTILINE);
  private static final Pattern MODEL_NAME =
      Pattern.compile("^model name\\s*:\\s*(\\S.*?)\\s*$", Pattern.MULTILINE);
  private static final Pattern PROCESSOR =
      Pattern.compile("^processor\\s*:\\s*\\d+\\s*$", Pattern.MULTILINE);
  private static final Pattern CACHE_SIZE = Pattern.compile("(\\d{1,9})([KM]?)");
  private static final Pattern CPU_RANGE = Pattern.compile("(\\d{1,6})(?:-(\\d{1,6}))?");

  private final Path root;
  private final Map<DeviceProfile.Key, Figure> figures = new EnumMap<>(DeviceProfile.Key.class);

  private HostProfile(Path root) {
    this.root = root;
  }

  /**
   * The profile of the machine whose {@code proc} and {@code sys} folders are under {@code root}.
   */
  static DeviceProfile read(Path root) {
    return new HostProfile(root).profile();
  }

  private DeviceProfile profile() {
    String model = text("proc/device-tree/model").replace("\0", "").strip();
    measured(DeviceProfile.Key.CORES, "sys/devices/system/cpu/online", cores(), 1);
    clock();
    measured(DeviceProfile.Key.RAM_BYTES, "proc/meminfo MemTotal", ram(), 512.0 * (1 << 20));
    measured(
        DeviceProfile.Key.L1D_BYTES, "cache of cpu0, level 1 data", cache("1", "Data"), 32 << 10);
    measured(
        DeviceProfile.Key.L2_BYTES, "cache of cpu0, level 2", cache("2", "Unified"), 256 << 10);
    Optional<DeviceProfile> board = board(model);
    if (board.isEmpty()) {
      modelled();
    }
    String name =
        Optional.of(model).filter(m -> !m.isEmpty()).orElseGet(() -> modelName().orElse("unknown"));
    String title = "this machine (" + name + ")";
    return board
        .map(b -> b.with(figures).named(DeviceProfiles.HOST, title))
        .orElseGet(() -> new DeviceProfile(DeviceProfiles.HOST, title, figures));
  }

  /**
   * Boards by the start of {@code /proc/device-tree/model}, as the Raspberry Pi firmware sets it.
   */
  private static Optional<DeviceProfile> board(String model) {
    String id =
        model.startsWith("Raspberry Pi 5 ")
            ? "rpi5"
            : model.startsWith("Raspberry Pi 4 Model B")
                ? "rpi4b"
                : model.startsWith("Raspberry Pi 3 Model B Plus")
                    ? "rpi3b+"
                    : model.startsWith("Raspberry Pi Zero 2") ? "rpi-zero2w" : "";
    return id.isEmpty() ? Optional.empty() : Optional.of(DeviceProfiles.shipped(id));
  }

  private void modelled() {
    double hz = figures.get(DeviceProfile.Key.CLOCK_HZ).value();
    Rates rates = rates();
    String assumed = " a clock, assumed for " + rates.kernels() + " on one core";
    model(
        DeviceProfile.Key.RAM_BYTES_PER_SECOND,
        hz * BYTES_PER_CLOCK,
        BYTES_PER_CLOCK + " bytes a clock");
    model(DeviceProfile.Key.INT8_MACS_PER_SECOND, hz * rates.macs(), rates.macs() + assumed);
    model(
        DeviceProfile.Key.INT8_DEPTHWISE_MACS_PER_SECOND,
        hz * rates.depthwiseMacs(),
        rates.depthwiseMacs() + assumed);
    model(DeviceProfile.Key.ELEMENTS_PER_SECOND, hz * rates.elements(), rates.elements() + assumed);
    model(DeviceProfile.Key.SLOT_OVERHEAD_NS, 500, "assumed");
    model(
        DeviceProfile.Key.HANDOVER_NS,
        500,
        "assumed: a cache line goes from core to core twice, the counter and the first row");
    model(
        DeviceProfile.Key.WAKE_NS,
        60_000,
        "assumed: a futex wakes a thread on an idle core; networks of 45 us took 26 to 38 us more"
            + " than half of that on two lanes of a virtual x86-64 machine");
    model(DeviceProfile.Key.IDLE_MILLIW, 5_000, "assumed; no meter was asked");
    model(DeviceProfile.Key.ACTIVE_CORE_MILLIW, ACTIVE_CORE_MILLIW, "assumed; no meter was asked");
    energies();
    model(
        DeviceProfile.Key.SUPPLY_MILLIW, 65_000, "assumed: a laptop's supply of 65 W, none known");
    model(
        DeviceProfile.Key.RADIO_WAKEUP_MILLIJ,
        1,
        "assumed: 5 ms at 0.2 W until a Wi-Fi station that slept sends");
    model(DeviceProfile.Key.RADIO_TAIL_MS, 200, "assumed: a Wi-Fi station, as with brcmfmac");
    model(DeviceProfile.Key.RADIO_TAIL_MILLIW, 100, "assumed: a Wi-Fi station that listens");
    model(
        DeviceProfile.Key.RADIO_TX_MILLIW,
        900,
        "worked out: what it listens with, and 0.8 W more while it sends");
    model(
        DeviceProfile.Key.RADIO_TX_NANOJ_PER_BYTE,
        320,
        "assumed: Wi-Fi, 0.8 W more while 20 Mbit/s are sent");
    model(
        DeviceProfile.Key.RADIO_RX_NANOJ_PER_BYTE,
        120,
        "assumed: Wi-Fi, 0.3 W more while 20 Mbit/s arrive");
    model(DeviceProfile.Key.SENSOR_MILLIW, 0, "none is known; a pipeline names its own");
    model(DeviceProfile.Key.THERMAL_KELVIN_PER_WATT, 1, "assumed: a processor with a fan");
    model(DeviceProfile.Key.THERMAL_JOULE_PER_KELVIN, 100, "assumed: 110 g of aluminium");
    model(DeviceProfile.Key.THERMAL_SOFT_LIMIT_CELSIUS, 90, "assumed: that of throttling");
    model(DeviceProfile.Key.THERMAL_THROTTLE_CELSIUS, 90, "assumed for a processor for laptops");
  }

  /** Splits the active core's power: spinning, and the work of each kind at its own rate. */
  private void energies() {
    double spinning = ACTIVE_CORE_MILLIW * SPINNING_SHARE;
    model(
        DeviceProfile.Key.SPINNING_CORE_MILLIW,
        spinning,
        "assumed: half of an active core, for clocks, fetching and leakage");
    DeviceProfile.Key[][] each = {
      {DeviceProfile.Key.INT8_MAC_PICOJ, DeviceProfile.Key.INT8_MACS_PER_SECOND},
      {DeviceProfile.Key.DEPTHWISE_MAC_PICOJ, DeviceProfile.Key.INT8_DEPTHWISE_MACS_PER_SECOND},
      {DeviceProfile.Key.ELEMENT_PICOJ, DeviceProfile.Key.ELEMENTS_PER_SECOND},
      {DeviceProfile.Key.RAM_BYTE_PICOJ, DeviceProfile.Key.RAM_BYTES_PER_SECOND},
    };
    for (DeviceProfile.Key[] pair : each) {
      // milliwatts are 1e9 picojoules a second
      model(
          pair[0],
          (ACTIVE_CORE_MILLIW - spinning) * 1e9 / figures.get(pair[1]).value(),
          "what an active core takes above a spinning one, by " + pair[1].word());
    }
  }

  private Rates rates() {
    Matcher line = FLAGS.matcher(text("proc/cpuinfo"));
    List<String> flags = line.find() ? List.of(line.group(1).split(" ", -1)) : List.of();
    return MACHINE_CODE.stream().filter(r -> flags.contains(r.flag())).findFirst().orElse(PORTABLE);
  }

  private void model(DeviceProfile.Key key, double value, String source) {
    figures.put(key, new Figure(value, Provenance.MODELLED, source));
  }

  private void measured(
      DeviceProfile.Key key, String source, OptionalDouble value, double otherwise) {
    boolean known = value.isPresent() && value.getAsDouble() > 0;
    figures.put(
        key,
        known
            ? new Figure(value.getAsDouble(), Provenance.MEASURED_HERE, "/" + source)
            : new Figure(otherwise, Provenance.MODELLED, "assumed: /" + source + " says nothing"));
  }

  private void clock() {
    OptionalDouble maxKHz = number(text(CPU + "cpu0/cpufreq/cpuinfo_max_freq").strip());
    if (maxKHz.isPresent()) {
      measured(
          DeviceProfile.Key.CLOCK_HZ,
          CPU + "cpu0/cpufreq/cpuinfo_max_freq",
          OptionalDouble.of(maxKHz.getAsDouble() * 1e3),
          1e9);
    } else {
      OptionalDouble mHz = first(CPU_MHZ, text("proc/cpuinfo"), m -> number(m.group(1)));
      measured(
          DeviceProfile.Key.CLOCK_HZ,
          "proc/cpuinfo cpu MHz",
          mHz.isPresent() ? OptionalDouble.of(mHz.getAsDouble() * 1e6) : mHz,
          1e9);
    }
  }

  private OptionalDouble cores() {
    String online = text(CPU + "online").strip();
    long cores = 0;
    for (String part : online.split(",", -1)) {
      Matcher m = CPU_RANGE.matcher(part);
      if (!m.matches()) {
        long listed = PROCESSOR.matcher(text("proc/cpuinfo")).results().count();
        return listed > 0 ? OptionalDouble.of((double) listed) : OptionalDouble.empty();
      }
      long from = Long.parseLong(m.group(1));
      cores += (m.group(2) == null ? from : Long.parseLong(m.group(2))) - from + 1;
    }
    return OptionalDouble.of((double) cores);
  }

  private OptionalDouble ram() {
    return first(
        MEM_TOTAL,
        text("proc/meminfo"),
        m -> OptionalDouble.of(Double.parseDouble(m.group(1)) * 1024));
  }

  private OptionalDouble cache(String level, String type) {
    for (int i = 0; i < 8; i++) {
      String index = CPU + "cpu0/cache/index" + i + "/";
      if (text(index + "level").strip().equals(level)
          && text(index + "type").strip().equals(type)) {
        Matcher m = CACHE_SIZE.matcher(text(index + "size").strip());
        if (m.matches()) {
          long unit =
              switch (m.group(2)) {
                case "K" -> 1L << 10;
                case "M" -> 1L << 20;
                default -> 1L;
              };
          return OptionalDouble.of((double) Long.parseLong(m.group(1)) * unit);
        }
      }
    }
    return OptionalDouble.empty();
  }

  private Optional<String> modelName() {
    Matcher m = MODEL_NAME.matcher(text("proc/cpuinfo"));
    return m.find() ? Optional.of(m.group(1)) : Optional.empty();
  }

  private static OptionalDouble first(
      Pattern pattern, String text, Function<Matcher, OptionalDouble> value) {
    Matcher m = pattern.matcher(text);
    return m.find() ? value.apply(m) : OptionalDouble.empty();
  }

  private static OptionalDouble number(String text) {
    return text.matches("\\d{1,12}(\\.\\d{1,6})?")
        ? OptionalDouble.of(Double.parseDouble(text))
        : OptionalDouble.empty();
  }

  /** The file's text, empty where there is none: kernels differ in what they show. */
  private String text(String file) {
    try {
      return new String(Files.readAllBytes(root.resolve(file)), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
