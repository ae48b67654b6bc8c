package io.millrace.sensors.power;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a board's {@link BoardHealth}. Read by one thread at a time.
 *
 * <p>Three places have it: the kernel's {@code get_throttled} of the firmware's driver, which costs
 * nothing to read; {@code vcgencmd get_throttled}, a child process each time; and the driver {@code
 * rpi_volt} of hwmon, which knows of under-voltage alone (kernel documentation,
 * hwmon/raspberrypi-hwmon) and clears the firmware's note of past under-voltage every two seconds.
 */
public final class HealthMonitor implements AutoCloseable {
  private static final Pattern THROTTLED = Pattern.compile("throttled=0x([0-9a-fA-F]{1,8})");
  private static final Pattern HEX = Pattern.compile("(?:0x)?([0-9a-fA-F]{1,8})");

  private static final Set<BoardHealth.Flag> UNDER_VOLTAGE = Set.of(BoardHealth.Flag.UNDER_VOLTAGE);

  /** Reads once. */
  private interface Source {
    BoardHealth read() throws IOException;
  }

  private final String name;
  private final Source source;
  private final KernelFile file;

  private HealthMonitor(String name, Source source, KernelFile file) {
    this.name = name;
    this.source = source;
    this.file = file;
  }

  /** The best monitor of the board whose file system is at {@code root}; most boards have none. */
  public static Optional<HealthMonitor> find(Path root) {
    Path attribute = root.resolve("sys/devices/platform/soc/soc:firmware/get_throttled");
    if (Files.isReadable(attribute)) {
      KernelFile file = new KernelFile(attribute);
      return Optional.of(
          new HealthMonitor(
              attribute.toString(),
              () -> BoardHealth.ofFirmware(bits(HEX, file.words(), attribute.toString())),
              file));
    }
    Optional<FirmwareCommand> command = FirmwareCommand.find(root);
    if (command.isPresent()) {
      FirmwareCommand vcgencmd = command.get();
      try {
        vcgencmd.ask("get_throttled");
        return Optional.of(
            new HealthMonitor(
                "vcgencmd get_throttled",
                () ->
                    BoardHealth.ofFirmware(
                        bits(THROTTLED, vcgencmd.ask("get_throttled"), "vcgencmd get_throttled")),
                null));
      } catch (IOException e) {
        // no firmware that answers: the last place may still know
      }
    }
    for (Path chip : SysfsFolders.in(root.resolve("sys/class/hwmon"))) {
      Path alarm = chip.resolve("in0_lcrit_alarm");
      if (KernelFile.words(chip.resolve("name"), "").equals("rpi_volt")
          && Files.isReadable(alarm)) {
        KernelFile file = new KernelFile(alarm);
        return Optional.of(
            new HealthMonitor(
                "hwmon rpi_volt",
                () -> new BoardHealth(file.number() == 0 ? Set.of() : UNDER_VOLTAGE, UNDER_VOLTAGE),
                file));
      }
    }
    return Optional.empty();
  }

  private static long bits(Pattern form, String text, String source) throws IOException {
    Matcher m = form.matcher(text);
    if (!m.matches()) {
      throw new IOException(
          "%s says \"%s\", which are no flags".formatted(source, FirmwareCommand.abridged(text)));
    }
    return Long.parseLong(m.group(1), 16);
  }

  /** Where it reads. */
  public String name() {
    return name;
  }

  /**
   * The flags now.
   *
   * @throws IOException if they cannot be read; it may be asked again
   */
  public BoardHealth health() throws IOException {
    return source.read();
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
