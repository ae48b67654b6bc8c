package io.millrace.sensors.power;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Heat, and what the firmware says of it and of the supply. */
class BoardStateTest {
  @TempDir Path root;
  private FakeMachine machine;

  @BeforeEach
  void machine() {
    machine = new FakeMachine(root);
  }

  @Test
  void shouldDecodeEachFlagOfTheFirmware() {
    assertEquals(Set.of(), BoardHealth.ofFirmware(0).flags());
    assertEquals("no fault", BoardHealth.ofFirmware(0).words());
    BoardHealth health = BoardHealth.ofFirmware(0x50005);
    assertEquals(
        Set.of(
            BoardHealth.Flag.UNDER_VOLTAGE,
            BoardHealth.Flag.THROTTLED,
            BoardHealth.Flag.UNDER_VOLTAGE_OCCURRED,
            BoardHealth.Flag.THROTTLED_OCCURRED),
        health.flags());
    assertEquals(
        "under-voltage, throttled, under-voltage before, throttled before", health.words());
    assertEquals(
        Set.of(
            BoardHealth.Flag.FREQUENCY_CAPPED,
            BoardHealth.Flag.SOFT_LIMIT,
            BoardHealth.Flag.FREQUENCY_CAPPED_OCCURRED,
            BoardHealth.Flag.SOFT_LIMIT_OCCURRED),
        BoardHealth.ofFirmware(0xA000A).flags());
    assertEquals(EnumSet.allOf(BoardHealth.Flag.class), BoardHealth.ofFirmware(~0L).flags());
    assertTrue(health.is(BoardHealth.Flag.THROTTLED));
    assertFalse(health.is(BoardHealth.Flag.SOFT_LIMIT));
  }

  @Test
  void shouldReadHealthFromTheBestPlace() throws Exception {
    assertTrue(HealthMonitor.find(root).isEmpty());

    Path alarm = machine.hwmon(0, "rpi_volt", "in0_lcrit_alarm", "0");
    HealthMonitor volt = HealthMonitor.find(root).orElseThrow();
    assertEquals("hwmon rpi_volt", volt.name());
    assertEquals(Set.of(), volt.health().flags());
    assertEquals(Set.of(BoardHealth.Flag.UNDER_VOLTAGE), volt.health().known());
    Files.writeString(alarm, "1\n");
    assertEquals(Set.of(BoardHealth.Flag.UNDER_VOLTAGE), volt.health().flags());

    machine.vcgencmd();
    assertEquals("hwmon rpi_volt", HealthMonitor.find(root).orElseThrow().name());
    machine.firmware("get_throttled", "throttled=0x80008");
    HealthMonitor command = HealthMonitor.find(root).orElseThrow();
    assertEquals(BoardHealth.ofFirmware(0x80008), command.health());
    machine.firmware("get_throttled", "throttled=maybe");
    assertTrue(
        assertThrows(IOException.class, command::health)
            .getMessage()
            .contains("\"throttled=maybe\""));

    machine.file("sys/devices/platform/soc/soc:firmware/get_throttled", "50000");
    HealthMonitor file = HealthMonitor.find(root).orElseThrow();
    assertEquals(BoardHealth.ofFirmware(0x50000), file.health());
    machine.file("sys/devices/platform/soc/soc:firmware/get_throttled", "0");
    assertEquals(BoardHealth.ofFirmware(0), file.health());
    file.close();
  }

  @Test
  void shouldFindTheProcessorsThermometer() throws Exception {
    assertTrue(Thermometer.ofProcessor(root).isEmpty());
    machine.hwmon(0, "nvme", "temp1_input", "33000");
    assertTrue(Thermometer.ofProcessor(root).isEmpty());
    machine.hwmon(1, "k10temp", "temp1_input", "55125");
    assertEquals(55.125, Thermometer.ofProcessor(root).orElseThrow().celsius());
    machine.file("sys/class/thermal/thermal_zone0/type", "iwlwifi_1");
    machine.file("sys/class/thermal/thermal_zone0/temp", "no data");
    machine.file("sys/class/thermal/thermal_zone1/type", "cpu-thermal");
    Path temp = machine.file("sys/class/thermal/thermal_zone1/temp", "47774");
    Thermometer processor = Thermometer.ofProcessor(root).orElseThrow();
    assertEquals(47.774, processor.celsius());
    assertEquals(
        List.of("cpu-thermal", "k10temp", "nvme"),
        Thermometer.all(root).stream().map(t -> t.name().replaceAll(" .*", "")).toList());
    Files.writeString(temp, "-1500\n");
    assertEquals(-1.5, processor.celsius());
    Files.writeString(temp, "-274000\n");
    assertTrue(
        assertThrows(IOException.class, processor::celsius).getMessage().contains("cannot be"));
  }

  @Test
  void shouldReportAFirmwareCommandThatFailsHangsOrIsMissing() throws Exception {
    Path script = machine.file("usr/bin/vcgencmd", "#!/bin/sh\necho throttled=0x0\nexit 3");
    script.toFile().setExecutable(true);
    FirmwareCommand command = FirmwareCommand.find(root).orElseThrow();
    assertTrue(
        assertThrows(IOException.class, () -> command.ask("get_throttled"))
            .getMessage()
            .contains("failed with 3"));
    Files.delete(script);
    assertThrows(IOException.class, () -> command.ask("get_throttled"));
    Path hanging = machine.file("hanging", "#!/bin/sh\nexec sleep 600");
    hanging.toFile().setExecutable(true);
    assertTrue(
        assertThrows(IOException.class, () -> new FirmwareCommand(hanging, 50).ask("get_throttled"))
            .getMessage()
            .contains("has not ended after 50 ms"));
  }
}
