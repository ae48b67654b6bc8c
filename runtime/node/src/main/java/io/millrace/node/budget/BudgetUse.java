package io.millrace.node.budget;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What came of a node's limits.
 *
 * @param idleMilliW the idle board, which the answers come on top of, as modelled
 * @param spentMilliJ all answers together, above idle, as charged
 * @param spans the average powers
 * @param overdrafts how often something took so much more than expected that a span's limit broke
 * @param batteryLeastMilliJ the least that was in the battery
 * @param hottestCelsius the highest temperature, measured or reckoned
 * @param uplinkMostBytes the most bytes of a day
 * @param measurements how often a power meter was read
 * @param measuredByModelled measured by modelled power of the last whole minute
 */
public record BudgetUse(
    double idleMilliW,
    double spentMilliJ,
    List<Span> spans,
    long overdrafts,
    OptionalDouble batteryLeastMilliJ,
    OptionalDouble hottestCelsius,
    OptionalLong uplinkMostBytes,
    long measurements,
    double measuredByModelled) {
  /**
   * An average power.
   *
   * @param limitMilliW what it must not exceed
   * @param windowNs over which span
   * @param peakMilliW the highest of any such span, as charged
   */
  public record Span(double limitMilliW, long windowNs, double peakMilliW) {}

  public BudgetUse {
    spans = List.copyOf(spans);
  }

  /** Lines for people, one for each limit. */
  public String text() {
    StringBuilder s = new StringBuilder();
    String how = measurements > 0 ? "metered" : "modelled";
    for (Span span : spans) {
      line(
          s,
          "budget      %.1f mW over %s s, highest average of any span %.1f mW (%s)",
          span.limitMilliW,
          seconds(span.windowNs),
          span.peakMilliW,
          how);
    }
    batteryLeastMilliJ.ifPresent(
        mj -> line(s, "battery     %.1f J at the least (%s)", mj / 1e3, how));
    hottestCelsius.ifPresent(c -> line(s, "heat        %.1f C at the most", c));
    uplinkMostBytes.ifPresent(b -> line(s, "uplink      %d bytes on the busiest day", b));
    if (measurements > 0) {
      line(
          s,
          "meter       read %d times; measured by modelled power %.3f",
          measurements,
          measuredByModelled);
    }
    return s.toString();
  }

  private static String seconds(long ns) {
    return String.format(Locale.ROOT, "%.6f", ns / 1e9).replaceAll("\\.?0+$", "");
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static void line(StringBuilder to, String form, Object... values) {
    to.append(String.format(Locale.ROOT, form, values)).append('\n');
  }
}
