package io.millrace.sensors.iio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A device's folder.
 *
 * @param folder {@code …/iio:deviceN}
 * @param name what its driver calls it
 */
public record IioDevice(Path folder, String name) {
  /** Where the kernel has them. */
  public static final Path SYSFS = Path.of("/sys/bus/iio/devices");

  /** Devices below {@code root}, by number; none where there is no such folder. */
  public static List<IioDevice> list(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    List<IioDevice> devices = new ArrayList<>();
    try (Stream<Path> all = Files.list(root)) {
      for (Path folder : all.sorted().toList()) {
        if (folder.getFileName().toString().matches("iio:device[0-9]+")) {
          devices.add(new IioDevice(folder, text(folder, "name").orElse("?")));
        }
      }
    }
    return devices;
  }

  /**
   * The device of this name, or the one whose folder is called so.
   *
   * @throws IOException listing what there is, if there is none or more than one
   */
  public static IioDevice find(Path root, String name) throws IOException {
    List<IioDevice> all = list(root);
    List<IioDevice> found =
        all.stream().filter(d -> d.name.equals(name) || d.node().equals(name)).toList();
    if (found.size() != 1) {
      String there =
          String.join(", ", all.stream().map(d -> d.node() + " (" + d.name + ")").toList());
      throw new IOException(
          "%s below %s is called '%s'; there %s"
              .formatted(
                  found.isEmpty() ? "no device" : "more than one device",
                  root,
                  name,
                  all.isEmpty() ? "is none: is the driver loaded?" : "are " + there));
    }
    return found.getFirst();
  }

  /** {@code iio:deviceN}: the folder's name, and that of the node in {@code /dev}. */
  public String node() {
    return folder.getFileName().toString();
  }

  /** Names of the channels whose raw or processed value can be read, such as {@code accel_x}. */
  public List<String> channels() throws IOException {
    TreeSet<String> names = new TreeSet<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.toList()) {
        String is = file.getFileName().toString();
        if (is.matches("in_.+_(raw|input)")) {
          names.add(is.replaceAll("^in_|_(raw|input)$", ""));
        }
      }
    }
    return List.copyOf(names);
  }

  /** What turns raw values of {@code channel} into the ABI's unit: {@code (raw + offset) scale}. */
  Conversion conversion(String channel) throws IOException {
    OptionalDouble scale = attribute(channel, "scale");
    OptionalDouble offset = attribute(channel, "offset");
    return new Conversion(offset.orElse(0), scale.orElse(1));
  }

  /**
   * Of the channel itself, or shared by its type: {@code in_accel_x_scale}, {@code in_accel_scale}.
   */
  private OptionalDouble attribute(String channel, String what) throws IOException {
    String shared = channel.replaceAll("_?[xyz]$|[0-9]+$", "");
    for (String of : List.of(channel, shared)) {
      Optional<String> text = text(folder, "in_" + of + "_" + what);
      if (text.isPresent()) {
        return OptionalDouble.of(number(text.get(), "in_" + of + "_" + what));
      }
    }
    return OptionalDouble.empty();
  }

  private double number(String text, String file) throws IOException {
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IOException(folder.resolve(file) + " says '" + text + "', which is not a number");
  }

  /** The rate that the device says it has. */
  public OptionalDouble samplingFrequencyHz() throws IOException {
    for (String file :
        List.of("sampling_frequency", "in_accel_sampling_frequency", "buffer/sampling_frequency")) {
      Optional<String> text = text(folder, file);
      if (text.isPresent()) {
        double hz = number(text.get(), file);
        return hz > 0 ? OptionalDouble.of(hz) : OptionalDouble.empty();
      }
    }
    return OptionalDouble.empty();
  }

  /** Trimmed text of a file below the folder; empty if there is none. */
  static Optional<String> text(Path folder, String file) throws IOException {
    Path path = folder.resolve(file);
    return Files.exists(path) ? Optional.of(Files.readString(path).strip()) : Optional.empty();
  }

  /**
   * From a raw value to the ABI's unit.
   *
   * @param offset added first
   * @param scale multiplied then
   */
  record Conversion(double offset, double scale) {
    float of(long raw) {
      return (float) ((raw + offset) * scale);
    }
  }

  /** The unit that the ABI gives a channel's type. */
  static String unit(String channel) {
    String type = channel.replaceAll("^([a-z]+).*", "$1");
    return switch (type) {
      case "accel" -> "m/s2";
      case "anglvel" -> "rad/s";
      case "magn" -> "G";
      case "temp" -> "m°C";
      case "voltage", "altvoltage" -> "mV";
      case "current" -> "mA";
      case "power" -> "mW";
      case "energy" -> "J";
      case "pressure" -> "kPa";
      case "humidityrelative" -> "m%";
      case "illuminance" -> "lx";
      case "proximity", "distance" -> "m";
      case "resistance" -> "Ohm";
      default -> "1";
    };
  }
}
