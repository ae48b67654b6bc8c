package io.millrace.node.pipeline;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The units that quantities of one kind are written in. */
public enum Unit {
  TIME("a time", "200 ms", "ns=1 us=1e3 ms=1e6 s=1e9 min=6e10 h=3.6e12 d=8.64e13"),
  POWER("a power", "900 mW", "uW=1e-3 mW=1 W=1e3"),
  ENERGY("an energy", "500 mJ", "nJ=1e-6 uJ=1e-3 mJ=1 J=1e3 kJ=1e6 mWh=3.6e3 Wh=3.6e6"),
  RATE("a rate", "16 kHz", "Hz=1 kHz=1e3"),
  FREQUENCY("a frequency", "20 Hz", "Hz=1 kHz=1e3"),
  SIZE("a size", "16 MiB", "B=1 KiB=1024 MiB=1048576 kB=1e3 MB=1e6"),
  SHARE("a share", "20 %", "%=0.01"),
  TEMPERATURE("a temperature", "70 C", "C=1"),
  THERMAL_RESISTANCE("a thermal resistance", "8 K/W", "K/W=1"),
  THERMAL_CAPACITY("a thermal capacity", "20 J/K", "J/K=1"),
  /** Samples count negative, to tell them from nanoseconds. */
  SPAN("a number of samples or a time", "1 s", "samples=-1 sample=-1 " + TIME.table);

  private final String what;
  private final String example;
  private final String table;

  Unit(String what, String example, String table) {
    this.what = what;
    this.example = example;
    this.table = table;
  }

  /** What to write, for a message. */
  String expected() {
    String units =
        Arrays.stream(table.split(" ", -1))
            .map(unit -> unit.substring(0, unit.indexOf('=')))
            .collect(Collectors.joining(", "));
    return what + " such as '" + example + "' (units: " + units + ")";
  }

  /**
   * The quantity in the base unit: ns, mW, mJ, Hz, bytes, shares of 1, C, K/W, J/K. NaN if {@code
   * text} is none.
   */
  double parse(String text) {
    int split = 0;
    while (split < text.length() && "0123456789+-.".indexOf(text.charAt(split)) >= 0) {
      split++;
    }
    String unit = text.substring(split).strip();
    try {
      double number = Double.parseDouble(text.substring(0, split));
      return number < 0 ? Double.NaN : number * factor(unit);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private double factor(String unit) {
    for (String pair : table.split(" ", -1)) {
      int equals = pair.indexOf('=');
      if (pair.substring(0, equals).equals(unit)) {
        return Double.parseDouble(pair.substring(equals + 1));
      }
    }
    return Double.NaN;
  }
}
