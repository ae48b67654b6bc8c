package io.millrace.sensors.power;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PowerMetersTest {
  @TempDir Path root;
  private FakeMachine machine;

  @BeforeEach
  void machine() {
    machine = new FakeMachine(root);
  }

  @Test
  void shouldFindNoneWhereThereIsNone() throws Exception {
    assertEquals(List.of(), machine.found().meters());
    machine.hwmon(0, "cpu_thermal", "temp1_input", "41000");
    machine.file("sys/class/power_supply/AC/type", "Mains");
    machine.file("sys/class/power_supply/AC/online", "1");
    machine.vcgencmd();
    PowerMeters.Found found = machine.found();
    assertEquals(List.of(), found.meters());
    assertEquals(List.of(), found.unreadable(), "old firmware lacks nothing");
    assertTrue(PowerMeters.battery(root).isEmpty());
  }

  @Test
  void shouldListAllBestFirst() throws Exception {
    machine.rapl("intel-rapl:0", "package-0", "1");
    machine.rapl("intel-rapl:1", "psys", "1");
    machine.hwmon(2, "amdgpu", "power1_average", "9000000");
    machine.hwmon(10, "ina226", "power1_input", "2000000");
    machine.battery("status", "Discharging", "power_now", "7000000", "capacity", "50");
    List<PowerMeter> meters = machine.found().meters();
    assertEquals(
        List.of("RAPL psys", "hwmon ina226", "battery BAT0", "RAPL package-0", "hwmon amdgpu"),
        meters.stream().map(m -> m.name().replaceAll(" \\(.*", "")).toList());
    assertEquals(
        List.of(
            PowerMeter.Scope.BOARD,
            PowerMeter.Scope.BOARD,
            PowerMeter.Scope.BATTERY,
            PowerMeter.Scope.PART,
            PowerMeter.Scope.PART),
        meters.stream().map(PowerMeter::scope).toList());
  }

  @Test
  void shouldSayWhatToDoWhereReadingIsForbidden() throws Exception {
    Path counter = machine.rapl("intel-rapl:0", "package-0", "1");
    PowerMeters.Found found = PowerMeters.find(root, machine.clock, file -> !file.equals(counter));
    assertEquals(List.of(), found.meters());
    String message = found.unreadable().getFirst();
    for (String words : new String[] {"package-0", "permission denied", "root", "chmod g+r"}) {
      assertTrue(message.contains(words), message);
    }
  }

  @Test
  void shouldSayWhichMeterCannotBeRead() throws Exception {
    machine.hwmon(0, "ina219", "power1_input", "lots");
    machine.file("proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0");
    machine.vcgencmd();
    List<String> unreadable = machine.found().unreadable();
    assertEquals(2, unreadable.size());
    assertTrue(
        unreadable.get(0).contains("power1_input says \"lots\", which is no number"),
        unreadable.get(0));
    assertTrue(unreadable.get(1).contains("Command not registered"), unreadable.get(1));
    assertTrue(unreadable.get(1).contains("group video"), unreadable.get(1));
  }

  @Test
  void shouldReadADeviceThatWasGoneAndCameBack() throws Exception {
    Path power = machine.hwmon(1, "ina226", "power1_input", "2000000");
    PowerMeter meter = machine.only();
    assertEquals(2000, meter.averageMilliW());
    // what a removed chip gives; then another file stands where the old one was
    machine.file("sys/class/hwmon/hwmon1/power1_input", "");
    assertFails("which is no number", meter);
    Files.delete(power);
    meter.close();
    meter.close();
    assertFails("there is no such file", meter);
    machine.hwmon(1, "ina226", "power1_input", "3000000");
    assertEquals(3000, meter.averageMilliW());
  }

  static void assertFails(String words, PowerMeter meter) {
    try {
      double milliW = meter.averageMilliW();
      throw new AssertionError(milliW + " mW");
    } catch (java.io.IOException e) {
      assertTrue(e.getMessage().contains(words), e.getMessage());
    }
  }

  @Test
  void shouldAllocateNothingToReadFilesOfTheKernel() throws Exception {
    machine.hwmon(1, "ina226", "power1_input", "2000000");
    machine.rapl("intel-rapl:0", "package-0", "1");
    machine.battery("status", "Discharging", "current_now", "-500000", "voltage_now", "3700000");
    List<PowerMeter> meters = machine.found().meters();
    assertEquals(3, meters.size());
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    assertFalse(Thread.currentThread().isVirtual());
    long least = Long.MAX_VALUE;
    double sum = 0;
    // the first rounds load classes; a round that a compiler's thread disturbs does not count
    for (int round = 0; round < 20; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 100; i++) {
        machine.clock.advance(1_000_000);
        for (int m = 0; m < 3; m++) {
          sum += meters.get(m).averageMilliW();
        }
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertTrue(sum > 0);
    assertEquals(0, least, "bytes in 100 readings of three meters");
  }
}
