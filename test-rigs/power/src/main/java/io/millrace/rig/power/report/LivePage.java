package io.millrace.rig.power.report;

import io.millrace.rig.power.judge.Check;
import io.millrace.rig.power.sim.Live;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** What a run in real time came to, as one HTML page. */
public final class LivePage {
  private LivePage() {}

  /** The page of {@code run}, held against {@code checks}. */
  public static String of(Live.Run run, List<Check> checks) throws IOException {
    String style;
    try (InputStream in = LivePage.class.getResourceAsStream("page.css")) {
      style = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    boolean broken = checks.stream().anyMatch(Check::broken);
    String title = Page.text(run.setup().scenario().title());
    StringBuilder s = new StringBuilder(8000);
    s.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    s.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    s.append("<title>").append(title).append("</title>\n<style>\n").append(style);
    s.append("</style></head>\n<body><main>\n<h1>").append(title).append("</h1>\n");
    s.append("<p class=\"verdict ").append(broken ? "bad\">" : "good\">");
    s.append(broken ? "A limit was broken." : "Every limit that was judged was kept.");
    s.append("</p>\n<p>In real time, ").append(String.format(Locale.ROOT, "%.1f", seconds(run)));
    s.append(" s.</p>\n<ul>\n");
    run.instruments().forEach(line -> s.append("<li>").append(Page.text(line)).append('\n'));
    s.append("</ul>\n<h2>Limits</h2>\n<div class=\"scroll\"><table><thead><tr><th>limit");
    s.append("<th class=\"n\">allowed<th class=\"n\">worst<th></tr></thead><tbody>\n");
    for (Check c : checks) {
      s.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%s<td class=\"n\">%s %.2f %s<td class=\"n\">%.2f %s<td>%s</tr>%n",
              Page.text(c.name()),
              c.atLeast() ? "≥" : "≤",
              c.limit(),
              c.unit(),
              c.worst(),
              c.unit(),
              c.broken() ? "broken" : "kept"));
    }
    s.append("</tbody></table></div>\n<h2>What the node says</h2>\n<div class=\"scroll\"><pre>");
    s.append(Page.text(run.summary().text()));
    run.errors().forEach(e -> s.append("error       ").append(Page.text(e)).append('\n'));
    return s.append("</pre></div>\n</main></body></html>\n").toString();
  }

  private static double seconds(Live.Run run) {
    return run.endNs() / 1e9;
  }
}
