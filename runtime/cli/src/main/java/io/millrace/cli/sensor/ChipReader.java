package io.millrace.cli.sensor;

import io.millrace.sensors.pi4j.settings.Ads1115Settings;
import io.millrace.sensors.pi4j.settings.Adxl345Settings;
import io.millrace.sensors.pi4j.settings.Bme280Settings;
import io.millrace.sensors.pi4j.settings.ChipSettings;
import io.millrace.sensors.pi4j.settings.Ds18b20Settings;
import io.millrace.sensors.pi4j.settings.LevelSettings;
import io.millrace.sensors.pi4j.settings.Mcp3008Settings;
import io.millrace.sensors.pi4j.settings.MotionSettings;
import io.millrace.sensors.pi4j.settings.PowerChipSettings;
import io.millrace.sensors.pi4j.settings.Wire;
import io.millrace.sensors.power.PowerMeter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes settings of chips from the texts of {@link ChipKeys}. */
final class ChipReader {
  private ChipReader() {}

  /** A chip as a sensor of {@code boards}. */
  static ChipSensorSettings sensor(String kind, KeyTexts texts, Boards boards)
      throws BadKeyException {
    return new ChipSensorSettings(read(kind, texts), boards);
  }

  static ChipSettings read(String kind, KeyTexts t) throws BadKeyException {
    return switch (kind) {
      case "adxl345" -> {
        Wire wire = wire(t);
        double rateHz = t.rateHz();
        int range = t.whole("range", "g");
        yield KeyTexts.make(() -> new Adxl345Settings(wire, rateHz, range));
      }
      case "mpu6050", "icm20948" -> motion(kind, t);
      case "bme280" -> {
        Wire wire = wire(t);
        double rateHz = t.rateHz();
        yield KeyTexts.make(() -> new Bme280Settings(wire, rateHz));
      }
      case "ads1115" -> {
        Wire.I2c wire = i2c(kind, t);
        double rateHz = t.rateHz();
        List<Integer> inputs = t.integers("inputs", "0, 1, 2, 3");
        double fullScaleV = t.quantity("full-scale", "V", "4.096 V");
        yield KeyTexts.make(() -> new Ads1115Settings(wire, rateHz, inputs, fullScaleV));
      }
      case "mcp3008" -> {
        Wire.Spi wire = spi(kind, t);
        double rateHz = t.rateHz();
        List<Integer> inputs = t.integers("inputs", "0, 1, 2, 3, 4, 5, 6, 7");
        double referenceV = t.quantity("reference", "V", "3.3 V");
        yield KeyTexts.make(() -> new Mcp3008Settings(wire, rateHz, inputs, referenceV));
      }
      case "ina219", "ina226" -> power(kind, t);
      case "ds18b20" -> {
        String serial = t.required("serial");
        double rateHz = t.rateHz();
        yield KeyTexts.make(() -> new Ds18b20Settings(serial, rateHz));
      }
      case "gpio" -> level(t);
      default -> throw new IllegalArgumentException("no kind of chip is called " + kind);
    };
  }

  private static ChipSettings motion(String kind, KeyTexts t) throws BadKeyException {
    MotionSettings.Model model = MotionSettings.Model.valueOf(kind.toUpperCase(Locale.ROOT));
    Wire wire = model == MotionSettings.Model.MPU6050 ? i2c(kind, t) : wire(t);
    double rateHz = t.rateHz();
    int range = t.whole("range", "g");
    int rotation = t.whole("rotation", "deg/s");
    return KeyTexts.make(() -> new MotionSettings(model, wire, rateHz, range, rotation));
  }

  private static ChipSettings power(String kind, KeyTexts t) throws BadKeyException {
    Wire.I2c wire = i2c(kind, t);
    double rateHz = t.rateHz();
    double shuntOhm =
        t.quantity("shunt", t.required("shunt"), Map.of("ohm", 1.0, "mohm", 1e-3), "0.1 ohm");
    double mostA = t.quantity("most", t.required("most"), Map.of("A", 1.0, "mA", 1e-3), "3.2 A");
    String scope = t.word("scope", "part", "board", "battery", "part");
    return KeyTexts.make(() ->
        new PowerChipSettings(
            PowerChipSettings.Model.valueOf(kind.toUpperCase(Locale.ROOT)),
            wire,
            rateHz,
            shuntOhm,
            mostA,
            PowerMeter.Scope.valueOf(scope.toUpperCase(Locale.ROOT))));
  }

  private static ChipSettings level(KeyTexts t) throws BadKeyException {
    String name = t.optional("name", "gpio");
    int line = t.integer("line", t.required("line"));
    double rateHz = t.rateHz();
    double debounceMs =
        t.quantity(
            "debounce", t.optional("debounce", "0 ms"), Map.of("ms", 1.0, "s", 1e3), "20 ms");
    String pull = t.word("pull", "off", "off", "up", "down");
    boolean activeLow = t.word("active", "high", "high", "low").equals("low");
    return KeyTexts.make(() ->
        new LevelSettings(
            name,
            line,
            rateHz,
            Math.round(debounceMs),
            LevelSettings.Pull.valueOf(pull.toUpperCase(Locale.ROOT)),
            activeLow));
  }

  private static Wire wire(KeyTexts t) throws BadKeyException {
    String bus = t.required("bus");
    if (!Wire.NAME.matcher(bus).matches()) {
      throw new BadKeyException(
          "bus", "'" + bus + "'; a bus is i2c-1 or spi-0.1, by the number of its device in /dev");
    }
    if (bus.contains("spi")) {
      t.refuse("address", "means nothing on SPI; the bus names the chip select");
      double clockHz =
          t.quantity(
              "clock",
              t.optional("clock", "0 Hz"),
              Map.of("Hz", 1.0, "kHz", 1e3, "MHz", 1e6),
              "2 MHz");
      Wire.Spi spi = (Wire.Spi) make("bus", () -> Wire.parse(bus, 0));
      return make("clock", () -> new Wire.Spi(spi.bus(), spi.chipSelect(), (int) clockHz));
    }
    t.refuse("clock", "means nothing on I2C; the kernel sets its clock");
    int address = t.integer("address", t.required("address"));
    return make("address", () -> Wire.parse(bus, address));
  }

  private static Wire.I2c i2c(String kind, KeyTexts t) throws BadKeyException {
    if (wire(t) instanceof Wire.I2c i2c) {
      return i2c;
    }
    throw new BadKeyException("bus", kind + " is read over I2C, such as i2c-1");
  }

  private static Wire.Spi spi(String kind, KeyTexts t) throws BadKeyException {
    String bus = t.required("bus");
    if (!bus.contains("spi")) {
      throw new BadKeyException("bus", kind + " is read over SPI, such as spi-0.0");
    }
    return (Wire.Spi) wire(t);
  }

  private static <T> T make(String key, java.util.function.Supplier<T> make)
      throws BadKeyException {
    try {
      return make.get();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new BadKeyException(key, e.getMessage());
    }
  }
}
