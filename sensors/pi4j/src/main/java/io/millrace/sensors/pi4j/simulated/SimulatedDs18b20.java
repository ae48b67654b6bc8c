package io.millrace.sensors.pi4j.simulated;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A DS18B20 as the kernel shows it: a folder with the file {@code w1_slave}. */
public final class SimulatedDs18b20 {
  private final Path folder;

  /** In {@code devices}, which stands for {@code /sys/bus/w1/devices}. */
  public SimulatedDs18b20(Path devices, String serial) {
    this.folder = devices.resolve(serial);
  }

  /** What is measured from now on, by sixteenths of a degree; plugs it in if it was not. */
  public void steps(int sixteenths) throws IOException {
    bytes(sixteenths, 0x7F, 16 - (sixteenths & 15), false);
  }

  /** The value that the chip has before its first conversion: its supply is too weak for one. */
  public void neverConverts() throws IOException {
    bytes(85 * 16, 0x7F, 0x0C, false);
  }

  /** A bit flips on the wire. */
  public void badContact(int sixteenths) throws IOException {
    bytes(sixteenths, 0x7F, 16 - (sixteenths & 15), true);
  }

  /** The wire is shorted to ground: all zeros, whose checksum is right. */
  public void shorted() throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("w1_slave"),
        "00 00 00 00 00 00 00 00 00 : crc=00 YES\n00 00 00 00 00 00 00 00 00 t=0\n");
  }

  /** Takes it off the wire: the kernel removes its folder. */
  public void unplug() throws IOException {
    Files.deleteIfExists(folder.resolve("w1_slave"));
    Files.deleteIfExists(folder);
  }

  private void bytes(int raw, int config, int reserved, boolean flipped) throws IOException {
    int[] b = {raw & 0xFF, raw >> 8 & 0xFF, 0x4B, 0x46, config, 0xFF, reserved, 0x10};
    StringBuilder hex = new StringBuilder();
    int crc = crc(b);
    b[0] ^= flipped ? 4 : 0;
    for (int value : b) {
      hex.append("%02x ".formatted(value));
    }
    hex.append("%02x".formatted(crc));
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("w1_slave"),
        "%s : crc=%02x %s\n%s t=%d\n"
            .formatted(hex, crc, flipped ? "NO" : "YES", hex, raw * 1000 / 16));
  }

  /** Maxim's application note 27, bit by bit: a shift register with taps. */
  private static int crc(int[] bytes) {
    int register = 0;
    for (int value : bytes) {
      for (int i = 0; i < 8; i++) {
        int in = (register ^ value >> i) & 1;
        register >>= 1;
        register ^= in == 0 ? 0 : 0b1000_1100;
      }
    }
    return register;
  }
}
