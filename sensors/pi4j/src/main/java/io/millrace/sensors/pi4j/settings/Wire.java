package io.millrace.sensors.pi4j.settings;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a chip hangs. */
public sealed interface Wire {
  /** For people and files: {@code i2c-1 0x53}, {@code spi-0.1}. */
  String name();

  /**
   * On I²C.
   *
   * @param bus number of {@code /dev/i2c-N}
   * @param address seven bits; the first and last eight are reserved (NXP UM10204, §3.1.12)
   */
  record I2c(int bus, int address) implements Wire {
    public I2c {
      if (bus < 0) {
        throw new IllegalArgumentException("I2C bus " + bus + "; buses are counted from 0");
      }
      if (address < 0x08 || address > 0x77) {
        throw new IllegalArgumentException(
            "I2C address 0x%02X; addresses are 0x08 to 0x77".formatted(address));
      }
    }

    @Override
    public String name() {
      return "i2c-%d 0x%02X".formatted(bus, address);
    }
  }

  /**
   * On SPI.
   *
   * @param bus the first number of {@code /dev/spidev0.1}
   * @param chipSelect the second number
   * @param clockHz of the transfer; 0 for what suits the chip
   */
  record Spi(int bus, int chipSelect, int clockHz) implements Wire {
    public Spi {
      if (bus < 0 || bus > 6 || chipSelect < 0 || chipSelect > 10) {
        throw new IllegalArgumentException(
            "SPI bus "
                + bus
                + " chip select "
                + chipSelect
                + "; buses are 0 to 6, selects 0 to 10");
      }
      if (clockHz < 0 || clockHz > 50_000_000) {
        throw new IllegalArgumentException(
            "SPI clock of " + clockHz + " Hz; it can be up to 50000000 Hz, 0 for the chip's own");
      }
    }

    @Override
    public String name() {
      return "spi-" + bus + "." + chipSelect;
    }
  }

  /**
   * I²C buses are {@code i2c-1} or {@code /dev/i2c-1}, SPI {@code spi-0.1} or {@code
   * /dev/spidev0.1}.
   */
  Pattern NAME = Pattern.compile("(?:/dev/)?(?:i2c-(\\d{1,3})|spi(?:dev|-)?(\\d)\\.(\\d{1,2}))");

  /**
   * The wire that a file names.
   *
   * @param bus {@code i2c-1}, {@code spi-0.1}
   * @param address on I²C; not used on SPI
   */
  static Wire parse(String bus, int address) {
    Matcher m = NAME.matcher(bus.strip());
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "bus \"" + bus + "\"; a bus is i2c-1 or spi-0.1, by the number of its device in /dev");
    }
    return m.group(1) != null
        ? new I2c(Integer.parseInt(m.group(1)), address)
        : new Spi(Integer.parseInt(m.group(2)), Integer.parseInt(m.group(3)), 0);
  }
}
