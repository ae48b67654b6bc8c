package io.millrace.sensors.message;

import java.util.List;
import java.util.Optional;

/**
 * Numbers in a message: either a message is numbers alone, separated by commas or white space, or
 * it is JSON (RFC 8259), from which fields are taken by path ({@code accel.x}, {@code axes.0}).
 * Scanned without an object for any value.
 */
public final class NumberText {
  private final byte[][][] paths;
  private final int count;

  private byte[] text;
  private int at;
  private double[] found;
  private int foundCount;
  private String problem;

  private NumberText(List<String> fields, int count) {
    this.count = count;
    paths = new byte[fields.size()][][];
    for (int f = 0; f < paths.length; f++) {
      String[] parts = fields.get(f).split("\\.", -1);
      paths[f] = new byte[parts.length][];
      for (int i = 0; i < parts.length; i++) {
        if (parts[i].isEmpty()) {
          throw new IllegalArgumentException("field '" + fields.get(f) + "' has an empty part");
        }
        paths[f][i] = parts[i].getBytes(java.nio.charset.StandardCharsets.UTF_8);
      }
    }
  }

  /** Messages of {@code count} numbers alone. */
  public static NumberText numbers(int count) {
    return new NumberText(List.of(), count);
  }

  /** Messages of JSON with these fields. */
  public static NumberText json(List<String> fields) {
    return new NumberText(fields, fields.size());
  }

  /**
   * Takes the numbers out of a message.
   *
   * @param to where to; meaningless if something is wrong
   * @return what is wrong with the message, empty if nothing
   */
  public Optional<String> read(byte[] message, double[] to) {
    text = message;
    at = 0;
    found = to;
    foundCount = 0;
    problem = null;
    if (paths.length == 0) {
      plain();
    } else {
      java.util.Arrays.fill(to, Double.NaN);
      value(0, -1L >>> (64 - Math.min(63, paths.length)));
      space();
      if (problem == null && at < text.length) {
        wrong("something follows the JSON value");
      }
      for (int f = 0; f < count && problem == null; f++) {
        if (Double.isNaN(to[f])) {
          wrong("field " + f + " is missing or no number");
        }
      }
    }
    text = null;
    found = null;
    return Optional.ofNullable(problem);
  }

  private void wrong(String what) {
    if (problem == null) {
      problem = what + " (byte " + at + ")";
    }
  }

  private void plain() {
    space();
    while (at < text.length && problem == null) {
      double value = number();
      if (Double.isNaN(value)) {
        wrong("not a number");
      } else if (foundCount == count) {
        wrong("more than " + count + " numbers");
      } else {
        found[foundCount++] = value;
      }
      space();
      if (at < text.length && text[at] == ',') {
        at++;
        space();
      }
    }
    if (problem == null && foundCount < count) {
      wrong(foundCount + " numbers, " + count + " are wanted");
    }
  }

  private void space() {
    while (at < text.length
        && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) {
      at++;
    }
  }

  /** A JSON value at {@code depth}; the fields of {@code live} lead through it. */
  private void value(int depth, long live) {
    space();
    if (depth > 64) {
      wrong("nested deeper than 64");
    }
    if (at >= text.length) {
      wrong("the message ends too early");
    }
    if (problem != null) {
      return;
    }
    switch (text[at]) {
      case '{' -> members(depth, live, (byte) '}');
      case '[' -> members(depth, live, (byte) ']');
      case '"' -> string();
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> {
        double value = number();
        if (Double.isNaN(value)) {
          wrong("not JSON");
        }
        for (int f = 0; f < paths.length; f++) {
          if (((live >> f) & 1) != 0 && paths[f].length == depth) {
            found[f] = value;
          }
        }
      }
    }
  }

  private void members(int depth, long live, byte end) {
    at++;
    space();
    if (at < text.length && text[at] == end) {
      at++;
      return;
    }
    for (int index = 0; problem == null; index++) {
      long inside = end == '}' ? named(depth, live) : indexed(depth, live, index);
      value(depth + 1, inside);
      space();
      if (at < text.length && text[at] == end) {
        at++;
        return;
      }
      if (at >= text.length || text[at] != ',') {
        wrong("a comma or the end of a list or an object is missing");
        return;
      }
      at++;
    }
  }

  private long named(int depth, long live) {
    space();
    int start = at + 1;
    if (at >= text.length || text[at] != '"') {
      wrong("a name is missing");
      return 0;
    }
    string();
    int end = at - 1;
    space();
    if (at >= text.length || text[at] != ':') {
      wrong("a colon is missing");
      return 0;
    }
    at++;
    long inside = 0;
    for (int f = 0; f < paths.length; f++) {
      if (((live >> f) & 1) != 0
          && depth < paths[f].length
          && java.util.Arrays.equals(
              text, start, Math.max(start, end), paths[f][depth], 0, paths[f][depth].length)) {
        inside |= 1L << f;
      }
    }
    return inside;
  }

  private long indexed(int depth, long live, int index) {
    long inside = 0;
    for (int f = 0; f < paths.length; f++) {
      if (((live >> f) & 1) != 0 && depth < paths[f].length && isIndex(paths[f][depth], index)) {
        inside |= 1L << f;
      }
    }
    return inside;
  }

  private static boolean isIndex(byte[] part, int index) {
    int value = 0;
    for (byte b : part) {
      if (b < '0' || b > '9' || value > 1_000_000) {
        return false;
      }
      value = 10 * value + (b - '0');
    }
    return value == index;
  }

  private void string() {
    at++;
    while (at < text.length && text[at] != '"') {
      at += text[at] == '\\' ? 2 : 1;
    }
    if (at >= text.length) {
      wrong("a string has no end");
      return;
    }
    at++;
  }

  private void literal(String word) {
    for (int i = 0; i < word.length(); i++, at++) {
      if (at >= text.length || text[at] != word.charAt(i)) {
        wrong("not JSON");
        return;
      }
    }
  }

  /** A decimal number at {@code at}; NaN if there is none. */
  private double number() {
    int start = at;
    boolean negative = at < text.length && text[at] == '-';
    boolean plus = at < text.length && text[at] == '+' && paths.length == 0;
    if (negative || plus) {
      at++;
    }
    double digits = 0;
    int exponent = 0;
    int count = 0;
    boolean point = false;
    for (; at < text.length; at++) {
      byte c = text[at];
      if (c >= '0' && c <= '9') {
        digits = digits * 10 + (c - '0');
        exponent -= point ? 1 : 0;
        count++;
      } else if (c == '.' && !point) {
        point = true;
      } else {
        break;
      }
    }
    if (count == 0) {
      at = start;
      return Double.NaN;
    }
    if (at < text.length && (text[at] == 'e' || text[at] == 'E')) {
      at++;
      boolean down = at < text.length && text[at] == '-';
      at += at < text.length && (down || text[at] == '+') ? 1 : 0;
      int power = 0;
      int powerDigits = 0;
      for (; at < text.length && text[at] >= '0' && text[at] <= '9'; at++, powerDigits++) {
        power = Math.min(9999, power * 10 + (text[at] - '0'));
      }
      if (powerDigits == 0) {
        return Double.NaN;
      }
      exponent += down ? -power : power;
    }
    double value =
        exponent < 0 ? digits / Math.pow(10, -exponent) : digits * Math.pow(10, exponent);
    return Double.isFinite(value) ? (negative ? -value : value) : Double.NaN;
  }
}
