package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.InProcess.Outcome;
import io.millrace.sensors.clock.VirtualClock;
import io.millrace.sensors.pi4j.simulated.Signal;
import io.millrace.sensors.pi4j.simulated.SimulatedAdxl345;
import io.millrace.sensors.pi4j.simulated.SimulatedBoard;
import io.millrace.sensors.pi4j.simulated.SimulatedMcp3008;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SensorsCommandTest {
  @TempDir Path root;
  private final VirtualClock clock = new VirtualClock(0, 0);
  private final SimulatedBoard machine = new SimulatedBoard(clock);

  private Outcome sensors() {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    SensorsCommand command = new SensorsCommand((_, problems) -> machine.board(problems));
    int exit =
        Millrace.execute(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            Map.of("sensors", command),
            "sensors",
            "--root",
            root.toString());
    return new Outcome(exit, out.toString(), err.toString());
  }

  private void file(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text + "\n");
  }

  @Test
  void shouldSayThatThereIsNothing() {
    Outcome outcome = sensors();

    assertEquals(0, outcome.exit(), outcome.err());
    assertTrue(outcome.out().startsWith("nothing found"), outcome.out());
  }

  @Test
  void shouldListBusesAndChips() {
    machine.i2c(1).plug(0x53, new SimulatedAdxl345(clock, 1, Signal.COUNTING));
    machine.i2c(3);
    machine.spi(0, 1, new SimulatedMcp3008());
    machine.line(17);

    List<String> lines = squeezed(sensors());

    assertTrue(lines.contains("chip i2c-1 0x53 adxl345 by its id"), lines.toString());
    assertTrue(lines.contains("bus i2c-3 no known chip answers"), lines.toString());
    assertTrue(lines.contains("bus spi-0.1 chips on SPI are not asked"), lines.toString());
    assertTrue(lines.contains("gpio gpiochip0 GPIO lines"), lines.toString());
  }

  @Test
  void shouldListWhatTheKernelShows() throws IOException {
    file(
        "proc/asound/pcm",
        "00-00: bcm2835 Headphones : bcm2835 Headphones : playback 8\n"
            + "01-00: USB Audio : USB Audio : playback 1 : capture 1");
    file("sys/class/video4linux/video10/name", "isp");
    file("sys/class/video4linux/video2/name", "unicam-image");
    file("sys/bus/iio/devices/iio:device0/name", "bmp280");
    file("sys/bus/iio/devices/iio:device0/in_temp_input", "21000");
    file("sys/class/thermal/thermal_zone0/type", "cpu-thermal");
    file("sys/class/thermal/thermal_zone0/temp", "48312");
    file("sys/class/power_supply/BAT0/type", "Battery");
    file("sys/class/power_supply/BAT0/status", "Discharging");
    file("sys/class/power_supply/BAT0/capacity", "61");
    file("sys/class/power_supply/BAT0/power_now", "2500000");

    List<String> lines = squeezed(sensors());

    assertTrue(lines.contains("audio plughw:1,0 USB Audio"), lines.toString());
    assertFalse(lines.toString().contains("Headphones"), "it records nothing");
    int first = lines.indexOf("camera /dev/video2 unicam-image");
    assertTrue(first > 0 && lines.get(first + 1).equals("camera /dev/video10 isp"));
    assertTrue(lines.contains("iio iio:device0 bmp280 temp"), lines.toString());
    assertTrue(lines.stream().anyMatch(l -> l.startsWith("thermometer cpu-thermal")));
    assertTrue(lines.stream().anyMatch(l -> l.endsWith("48.3 C")), lines.toString());
    assertTrue(lines.contains("meter battery BAT0 of the battery; shows power"), lines.toString());
    assertTrue(lines.contains("battery battery BAT0 61 %, discharging"), lines.toString());
  }

  private static List<String> squeezed(Outcome outcome) {
    assertEquals(0, outcome.exit(), outcome.err());
    return outcome.out().lines().map(l -> l.strip().replaceAll(" +", " ")).toList();
  }
}
