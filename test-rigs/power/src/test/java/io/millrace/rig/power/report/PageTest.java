package io.millrace.rig.power.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.rig.power.Shipped;
import io.millrace.rig.power.play.PowerRig;
import io.millrace.rig.power.scenario.Scenario;
import io.millrace.rig.power.scenario.ScenarioFile;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser: every plot is drawn where it should be, and nothing sticks out. */
class PageTest {
  private static final int HEIGHT = 6000;
  private static final int WINDOW = 1100;

  /**
   * The page in a frame of a width that a window of this browser cannot have, and a script that
   * asks where the plots are.
   */
  private static final String FRAME =
      """
      <!doctype html><html><head><meta charset="utf-8"></head><body style="margin:0">
      <iframe style="border:0;display:block;width:WIDTHpx;height:HEIGHTpx" srcdoc="PAGE"></iframe>
      <script>
      addEventListener('load', () => {
        const w = document.querySelector('iframe').contentWindow, d = w.document;
        const out = ['width ' + w.innerWidth + ' content ' + d.documentElement.scrollWidth];
        for (const f of d.querySelectorAll('figure')) {
          const r = f.querySelector('svg').getBoundingClientRect();
          out.push(['plot', f.id, r.x, r.y, r.width, r.height].join(' '));
        }
        for (const e of d.querySelectorAll('td, th, p, h1, h2, figcaption, .tiles b')) {
          const r = e.getBoundingClientRect();
          if (r.width > 0 && r.right > w.innerWidth + 1) out.push('sticks ' + e.textContent);
        }
        const pre = document.createElement('pre');
        pre.id = 'probe';
        pre.hidden = true;
        pre.textContent = out.join('\\n');
        document.body.append(pre);
      });
      </script></body></html>
      """;

  private static final Pattern PLOT =
      Pattern.compile("plot (\\w+) ([0-9.]+) ([0-9.]+) ([0-9.]+) ([0-9.]+)");

  /** A colour that each plot must show, in daylight. */
  private static final Map<String, Integer> COLORS =
      Map.of(
          "power", 0x2f6fc4,
          "battery", 0x1d9273,
          "decisions", 0x2f6fc4,
          "latency", 0x2f6fc4,
          "losses", 0x2f6fc4,
          "heat", 0xd9791a,
          "uplink", 0x2f6fc4);

  @TempDir Path folder;

  private Path page(String scenario, long durationNs) throws Exception {
    Scenario read = ScenarioFile.read(Shipped.unpack(scenario, folder)).lasting(durationNs);
    Path page = folder.resolve(scenario + ".html");
    Files.writeString(page, Page.of(PowerRig.play(read, folder)));
    return page;
  }

  private record Box(int x, int y, int width, int height) {}

  private static int shown(BufferedImage image, Box box, int color) {
    int n = 0;
    for (int y = box.y; y < Math.min(image.getHeight(), box.y + box.height); y++) {
      for (int x = box.x; x < Math.min(image.getWidth(), box.x + box.width); x++) {
        n += near(image.getRGB(x, y), color) ? 1 : 0;
      }
    }
    return n;
  }

  private static boolean near(int a, int b) {
    for (int shift = 0; shift <= 16; shift += 8) {
      if (Math.abs((a >> shift & 0xff) - (b >> shift & 0xff)) > 40) {
        return false;
      }
    }
    return true;
  }

  private void look(Path page, int width) throws Exception {
    Chromium browser = Chromium.in(folder);
    Path framed = folder.resolve("framed.html");
    Files.writeString(
        framed,
        FRAME
            .replace("WIDTH", Integer.toString(width))
            .replace("HEIGHT", Integer.toString(HEIGHT))
            .replace("PAGE", Files.readString(page).replace("&", "&amp;").replace("\"", "&quot;")));
    String dom = browser.dom(framed, WINDOW, HEIGHT);
    String found = dom.substring(dom.indexOf("id=\"probe\""));
    assertTrue(found.contains("width " + width + " content " + width), found);
    assertEquals(-1, found.indexOf("\nsticks"), found);
    Map<String, Box> plots = new LinkedHashMap<>();
    Matcher m = PLOT.matcher(found);
    while (m.find()) {
      int[] v = new int[4];
      for (int i = 0; i < 4; i++) {
        v[i] = (int) Math.round(Double.parseDouble(m.group(i + 2)));
      }
      plots.put(m.group(1), new Box(v[0], v[1], v[2], v[3]));
    }
    assertTrue(plots.size() >= 5, plots + "");
    BufferedImage image = browser.screenshot(framed, WINDOW, HEIGHT);
    assertEquals(WINDOW, image.getWidth());
    plots.forEach((id, box) -> {
      assertTrue(box.width > 0.6 * width && box.height > 100, id + " is " + box);
      int pixels = shown(image, box, COLORS.get(id));
      assertTrue(pixels > box.width / 4, id + " at " + box + " shows " + pixels + " pixels");
    });
  }

  @Test
  void shouldDrawEveryPlotOnADesktop() throws Exception {
    look(page("solar", 14 * 3_600_000_000_000L), 1000);
  }

  @Test
  void shouldDrawEveryPlotOnATelephone() throws Exception {
    look(page("lte", 30 * 3_600_000_000_000L), 390);
  }

  @Test
  void shouldNeedNoScriptAndNothingFromElsewhere() throws Exception {
    String html = Files.readString(page("lte", 3 * 3_600_000_000_000L));
    assertTrue(!html.contains("<script") && !html.contains("http") && !html.contains("url("));
  }
}
