package io.millrace.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostProfileTest {
  private static final String CPU = "sys/devices/system/cpu/";

  @TempDir private Path root;

  private void file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void cache(int index, String level, String type, String size) throws IOException {
    file(CPU + "cpu0/cache/index" + index + "/level", level + "\n");
    file(CPU + "cpu0/cache/index" + index + "/type", type + "\n");
    file(CPU + "cpu0/cache/index" + index + "/size", size + "\n");
  }

  private static void expect(
      DeviceProfile profile, DeviceProfile.Key key, double value, Provenance provenance) {
    assertEquals(value, profile.value(key), key.word());
    assertEquals(provenance, profile.figure(key).provenance(), key.word());
  }

  /** A virtual x86-64 machine: no cpufreq folder, three cache levels. */
  @Test
  void shouldReadAVirtualX86Machine() throws IOException {
    file(
        "proc/cpuinfo",
        """
        processor\t: 0
        model name\t: Intel(R) Xeon(R) Processor
        cpu MHz\t\t: 2600.000

        processor\t: 1
        model name\t: Intel(R) Xeon(R) Processor
        cpu MHz\t\t: 2600.000
        """);
    file("proc/meminfo", "MemTotal:       24684084 kB\nMemFree:        23015424 kB\n");
    file(CPU + "online", "0-1\n");
    cache(0, "1", "Data", "48K");
    cache(1, "1", "Instruction", "64K");
    cache(2, "2", "Unified", "2048K");
    cache(3, "3", "Unified", "491520K");
    DeviceProfile host = HostProfile.read(root);
    assertEquals("host", host.id());
    assertEquals("this machine (Intel(R) Xeon(R) Processor)", host.title());
    expect(host, DeviceProfile.Key.CORES, 2, Provenance.MEASURED_HERE);
    expect(host, DeviceProfile.Key.CLOCK_HZ, 2.6e9, Provenance.MEASURED_HERE);
    expect(host, DeviceProfile.Key.RAM_BYTES, 24684084 * 1024.0, Provenance.MEASURED_HERE);
    expect(host, DeviceProfile.Key.L1D_BYTES, 48 << 10, Provenance.MEASURED_HERE);
    expect(host, DeviceProfile.Key.L2_BYTES, 2 << 20, Provenance.MEASURED_HERE);
    assertEquals(
        Provenance.MODELLED,
        host.figure(DeviceProfile.Key.INT8_MACS_PER_SECOND).provenance(),
        "nobody measured a rate");
  }

  @Test
  void shouldTakeTheRatesOfTheKernelsThatRunHere() throws IOException {
    for (Object[] expected :
        new Object[][] {{"avx2 avx512_vnni", 64e9}, {"avx2 avx_vnni", 32e9}, {"avx", 1e9}}) {
      file("proc/cpuinfo", "cpu MHz\t: 1000.0\nflags\t\t: fpu " + expected[0] + " sse2\n");
      DeviceProfile host = HostProfile.read(root);
      expect(
          host, DeviceProfile.Key.INT8_MACS_PER_SECOND, (double) expected[1], Provenance.MODELLED);
    }
  }

  /** A Pi 4: no clock in cpuinfo, cpufreq in kHz, the board's name in the device tree. */
  @Test
  void shouldTakeRatesOfAKnownBoardFromItsProfile() throws IOException {
    file("proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.4\0");
    file("proc/cpuinfo", "processor\t: 0\nBogoMIPS\t: 108.00\nCPU part\t: 0xd08\n");
    file("proc/meminfo", "MemTotal:        3884360 kB\n");
    file(CPU + "online", "0-3\n");
    file(CPU + "cpu0/cpufreq/cpuinfo_max_freq", "1800000\n");
    cache(0, "1", "Data", "32K");
    cache(2, "2", "Unified", "1024K");
    DeviceProfile host = HostProfile.read(root);
    DeviceProfile board = DeviceProfiles.named("rpi4b");
    assertEquals("this machine (Raspberry Pi 4 Model B Rev 1.4)", host.title());
    expect(host, DeviceProfile.Key.CORES, 4, Provenance.MEASURED_HERE);
    expect(host, DeviceProfile.Key.CLOCK_HZ, 1.8e9, Provenance.MEASURED_HERE);
    expect(host, DeviceProfile.Key.RAM_BYTES, 3884360 * 1024.0, Provenance.MEASURED_HERE);
    for (DeviceProfile.Key key :
        new DeviceProfile.Key[] {
          DeviceProfile.Key.INT8_MACS_PER_SECOND, DeviceProfile.Key.IDLE_MILLIW
        }) {
      assertEquals(board.figure(key), host.figure(key));
    }
    assertEquals(board.lowerSteps(), host.lowerSteps());
  }

  @Test
  void shouldCountCoresInListsOfRanges() throws IOException {
    file(CPU + "online", "0,2-3,7\n");
    assertEquals(4, HostProfile.read(root).value(DeviceProfile.Key.CORES));
  }

  @Test
  void shouldAssumeAndSaySoWhereTheKernelShowsNothing() throws IOException {
    file("proc/meminfo", "MemTotal: lots\n");
    file(CPU + "online", "0-\n");
    DeviceProfile host = HostProfile.read(root);
    assertEquals(DeviceProfile.Key.values().length, host.figures().size());
    host.figures()
        .forEach(
            (key, figure) -> assertEquals(Provenance.MODELLED, figure.provenance(), key.word()));
    assertTrue(host.figure(DeviceProfile.Key.RAM_BYTES).source().contains("/proc/meminfo"));
  }
}
