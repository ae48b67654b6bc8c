package io.millrace.sensors.pi4j;

import io.millrace.sensors.pi4j.settings.Wire;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Linux, by its folders {@code /dev} and {@code /sys}. */
public final class LinuxHost implements Host {
  private static final Pattern I2C = Pattern.compile("i2c-(\\d+)");
  private static final Pattern SPI = Pattern.compile("spidev(\\d)\\.(\\d{1,2})");
  private final Path root;

  /** The machine's own folders are under {@code root}, which is {@code /} but in a test. */
  public LinuxHost(Path root) {
    this.root = root;
  }

  @Override
  public List<Integer> i2cBuses() throws IOException {
    List<Integer> buses = new ArrayList<>();
    for (String name : names(root.resolve("dev"), "i2c-*")) {
      Matcher m = I2C.matcher(name);
      if (m.matches()) {
        buses.add(Integer.parseInt(m.group(1)));
      }
    }
    buses.sort(Comparator.naturalOrder());
    return buses;
  }

  @Override
  public List<Wire.Spi> spiDevices() throws IOException {
    List<Wire.Spi> devices = new ArrayList<>();
    for (String name : names(root.resolve("dev"), "spidev*")) {
      Matcher m = SPI.matcher(name);
      if (m.matches()) {
        int select = Integer.parseInt(m.group(2));
        devices.add(new Wire.Spi(Integer.parseInt(m.group(1)), select, 0));
      }
    }
    return devices;
  }

  @Override
  public Optional<String> kernelDriver(Wire.I2c wire) throws IOException {
    Path driver =
        root.resolve("sys/bus/i2c/devices/%d-%04x/driver".formatted(wire.bus(), wire.address()));
    if (!Files.exists(driver)) {
      return Optional.empty();
    }
    return Optional.of(driver.toRealPath().getFileName().toString());
  }

  @Override
  public Path oneWireDevices() {
    return root.resolve("sys/bus/w1/devices");
  }

  @Override
  public List<String> gpioChips() throws IOException {
    return names(root.resolve("dev"), "gpiochip*");
  }

  private static List<String> names(Path folder, String pattern) throws IOException {
    List<String> names = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
        entries.forEach(e -> names.add(e.getFileName().toString()));
      }
    }
    names.sort(Comparator.naturalOrder());
    return names;
  }
}
