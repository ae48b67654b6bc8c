package io.millrace.sensors.iio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.Sensor;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.clock.VirtualClock;
import io.millrace.sensors.live.Backoff;
import io.millrace.sensors.live.LiveSensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IioTest {
  @TempDir Path root;
  @TempDir Path dev;

  private final List<Exception> errors = Collections.synchronizedList(new ArrayList<>());

  private void file(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text + "\n");
  }

  /** A tree as the kernel's adxl345 and bme280 drivers show it. */
  @BeforeEach
  void tree() throws IOException {
    String accel = "iio:device0/";
    file(accel + "name", "adxl345");
    file(accel + "sampling_frequency", "100.000000");
    file(accel + "in_accel_scale", "0.038300");
    for (String axis : List.of("x", "y", "z")) {
      file(accel + "in_accel_" + axis + "_raw", "-" + (10 + axis.charAt(0) - 'x'));
      file(accel + "scan_elements/in_accel_" + axis + "_en", "0");
      file(accel + "scan_elements/in_accel_" + axis + "_index", "" + (axis.charAt(0) - 'x'));
      file(accel + "scan_elements/in_accel_" + axis + "_type", "le:s13/16>>0");
    }
    file(accel + "scan_elements/in_timestamp_en", "0");
    file(accel + "scan_elements/in_timestamp_index", "3");
    file(accel + "scan_elements/in_timestamp_type", "le:s64/64>>0");
    file(accel + "buffer/enable", "0");
    file(accel + "buffer/length", "2");
    String climate = "iio:device1/";
    file(climate + "name", "bme280");
    file(climate + "in_temp_input", "21530");
    file(climate + "in_pressure_input", "98.123456789");
    file(climate + "in_voltage0_raw", "2048");
    file(climate + "in_voltage_scale", "1.25");
    file(climate + "in_voltage0_offset", "-48");
    file("trigger0/name", "adxl345-dev0");
  }

  @Test
  void shouldListDevicesAndTheirChannels() throws IOException {
    List<IioDevice> all = IioDevice.list(root);
    assertEquals(List.of("adxl345", "bme280"), all.stream().map(IioDevice::name).toList());
    assertEquals(List.of("accel_x", "accel_y", "accel_z"), all.getFirst().channels());
    assertEquals(List.of("pressure", "temp", "voltage0"), all.get(1).channels());
    assertEquals(OptionalDouble.of(100), all.getFirst().samplingFrequencyHz());
    assertEquals(List.of(), IioDevice.list(root.resolve("nothing")));
    IOException e = assertThrows(IOException.class, () -> IioDevice.find(root, "bmp280"));
    assertTrue(e.getMessage().contains("iio:device1 (bme280)"), e.getMessage());
    assertEquals("bme280", IioDevice.find(root, "iio:device1").name());
  }

  @Test
  void shouldPollValuesInTheUnitsOfTheAbi() throws Exception {
    VirtualClock clock = new VirtualClock(0, 0);
    IioDevice device = IioDevice.find(root, "bme280");
    try (Sensor sensor = PolledIioSensor.open(device, List.of(), 2, clock)) {
      assertEquals(
          List.of("kPa", "m°C", "mV"),
          sensor.format().channels().stream().map(c -> c.unit()).toList());
      SampleBlock block = new SampleBlock(new float[6], sensor.format());
      assertEquals(1, sensor.read(block));
      assertEquals(98.12346f, block.values()[0]);
      assertEquals(21530, block.values()[1]);
      assertEquals(2500, block.values()[2]);
      file("iio:device1/in_temp_input", "-5250");
      block.aim(0, 2);
      sensor.read(block);
      assertEquals(500_000_000, block.firstNs());
      assertEquals(-5250, block.values()[1]);
      clock.advance(1_600_000_000);
      block.aim(0, 2);
      sensor.read(block);
      assertEquals(2, block.missingBefore());
      assertEquals(2, sensor.overruns());
      assertEquals(2_000_000_000, block.firstNs());
      file("iio:device1/in_temp_input", "busy");
      IOException e = assertThrows(IOException.class, () -> sensor.read(block));
      assertTrue(e.getMessage().contains("in_temp_input"), e.getMessage());
    }
    assertThrows(
        IOException.class, () -> PolledIioSensor.open(device, List.of("temp", "light"), 1, clock));
  }

  @Test
  void shouldAllocateNothingWhilePolling() throws Exception {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    VirtualClock clock = new VirtualClock(0, 0);
    IioDevice device = IioDevice.find(root, "adxl345");
    try (Sensor sensor = PolledIioSensor.open(device, List.of(), 100, clock)) {
      SampleBlock block = new SampleBlock(new float[3], sensor.format());
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 8; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 500; i++) {
          block.aim(0, 1);
          sensor.read(block);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertEquals(-10 * 0.0383f, block.values()[0], 1e-6);
      assertEquals(0, least);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "le:s12/16>>4, 80FF, -8",
    "le:u12/16>>4, 80FF, 4088",
    "be:s16/16>>0, FF9C, -100",
    "le:s64/64>>0, 0100000000000080, -9223372036854775807",
    "be:u24/32>>8, 01020304, 66051",
    "le:u8/8>>0, FF, 255",
    "le:s8/8>>0, FF, -1",
    "le:s13/16>>0, 0010, -4096"
  })
  void shouldDecodeElements(String type, String bytes, long value) {
    byte[] stored = java.util.HexFormat.of().parseHex(bytes);
    ScanElement element = ScanElement.of("x", 0, type);
    assertEquals(stored.length, element.storageBytes());
    assertEquals(value, element.value(stored, 0));
  }

  @ParameterizedTest
  @CsvSource({"le:s12/12>>0", "le:s20/16>>0", "xe:s8/8>>0", "le:s8/8X2>>0", "s8", "le:s0/8>>0"})
  void shouldRefuseTypesThatAreNone(String type) {
    assertThrows(IllegalArgumentException.class, () -> ScanElement.of("x", 0, type));
  }

  @Test
  void shouldAlignElementsToTheirOwnSize() throws IOException {
    ScanLayout layout =
        ScanLayout.read(root.resolve("iio:device0"), List.of("timestamp", "accel_z", "accel_x"));
    assertEquals(List.of(0, 2, 8), layout.offsets());
    assertEquals(16, layout.recordBytes());
    ScanLayout odd =
        ScanLayout.of(
            List.of(
                ScanElement.of("a", 0, "le:u8/8>>0"),
                ScanElement.of("b", 1, "le:u32/32>>0"),
                ScanElement.of("c", 2, "le:u8/8>>0")));
    assertEquals(List.of(0, 4, 8), odd.offsets());
    assertEquals(12, odd.recordBytes());
  }

  /** As the kernel packs it: what is not enabled takes no place. */
  private static byte[] record(int x, int z, long ns) {
    return ByteBuffer.allocate(16)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) x)
        .putShort((short) z)
        .putInt(0)
        .putLong(ns)
        .array();
  }

  private static float g(int raw) {
    return (float) (raw * 0.0383);
  }

  private LiveSensor buffered(List<String> channels, Backoff backoff) throws IOException {
    return BufferedIioCapture.open(
        new BufferedIioCapture.Settings(
            root,
            dev,
            "adxl345",
            channels,
            OptionalDouble.of(200),
            Optional.of("adxl345-dev0"),
            64,
            backoff),
        Clock.system(),
        errors::add);
  }

  @Test
  @SuppressWarnings("try") // closed while its node is open
  void shouldReadABufferAndItsGaps() throws Exception {
    file("iio:device0/trigger/current_trigger", "");
    new ProcessBuilder("mkfifo", dev.resolve("iio:device0").toString()).start().waitFor();
    long t = 1_000_000_000_000L;
    try (LiveSensor sensor = buffered(List.of("accel_z", "accel_x"), new Backoff(1, 2, 3))) {
      assertEquals(200, sensor.format().rateHz());
      sensor.start();
      try (OutputStream out = Files.newOutputStream(dev.resolve("iio:device0"))) {
        out.write(record(1, -3, t));
        out.write(record(4, 6, t + 5_100_000));
        byte[] third = record(7, 9, t + 25_000_000);
        out.write(third, 0, 5);
        out.flush();
        out.write(third, 5, 11);
        out.flush();
        SampleBlock block = new SampleBlock(new float[20], sensor.format());
        List<Float> z = new ArrayList<>();
        List<Float> x = new ArrayList<>();
        long missing = 0;
        while (z.size() < 3) {
          block.aim(0, 10);
          int n = sensor.read(block);
          missing += block.missingBefore();
          for (int i = 0; i < n; i++) {
            z.add(block.values()[2 * i]);
            x.add(block.values()[2 * i + 1]);
          }
        }
        assertEquals(List.of(g(-3), g(6), g(9)), z);
        assertEquals(List.of(g(1), g(4), g(7)), x);
        assertEquals(3, missing, "25 ms after the last at 200 Hz, with one due every 5 ms");
        sensor.close(); // before the writer: opening a FIFO without one would wait
      }
    }
    Path folder = root.resolve("iio:device0");
    assertEquals("200", Files.readString(folder.resolve("sampling_frequency")));
    assertEquals("64", Files.readString(folder.resolve("buffer/length")));
    assertEquals("adxl345-dev0", Files.readString(folder.resolve("trigger/current_trigger")));
    assertEquals("1", Files.readString(folder.resolve("scan_elements/in_accel_x_en")));
    assertEquals("0", Files.readString(folder.resolve("scan_elements/in_accel_y_en")));
    assertEquals("1", Files.readString(folder.resolve("scan_elements/in_timestamp_en")));
    assertEquals("0", Files.readString(folder.resolve("buffer/enable")), "off at the end");
  }

  /** A device that is unplugged and comes back: a file ends, and is there again. */
  @Test
  void shouldOpenANodeAgainThatEnded() throws Exception {
    Files.write(dev.resolve("iio:device0"), record(1, 1, 5));
    try (LiveSensor sensor = buffered(List.of(), new Backoff(1, 2, 3))) {
      SampleBlock block = new SampleBlock(new float[3], sensor.format());
      for (int i = 0; i < 3; i++) {
        block.aim(0, 1);
        assertEquals(1, sensor.read(block));
        assertEquals(0.0383f, block.values()[0]);
      }
    }
    assertTrue(errors.getFirst().getMessage().contains("iio:device0"));
  }

  @Test
  void shouldSayWhatIsMissing() throws Exception {
    try (LiveSensor sensor = buffered(List.of(), new Backoff(1, 1, 1))) {
      SampleBlock block = new SampleBlock(new float[3], sensor.format());
      IOException e = assertThrows(IOException.class, () -> sensor.read(block));
      assertTrue(e.getMessage().contains("iio:device0"), e.getMessage());
    }
    IOException e =
        assertThrows(IOException.class, () -> buffered(List.of("accel_w"), Backoff.DEFAULT));
    assertTrue(e.getMessage().contains("accel_w"), e.getMessage());
  }
}
