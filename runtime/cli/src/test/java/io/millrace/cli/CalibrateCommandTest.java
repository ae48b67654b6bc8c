package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.device.DeviceProfile;
import io.millrace.device.DeviceProfiles;
import io.millrace.device.ProfileText;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CalibrateCommandTest {
  @TempDir Path root;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int calibrate(String... arguments) {
    CommandLine line = new CommandLine(new CalibrateCommand(root));
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    return line.execute(arguments);
  }

  private String profile() {
    return root.resolve("own.profile").toString();
  }

  private void expect(String words) {
    assertTrue(out.toString().contains(words), out.toString());
  }

  @Test
  void shouldSayThatThereIsNoMeter() throws Exception {
    assertEquals(0, calibrate("-o", profile(), "--seconds", "0.01", "--clocks"), err.toString());
    expect("no power meter found");
    expect("clocks not measured: there is no power meter");
    DeviceProfile own = ProfileText.read(Path.of(profile()));
    DeviceProfile host = DeviceProfiles.named("host");
    for (DeviceProfile.Key key :
        new DeviceProfile.Key[] {DeviceProfile.Key.IDLE_MILLIW, DeviceProfile.Key.INT8_MAC_PICOJ}) {
      assertEquals(host.figure(key), own.figure(key));
    }
  }

  /** A meter that shows the same whatever the board does: it has an idle board and nothing else. */
  @Test
  void shouldPrintTheFitAndClaimWhatAMeterShows() throws Exception {
    Path chip = root.resolve("sys/class/hwmon/hwmon0");
    Files.createDirectories(chip);
    Files.writeString(chip.resolve("name"), "ina226\n");
    Files.writeString(chip.resolve("power1_input"), "2700000\n");
    Path battery = root.resolve("sys/class/power_supply/BAT0");
    Files.createDirectories(battery);
    Files.writeString(battery.resolve("type"), "Battery\n");
    Files.writeString(battery.resolve("power_now"), "1\n");
    assertEquals(0, calibrate("-o", profile(), "--seconds", "0.01"), err.toString());
    expect("meter: hwmon ina226");
    expect("sees the board; 2700 mW now");
    expect("matrix kernel, 1 core");
    expect("residuals of the windows: 0.0 mW on average, 0.0 mW at most");
    expect("kept: energy.int8-mac-picoj, not determined");
    DeviceProfile own = ProfileText.read(Path.of(profile()));
    assertEquals(2700, own.value(DeviceProfile.Key.IDLE_MILLIW), 1e-6);
    assertTrue(err.toString().contains("measuring power, idle"), err.toString());
  }

  @Test
  void shouldRefuseToHeatWithoutAThermometer() {
    assertEquals(1, calibrate("-o", profile(), "--seconds", "0.01", "--heat", "20"));
    assertTrue(err.toString().contains("no thermometer of the processor"), err.toString());
    assertEquals(2, calibrate("-o", profile(), "--heat", "5"));
    assertTrue(err.toString().contains("from 20 to 7200 seconds"), err.toString());
  }
}
