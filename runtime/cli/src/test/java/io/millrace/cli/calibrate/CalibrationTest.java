package io.millrace.cli.calibrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.device.DeviceProfile;
import io.millrace.device.DeviceProfiles;
import io.millrace.device.Provenance;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CalibrationTest {
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
}
