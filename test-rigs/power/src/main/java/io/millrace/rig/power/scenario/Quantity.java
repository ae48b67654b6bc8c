package io.millrace.rig.power.scenario;

/** The units that a scenario's quantities are written in. */
enum Quantity {
  TIME("a time such as '6 h'", "nanoseconds", "ms=1e6 s=1e9 min=6e10 h=3.6e12 d=8.64e13"),
  POWER("a power such as '2 W'", "mW", "uW=1e-3 mW=1 W=1e3"),
  ENERGY("an energy such as '20 Wh'", "mJ", "mJ=1 J=1e3 kJ=1e6 mWh=3.6e3 Wh=3.6e6"),
  BYTE_RATE("a rate such as '250 kB/s'", "bytes a second", "B/s=1 kB/s=1e3 MB/s=1e6"),
  SHARE("a share such as '20 %'", "of 1", "%=0.01"),
  TEMPERATURE("a temperature such as '-5 C'", "degrees Celsius", "C=1"),
  NUMBER("a number", "", "=1");

  private final String expected;
  private final String base;
  private final String table;

  Quantity(String expected, String base, String table) {
    this.expected = expected;
    this.base = base;
    this.table = table;
  }

  String expected() {
    return table.equals("=1")
        ? expected
        : expected + " (units: " + table.replaceAll("=[^ ]+", "").replace(" ", ", ") + ")";
  }

  String base() {
    return base;
  }

  /** In the base unit; NaN if {@code text} is none. */
  double parse(String text) {
    int split = 0;
    while (split < text.length() && "0123456789+-._".indexOf(text.charAt(split)) >= 0) {
      split++;
    }
    String unit = text.substring(split).strip();
    for (String pair : table.split(" ", -1)) {
      int equals = pair.indexOf('=');
      if (pair.substring(0, equals).equals(unit)) {
        try {
          return Double.parseDouble(text.substring(0, split).replace("_", ""))
              * Double.parseDouble(pair.substring(equals + 1));
        } catch (NumberFormatException e) {
          return Double.NaN;
        }
      }
    }
    return Double.NaN;
  }
}
