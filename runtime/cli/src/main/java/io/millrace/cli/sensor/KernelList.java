package io.millrace.cli.sensor;

import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.iio.IioDevice;
import io.millrace.sensors.power.BatteryGauge;
import io.millrace.sensors.power.PowerMeter;
import io.millrace.sensors.power.PowerMeters;
import io.millrace.sensors.power.Thermometer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the kernel shows in files: sound, cameras, Industrial I/O, meters, thermometers, battery.
 */
public final class KernelList {
  /**
   * A line of {@code /proc/asound/pcm} (kernel documentation, sound/designs/procfile): card and
   * device, id, name, directions with their number of substreams.
   */
  private static final Pattern PCM = Pattern.compile("(\\d+)-(\\d+): (.*?) :.*\\bcapture \\d+.*");

  private static final Pattern CAMERA = Pattern.compile("video(\\d+)");

  private final Path root;
  private final List<Present> all = new ArrayList<>();

  private KernelList(Path root) {
    this.root = root;
  }

  /** What is there below {@code root}, which is {@code /} but in a test. */
  public static List<Present> of(Path root) throws IOException {
    KernelList list = new KernelList(root);
    list.audio();
    list.cameras();
    list.iio();
    list.meters();
    list.thermometers();
    list.battery();
    return list.all;
  }

  private void audio() throws IOException {
    Path pcm = root.resolve("proc/asound/pcm");
    if (!Files.isReadable(pcm)) {
      return;
    }
    for (String line : Files.readAllLines(pcm)) {
      Matcher m = PCM.matcher(line);
      if (m.matches()) {
        int card = Integer.parseInt(m.group(1));
        int device = Integer.parseInt(m.group(2));
        all.add(new Present("audio", "plughw:" + card + "," + device, m.group(3).strip(), ""));
      }
    }
  }

  private void cameras() throws IOException {
    Path folder = root.resolve("sys/class/video4linux");
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      entries
          .filter(e -> CAMERA.matcher(e.getFileName().toString()).matches())
          .sorted(
              java.util.Comparator.comparingInt(
                  e -> Integer.parseInt(e.getFileName().toString().substring("video".length()))))
          .forEach(e ->
              all.add(
                  new Present("camera", "/dev/" + e.getFileName(), words(e.resolve("name")), "")));
    }
  }

  private void iio() throws IOException {
    for (IioDevice device : IioDevice.list(root.resolve("sys/bus/iio/devices"))) {
      String channels = String.join(", ", device.channels());
      all.add(new Present("iio", device.node(), device.name(), channels));
    }
  }

  private void meters() throws IOException {
    try (PowerMeters.Found found = PowerMeters.find(root, Clock.system())) {
      for (PowerMeter meter : found.meters()) {
        String scope = meter.scope().name().toLowerCase(Locale.ROOT);
        String how = meter.countsEnergy() ? "counts energy" : "shows power";
        all.add(new Present("meter", meter.name(), "", "of the " + scope + "; " + how));
      }
      for (String why : found.unreadable()) {
        int colon = why.indexOf(": ");
        all.add(
            new Present(
                "meter", why.substring(0, Math.max(0, colon)), "", why.substring(colon + 2)));
      }
    }
  }

  private void thermometers() throws IOException {
    for (Thermometer thermometer : Thermometer.all(root)) {
      try (thermometer) {
        all.add(
            new Present(
                "thermometer",
                thermometer.name(),
                "",
                String.format(Locale.ROOT, "%.1f C", thermometer.celsius())));
      }
    }
  }

  private void battery() throws IOException {
    Optional<BatteryGauge> found = PowerMeters.battery(root);
    if (found.isPresent()) {
      try (BatteryGauge gauge = found.get()) {
        String state = gauge.state().name().toLowerCase(Locale.ROOT);
        String share = String.format(Locale.ROOT, "%.0f %%", gauge.chargeShare() * 100);
        all.add(new Present("battery", gauge.name(), "", share + ", " + state));
      } catch (IOException e) {
        all.add(new Present("battery", "", "", "cannot be read: " + e.getMessage()));
      }
    }
  }

  private static String words(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
