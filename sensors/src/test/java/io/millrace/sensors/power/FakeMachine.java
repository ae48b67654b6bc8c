package io.millrace.sensors.power;

import io.millrace.sensors.clock.VirtualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A folder with the files that a kernel would show, in its documented formats. */
final class FakeMachine {
  final Path root;
  final VirtualClock clock = new VirtualClock(5_000_000_000L, 0);

  FakeMachine(Path root) {
    this.root = root;
  }

  /** Writes {@code text} and a line feed, in place, as the kernel's files change. */
  Path file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text + "\n");
  }

  Path hwmon(int number, String chip, String attribute, String text) throws IOException {
    file("sys/class/hwmon/hwmon" + number + "/name", chip);
    return file("sys/class/hwmon/hwmon" + number + "/" + attribute, text);
  }

  void battery(String... attributes) throws IOException {
    file("sys/class/power_supply/BAT0/type", "Battery");
    for (int i = 0; i < attributes.length; i += 2) {
      file("sys/class/power_supply/BAT0/" + attributes[i], attributes[i + 1]);
    }
  }

  Path rapl(String zone, String name, String microJ) throws IOException {
    file("sys/class/powercap/" + zone + "/name", name);
    file("sys/class/powercap/" + zone + "/max_energy_range_uj", "262143328850");
    return file("sys/class/powercap/" + zone + "/energy_uj", microJ);
  }

  /**
   * A {@code vcgencmd} that answers each question with the file of its name, or as old firmware.
   */
  void vcgencmd() throws IOException {
    Path script =
        file(
            "usr/bin/vcgencmd",
            """
            #!/bin/sh
            [ -f "$0.$1" ] && exec cat "$0.$1"
            echo 'error=1 error_msg="Command not registered"'
            exit 255\
            """);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  void firmware(String question, String answer) throws IOException {
    file("usr/bin/vcgencmd." + question, answer);
  }

  PowerMeters.Found found() {
    return PowerMeters.find(root, clock);
  }

  PowerMeter only() {
    PowerMeters.Found found = found();
    if (found.meters().size() != 1) {
      throw new AssertionError(found.toString());
    }
    return found.meters().getFirst();
  }
}
