package io.millrace.sensors.pi4j.chip;

import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.SampleFormat.Channel;
import io.millrace.sensors.pi4j.settings.Ds18b20Settings;
import io.millrace.sensors.pi4j.stream.PolledChip;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/**
 * Maxim DS18B20 through the kernel's w1_therm. Its file {@code w1_slave} gives the nine bytes of
 * the scratchpad, checked here once more; where a kernel has only {@code temperature}, in
 * millidegrees, its word is taken. Each sample opens the file: the kernel converts when it is read,
 * and a file kept open would outlive an unplugged sensor.
 */
public final class Ds18b20 implements PolledChip {
  /** "Memory", figure 9: temperature, alarms, configuration, reserved, CRC. */
  private static final int SCRATCHPAD_BYTES = 9;

  /** Table 1: a sixteenth of a degree. */
  private static final float CELSIUS_PER_STEP = 1 / 16f;

  /** Table 1, note: what the temperature register holds before the first conversion, 85 degrees. */
  private static final int POWER_ON = 0x0550;

  /**
   * What byte 6 holds after a power-on ("Memory", figure 9). After a conversion it holds 16 less
   * the low four bits of the temperature, which the data sheet of the DS18S20 calls COUNT REMAIN:
   * 0x10 at a real 85 degrees.
   */
  private static final int POWER_ON_RESERVED = 0x0C;

  private final Path folder;
  private final SampleFormat format;

  /** The sensor's folder is under {@code devices}, which is {@code /sys/bus/w1/devices}. */
  public Ds18b20(Path devices, Ds18b20Settings settings) {
    this.folder = devices.resolve(settings.serial());
    this.format =
        new SampleFormat(
            settings.source(), List.of(new Channel("temperature", "Cel", 1)), settings.rateHz());
  }

  @Override
  public SampleFormat format() {
    return format;
  }

  @Override
  public void start() throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          folder + ": there is none; is the sensor wired, and the kernel's w1-gpio enabled?");
    }
    celsius();
  }

  @Override
  public void sample(float[] into, int offset) throws IOException {
    into[offset] = celsius();
  }

  private float celsius() throws IOException {
    Path scratchpad = folder.resolve("w1_slave");
    if (Files.exists(scratchpad)) {
      return parse(scratchpad, Files.readString(scratchpad, StandardCharsets.US_ASCII));
    }
    Path file = folder.resolve("temperature");
    String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
    try {
      return Integer.parseInt(text) / 1000f;
    } catch (NumberFormatException e) {
      throw new IOException(file + ": \"" + text + "\" where a temperature in millidegrees was", e);
    }
  }

  /** Degrees from the two lines of {@code w1_slave}. */
  static float parse(Path file, String text) throws IOException {
    byte[] bytes = new byte[SCRATCHPAD_BYTES];
    String[] hex = text.strip().split("\\s+", -1);
    try {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) HexFormat.fromHexDigits(hex[i]);
      }
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new IOException(file + ": no nine bytes in \"" + text.strip() + "\"", e);
    }
    int crc = crc8(bytes, SCRATCHPAD_BYTES - 1);
    int said = bytes[SCRATCHPAD_BYTES - 1] & 0xFF;
    boolean empty = bytes[4] == 0; // a shorted line reads as zeros, whose CRC is right
    if (crc != said || empty || !text.contains("YES")) {
      throw new IOException(
          "%s: checksum 0x%02X, the bytes have 0x%02X; a bad contact or too long a wire?"
              .formatted(file, said, crc));
    }
    int raw = Units.littleEndian(bytes, 0);
    if (raw == POWER_ON && (bytes[6] & 0xFF) == POWER_ON_RESERVED) {
      throw new IOException(file + ": 85 degrees, the value before any conversion: weak supply?");
    }
    return raw * CELSIUS_PER_STEP;
  }

  /** "CRC generation": x⁸ + x⁵ + x⁴ + 1, the lowest bit first. */
  static int crc8(byte[] bytes, int length) {
    int crc = 0;
    for (int i = 0; i < length; i++) {
      crc ^= bytes[i] & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? crc >> 1 ^ 0x8C : crc >> 1;
      }
    }
    return crc;
  }

  @Override
  public void close() {
    // nothing is kept open
  }
}
