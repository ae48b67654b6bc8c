package io.millrace.rig.power.report;

import io.millrace.node.admission.AdmissionSettings;
import io.millrace.node.budget.BatteryLimit;
import io.millrace.node.budget.BudgetSettings;
import io.millrace.node.budget.Limit;
import io.millrace.node.budget.PowerLimit;
import io.millrace.rig.power.judge.Check;
import io.millrace.rig.power.judge.Judge;
import io.millrace.rig.power.play.PowerRig;
import io.millrace.rig.power.scenario.Scenario;
import io.millrace.rig.power.sim.Setup;
import io.millrace.rig.power.sim.Simulation;
import io.millrace.rig.power.world.World;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The report as one HTML page. */
public final class Page {
  private static final int FINE = 480;
  private static final int COARSE = 120;

  private final PowerRig.Result result;
  private final Setup setup;
  private final Scenario scenario;
  private final Simulation.Run own;
  private final double days;
  private final StringBuilder s = new StringBuilder(200_000);

  private Page(PowerRig.Result result) {
    this.result = result;
    setup = result.setup();
    scenario = setup.scenario();
    own = result.own().run();
    days = scenario.durationNs() / 8.64e13;
  }

  /** The page. */
  public static String of(PowerRig.Result result) throws IOException {
    return new Page(result).html();
  }

  /** Words as HTML has them. */
  static String text(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  private String html() throws IOException {
    String style;
    try (InputStream in = Page.class.getResourceAsStream("page.css")) {
      style = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    s.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    s.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    s.append("<title>").append(text(scenario.title())).append("</title>\n<style>\n");
    s.append(style).append("</style></head>\n<body><main>\n");
    head();
    limits();
    policies();
    plans();
    power();
    battery();
    decisions();
    latency();
    losses();
    heat();
    bytes();
    about();
    s.append("</main></body></html>\n");
    return s.toString();
  }

  private void head() {
    boolean broken = result.own().broken();
    s.append("<h1>").append(text(scenario.title())).append("</h1>\n");
    s.append("<p class=\"verdict ").append(broken ? "bad\">" : "good\">");
    s.append(broken ? "A limit was broken." : "Every limit was kept.").append("</p>\n");
    s.append("<div class=\"tiles\">");
    int windows = setup.windows().count();
    tile(
        whole(result.own().answers()),
        String.format(
            Locale.ROOT,
            "of %s windows answered (%.1f %%)",
            whole(windows),
            100.0 * result.own().answers() / Math.max(1, windows)));
    result
        .bound()
        .ifPresent(b ->
            tile(
                String.format(Locale.ROOT, "%.1f %%", 100 * b.share(result.own().answers())),
                "of what hindsight could answer at most, " + whole((long) b.answers())));
    tile(
        energy((own.world().computeNanoJ() + own.world().radioNanoJ()) / 1e9),
        "above rest, of which radio " + energy(own.world().radioNanoJ() / 1e9));
    tile(Judge.span(scenario.durationNs()), "of the board's life, played");
    s.append("</div>\n");
  }

  private void tile(String figure, String words) {
    s.append("<div><b>").append(figure).append("</b><span>").append(text(words));
    s.append("</span></div>");
  }

  private void limits() {
    s.append("<h2>Limits</h2>\n<div class=\"scroll\"><table><thead><tr><th>limit<th class=\"n\">");
    s.append("allowed<th class=\"n\">worst<th class=\"n\">when<th></tr></thead><tbody>\n");
    for (Check c : result.own().checks()) {
      s.append("<tr><td>").append(text(c.name())).append("<td class=\"n\" data-is=\"allowed\">");
      s.append(c.atLeast() ? "≥ " : "≤ ").append(value(c.limit())).append(' ').append(c.unit());
      s.append("<td class=\"n\" data-is=\"worst\">")
          .append(value(c.worst()))
          .append(' ')
          .append(c.unit());
      s.append("<td class=\"n\" data-is=\"when\">")
          .append(when(c.atNs()))
          .append("<td>")
          .append(mark(c.broken()));
      s.append("</tr>\n");
    }
    s.append("</tbody></table></div>\n<p class=\"note\">Worst of all spans and moments, from the ");
    s.append("board's true power, not from the node's accounts.</p>\n");
  }

  private static String mark(boolean broken) {
    return broken
        ? "<span class=\"mark bad\">broken</span>"
        : "<span class=\"mark good\">kept</span>";
  }

  private void policies() {
    s.append("<h2>Beside simple policies</h2>\n<div class=\"scroll\"><table><thead><tr><th>who ");
    s.append("decides<th class=\"n\">answers<th class=\"n\">of hindsight<th class=\"n\">energy");
    s.append("<th>limits</tr></thead><tbody>\n");
    for (PowerRig.Judged j : result.policies()) {
      s.append("<tr><td>").append(text(j.run().policy().name()));
      s.append("<td class=\"n\" data-is=\"answers\">").append(whole(j.answers()));
      s.append("<td class=\"n\" data-is=\"of hindsight\">");
      double share = result.bound().map(b -> b.share(j.answers())).orElse(Double.NaN);
      s.append(Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * share));
      World w = j.run().world();
      s.append("<td class=\"n\" data-is=\"energy\">")
          .append(energy((w.computeNanoJ() + w.radioNanoJ()) / 1e9));
      s.append("<td>").append(mark(j.broken()));
      List<String> broken =
          j.checks().stream().filter(Check::broken).map(c -> overshoot(c)).toList();
      s.append(' ').append(text(String.join("; ", broken))).append("</tr>\n");
    }
    result
        .bound()
        .ifPresent(b ->
            s.append("<tr class=\"bound\"><td>hindsight, at most")
                .append("<td class=\"n\" data-is=\"answers\">")
                .append(whole((long) b.answers()))
                .append("<td class=\"n\" data-is=\"of hindsight\">100 %")
                .append("<td class=\"n\" data-is=\"energy\">-<td>all kept</tr>\n"));
    s.append("</tbody></table></div>\n<p class=\"note\">");
    for (PowerRig.Judged j : result.policies()) {
      s.append(text(j.run().policy().name() + ": " + j.run().policy().what() + ". "));
    }
    s.append("Hindsight is an upper bound: who knows arrivals, outages, sun and true costs ");
    s.append("beforehand answers no more within the limits.</p>\n");
  }

  private void plans() {
    if (setup.plans().size() < 2) {
      return;
    }
    s.append("<h2>By plan</h2>\n<div class=\"scroll\"><table><thead><tr><th>plan, best first");
    s.append("<th class=\"n\">answers<th class=\"n\">of all<th class=\"n\">on the board each");
    s.append("</tr></thead><tbody>\n");
    long all = own.summary().byPlan().stream().mapToLong(p -> p.answers()).sum();
    for (int i = 0; i < setup.plans().size(); i++) {
      long answers = own.summary().byPlan().get(i).answers();
      s.append("<tr><td>").append(text(setup.plans().get(i).name()));
      s.append("<td class=\"n\" data-is=\"answers\">").append(whole(answers));
      s.append("<td class=\"n\" data-is=\"of all\">");
      s.append(String.format(Locale.ROOT, "%.1f %%", 100.0 * answers / Math.max(1, all)));
      s.append("<td class=\"n\" data-is=\"on the board each\">");
      double milliJ = setup.plans().get(i).board().energyNanoJ() / 1e6;
      s.append(value(milliJ)).append(" mJ</tr>\n");
    }
    s.append(
        "</tbody></table></div>\n<p class=\"note\">Under the node's own admission; the energy ");
    s.append("is the node's figure, without radio. ").append(whole(own.summary().secondsAsked()));
    s.append(" windows were asked about twice. Hindsight counts answers, whichever plan gives ");
    s.append("them.</p>\n");
  }

  private static String overshoot(Check c) {
    return c.name() + " " + value(c.worst()) + " " + c.unit();
  }

  // --- plots -------------------------------------------------------------------------------------

  private void power() {
    Series series = new Series(own, FINE);
    List<PowerLimit> limits = setup.pipeline().budget().budgets().power();
    Plot plot = new Plot("power", "Power", "mW, the whole board", days).anyRange();
    plot.curve("c1", "average of each stretch", series.power(), true);
    String[] colors = {"c2", "c3", "c4"};
    for (int i = 0; i < limits.size(); i++) {
      PowerLimit limit = limits.get(i);
      String over = "average over " + Judge.span(limit.windowNs());
      plot.curve(colors[Math.min(2, i)], over, series.average(limit.windowNs()), false);
      plot.limit(limit.milliW(), "limit of the " + over);
    }
    s.append("<h2>Over time</h2>\n").append(plot.html());
  }

  private void battery() {
    if (scenario.battery().isEmpty()) {
      return;
    }
    double capacity = scenario.battery().get().capacityMilliJ();
    double[] share =
        Arrays.stream(own.world().sampledMilliJ()).map(m -> 100 * m / capacity).toArray();
    Plot plot = new Plot("battery", "Battery", "% of its capacity", days);
    plot.curve("c3", "charge", share, true);
    BudgetSettings budgets = setup.pipeline().budget().budgets();
    if (budgets.battery().isPresent()) {
      BatteryLimit limit = budgets.battery().get();
      plot.limit(100 * limit.reserveMilliJ() / capacity, "reserve");
    }
    s.append(plot.html());
  }

  private void decisions() {
    Series series = new Series(own, COARSE);
    Plot plot = new Plot("decisions", "Who answered", "windows in each stretch", days);
    String[] colors = {"c1", "c3", "c2", "c4", "c5"};
    for (int p = 0; p < setup.plans().size(); p++) {
      plot.stack(colors[p % colors.length], setup.plans().get(p).name(), series.answeredBy(p));
    }
    plot.stack("none", "nobody", series.lost());
    s.append(plot.html());
  }

  private void latency() {
    Series series = new Series(own, COARSE);
    Plot plot = new Plot("latency", "Until the answer", "ms", days);
    plot.curve("c4", "longest", series.latencyMs(1), false);
    plot.curve("c1", "median", series.latencyMs(0.5), false);
    long deadline = setup.pipeline().budget().deadlineNs();
    if (deadline != AdmissionSettings.NO_DEADLINE) {
      plot.limit(deadline / 1e6, "deadline");
    }
    s.append(plot.html());
  }

  private void losses() {
    Series series = new Series(own, COARSE);
    Plot plot = new Plot("losses", "Not answered, by the limit that decided last", "windows", days);
    String[] colors = {"c1", "c2", "c3", "c4", "c5", "none"};
    int next = 0;
    for (Limit limit : Limit.values()) {
      double[] lost = series.lostTo(limit);
      if (Arrays.stream(lost).sum() > 0) {
        plot.stack(colors[Math.min(next++, 5)], limit.word(), lost);
      }
    }
    if (next > 0) {
      s.append(plot.html());
    }
  }

  private void heat() {
    Plot plot = new Plot("heat", "Temperature", "°C, processor", days).anyRange();
    plot.curve("c2", "board", own.world().sampledCelsius(), false);
    double[] air = new double[FINE];
    for (int i = 0; i < FINE; i++) {
      air[i] = scenario.ambientCelsius().at((long) ((i + 0.5) * scenario.durationNs() / FINE));
    }
    plot.curve("c5", "air", air, false);
    setup
        .pipeline()
        .budget()
        .budgets()
        .heat()
        .ifPresent(h -> plot.limit(h.limitCelsius(), "limit"));
    s.append(plot.html());
  }

  private void bytes() {
    if (setup.pipeline().budget().budgets().uplink().isEmpty()) {
      return;
    }
    double limit = setup.pipeline().budget().budgets().uplink().get().bytesPerDay();
    long[] sent = own.world().sentOfDay();
    int n = (int) Math.max(1, Math.ceil(days - 1e-9));
    double[] bars = new double[n];
    for (int d = 0; d < n && d < sent.length; d++) {
      bars[d] = sent[d] / 1e3;
    }
    Plot plot = new Plot("uplink", "Bytes sent", "kB on each day (UTC)", n);
    plot.stack("c1", "sent", bars).limit(limit / 1e3, "limit of a day");
    s.append(plot.html());
  }

  private void about() {
    s.append("<h2>About this run</h2>\n<p class=\"note\">Scenario <b>");
    s.append(text(scenario.name())).append("</b>, seed ").append(scenario.seed());
    s.append(", board ").append(text(setup.pipeline().board().title()));
    s.append(". The node is Millrace's own code: pipeline, admission, budgets, engine. ");
    s.append("The world around it is simulated: energies and times are the profile's, times how ");
    s.append("wrong the scenario says it is; no figure on this page was measured on a board. ");
    Scenario.Meters m = scenario.instruments();
    s.append(m.power() ? "The node reads a power meter" : "The node has no power meter");
    s.append(m.thermometer() ? ", a thermometer" : "").append(m.gauge() ? ", a battery gauge" : "");
    s.append(".</p>\n");
  }

  // --- words -------------------------------------------------------------------------------------

  static String whole(long n) {
    return String.format(Locale.ROOT, "%,d", n).replace(',', '\u202f');
  }

  private static String value(double v) {
    double size = Math.abs(v);
    int digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%,." + digits + "f", v).replace(',', '\u202f');
  }

  private static String energy(double joule) {
    return joule >= 1000
        ? String.format(Locale.ROOT, "%.1f kJ", joule / 1e3)
        : String.format(Locale.ROOT, "%.1f J", joule);
  }

  private static String when(long ns) {
    long minutes = ns / 60_000_000_000L;
    return String.format(
        Locale.ROOT, "day %d %02d:%02d", minutes / 1440 + 1, minutes / 60 % 24, minutes % 60);
  }
}
