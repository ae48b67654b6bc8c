package io.millrace.cli.calibrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.device.DeviceProfile;
import io.millrace.device.DeviceProfiles;
import io.millrace.device.Provenance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationTest {
  @TempDir Path root;

  @Test
  void shouldReplaceWhatItMeasuredAndKeepTheRest() throws Exception {
    DeviceProfile before = DeviceProfiles.named("rpi4b");
    List<String> progress = new ArrayList<>();
    Calibration calibration = new Calibration(before, 0.01, "2026-01-02", progress::add);
    assertEquals(before.figures(), calibration.profile("own").figures());

    calibration.rates();

    DeviceProfile own = calibration.profile("own");
    for (DeviceProfile.Key key :
        List.of(
            DeviceProfile.Key.INT8_MACS_PER_SECOND,
            DeviceProfile.Key.INT8_DEPTHWISE_MACS_PER_SECOND,
            DeviceProfile.Key.ELEMENTS_PER_SECOND,
            DeviceProfile.Key.RAM_BYTES_PER_SECOND)) {
      assertEquals(Provenance.MEASURED_HERE, own.figure(key).provenance());
      assertTrue(own.figure(key).source().contains("2026-01-02"), own.figure(key).source());
      assertTrue(own.value(key) > 1e6 && own.value(key) < 1e13, key + " " + own.value(key));
    }
    assertEquals(before.figure(DeviceProfile.Key.WAKE_NS), own.figure(DeviceProfile.Key.WAKE_NS));
    assertEquals(
        before.figure(DeviceProfile.Key.IDLE_MILLIW), own.figure(DeviceProfile.Key.IDLE_MILLIW));
    assertEquals(10, progress.size(), progress::toString);
  }

  @Test
  void shouldMeasurePowerWhereThereIsAMeter() throws Exception {
    Path power = root.resolve("sys/class/hwmon/hwmon0/power1_input");
    Files.createDirectories(power.getParent());
    Files.writeString(power, "2700000");
    Calibration calibration =
        new Calibration(
            DeviceProfiles.named("rpi4b"),
            0.2,
            "2026-01-02",
            what -> {
              if (what.contains("busy")) {
                power.toFile().delete();
                try {
                  Files.writeString(power, "3600000");
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              }
            });

    calibration.power(PowerMeter.find(root).orElseThrow());

    DeviceProfile own = calibration.profile("own");
    assertEquals(2700, own.value(DeviceProfile.Key.IDLE_MILLIW), 1e-9);
    assertEquals(900, own.value(DeviceProfile.Key.ACTIVE_CORE_MILLIW), 1e-9);
    assertEquals(Provenance.MEASURED_HERE, own.figure(DeviceProfile.Key.IDLE_MILLIW).provenance());
  }
}
