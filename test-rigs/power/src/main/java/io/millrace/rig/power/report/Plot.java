package io.millrace.rig.power.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A plot over the time of a run: curves, stacked bars and limits. */
@SuppressWarnings("ArrayRecordComponent") // never compared
final class Plot {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 300;
  private static final double[] STEPS = {1, 2, 2.5, 5, 10};

  private final String id;
  private final String title;
  private final String unit;
  private final double days;
  private final List<Curve> curves = new ArrayList<>();
  private final List<Bound> bounds = new ArrayList<>();
  private final List<Bars> bars = new ArrayList<>();
  private double least;
  private double most = Double.NEGATIVE_INFINITY;
  private boolean fromZero = true;

  private record Curve(String color, double[] values, boolean filled, String name) {}

  private record Bound(double value, String name) {}

  private record Bars(String color, double[] values, String name) {}

  Plot(String id, String title, String unit, double days) {
    this.id = id;
    this.title = title;
    this.unit = unit;
    this.days = days;
  }

  /** The axis need not begin at 0. */
  Plot anyRange() {
    fromZero = false;
    least = Double.POSITIVE_INFINITY;
    return this;
  }

  /** A curve; NaN leaves it out there. */
  Plot curve(String color, String name, double[] values, boolean filled) {
    curves.add(new Curve(color, values, filled, name));
    for (double v : values) {
      include(v);
    }
    return this;
  }

  Plot limit(double value, String name) {
    bounds.add(new Bound(value, name));
    include(value);
    return this;
  }

  /** Bars on top of those before. */
  Plot stack(String color, String name, double[] values) {
    bars.add(new Bars(color, values, name));
    return this;
  }

  private void include(double v) {
    if (!Double.isNaN(v)) {
      least = Math.min(least, v);
      most = Math.max(most, v);
    }
  }

  private void includeBars() {
    for (int i = 0; !bars.isEmpty() && i < bars.getFirst().values.length; i++) {
      double sum = 0;
      for (Bars b : bars) {
        sum += b.values[i];
      }
      include(sum);
    }
  }

  /** The figure. */
  String html() {
    includeBars();
    if (!(most > least)) {
      most = least + 1;
    }
    double step = step((most - least) / 3);
    double bottom = fromZero ? 0 : Math.floor(least / step) * step;
    double top = Math.ceil(most / step - 1e-9) * step;
    StringBuilder s = new StringBuilder();
    s.append("<figure id=\"").append(id).append("\"><figcaption><b>").append(Page.text(title));
    s.append("</b> <span class=\"unit\">").append(Page.text(unit)).append("</span></figcaption>");
    legend(s);
    s.append("<div class=\"plot\"><div class=\"y\">");
    for (double v = bottom; v <= top + step / 2; v += step) {
      s.append("<span style=\"bottom:").append(percent((v - bottom) / (top - bottom)));
      s.append("\">").append(number(v, step)).append("</span>");
    }
    s.append("</div><svg viewBox=\"0 0 1000 300\" preserveAspectRatio=\"none\" role=\"img\"");
    s.append(" aria-label=\"").append(Page.text(title)).append("\">");
    for (double v = bottom; v <= top + step / 2; v += step) {
      line(s, "grid", y(v, bottom, top));
    }
    bars(s, bottom, top);
    for (Curve curve : curves) {
      curve(s, curve, bottom, top);
    }
    for (Bound b : bounds) {
      line(s, "limit", y(b.value, bottom, top));
    }
    s.append("</svg><div class=\"x\">");
    double every = days > 4 ? 1 : days > 1.5 ? 0.5 : step(days / 4);
    for (double d = 0; d <= days + 1e-9; d += every) {
      s.append("<span style=\"left:").append(percent(d / days)).append("\">").append(when(d));
      s.append("</span>");
    }
    s.append("</div></div></figure>\n");
    return s.toString();
  }

  private static String when(double day) {
    if (day == Math.rint(day)) {
      return (long) day + " d";
    }
    return day >= 1.0 / 24
        ? number(day * 24, 0.1) + " h"
        : day > 1.0 / 1440 ? number(day * 1440, 0.1) + " min" : number(day * 86_400, 0.1) + " s";
  }

  private void legend(StringBuilder s) {
    s.append("<p class=\"legend\">");
    for (Bars b : bars) {
      key(s, b.color, b.name);
    }
    for (Curve c : curves) {
      key(s, c.color, c.name);
    }
    for (Bound b : bounds) {
      key(s, "limit", b.name);
    }
    s.append("</p>");
  }

  private static void key(StringBuilder s, String color, String name) {
    s.append("<span><i class=\"").append(color).append("\"></i>").append(Page.text(name));
    s.append("</span> ");
  }

  private void curve(StringBuilder s, Curve c, double bottom, double top) {
    StringBuilder path = new StringBuilder();
    boolean open = false;
    int first = -1;
    int last = -1;
    for (int i = 0; i < c.values.length; i++) {
      if (Double.isNaN(c.values[i])) {
        open = false;
        continue;
      }
      double x = WIDTH * (i + 0.5) / c.values.length;
      path.append(open ? 'L' : 'M').append(coordinate(x)).append(' ');
      path.append(coordinate(y(c.values[i], bottom, top)));
      open = true;
      first = first < 0 ? i : first;
      last = i;
    }
    if (first < 0) {
      return;
    }
    if (c.filled) {
      s.append("<path class=\"area ").append(c.color).append("\" d=\"").append(path);
      s.append('L').append(coordinate(WIDTH * (last + 0.5) / c.values.length)).append(" 300L");
      s.append(coordinate(WIDTH * (first + 0.5) / c.values.length)).append(" 300Z\"/>");
    }
    s.append("<path class=\"line ").append(c.color).append("\" d=\"").append(path).append("\"/>");
  }

  private void bars(StringBuilder s, double bottom, double top) {
    if (bars.isEmpty()) {
      return;
    }
    int n = bars.getFirst().values.length;
    double[] base = new double[n];
    for (Bars b : bars) {
      StringBuilder path = new StringBuilder();
      for (int i = 0; i < n; i++) {
        if (b.values[i] > 0) {
          double x = (double) WIDTH * i / n;
          double upper = y(base[i] + b.values[i], bottom, top);
          path.append('M').append(coordinate(x)).append(' ');
          path.append(coordinate(y(base[i], bottom, top)));
          path.append('V').append(coordinate(upper)).append('H');
          path.append(coordinate(WIDTH * (i + (n < 40 ? 0.92 : 1)) / n)).append('V');
          path.append(coordinate(y(base[i], bottom, top))).append('Z');
          base[i] += b.values[i];
        }
      }
      s.append("<path class=\"bar ").append(b.color).append("\" d=\"").append(path).append("\"/>");
    }
  }

  private static double y(double v, double bottom, double top) {
    return HEIGHT - HEIGHT * (v - bottom) / (top - bottom);
  }

  private static void line(StringBuilder s, String kind, double y) {
    s.append("<path class=\"").append(kind).append("\" d=\"M0 ").append(coordinate(y));
    s.append("H1000\"/>");
  }

  private static double step(double wanted) {
    double scale = Math.pow(10, Math.floor(Math.log10(wanted)));
    for (double step : STEPS) {
      if (step * scale >= wanted * 0.999) {
        return step * scale;
      }
    }
    return 10 * scale;
  }

  private static String coordinate(double v) {
    String s = String.format(Locale.ROOT, "%.1f", v);
    return s.endsWith(".0") ? s.substring(0, s.length() - 2) : s;
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f%%", 100 * share);
  }

  static String number(double v, double step) {
    int digits = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
    if (digits < 4 && Math.abs(step * Math.pow(10, digits) % 1) > 1e-6) {
      digits++;
    }
    String s = String.format(Locale.ROOT, "%,." + Math.min(4, digits) + "f", v);
    return s.contains(".") ? s.replaceAll("0+$", "").replaceAll("\\.$", "") : s;
  }
}
