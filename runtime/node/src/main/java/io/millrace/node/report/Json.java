package io.millrace.node.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.jr.ob.JSON;

/** How values are written: six digits are more than any sensor has, and bytes cost. */
public final class Json {
  private static final JSON WRITER = JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES);
  private static final MathContext DIGITS = new MathContext(6);

  private Json() {}

  /** JSON as UTF-8. */
  public static byte[] bytes(Map<String, Object> message) {
    return WRITER.asString(message).getBytes(StandardCharsets.UTF_8);
  }

  /** A number as short as it can be; null for what JSON has no number for. */
  static Object number(double value) {
    if (!Double.isFinite(value)) {
      return null;
    }
    double rounded = BigDecimal.valueOf(value).round(DIGITS).doubleValue();
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1L << 53;
    return whole ? (Object) (long) value : (Object) rounded;
  }
}
