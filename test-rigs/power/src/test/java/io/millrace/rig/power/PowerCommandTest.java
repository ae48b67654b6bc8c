package io.millrace.rig.power;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.Millrace;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PowerCommandTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(Object... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "power";
    for (int i = 0; i < arguments.length; i++) {
      all[i + 1] = arguments[i].toString();
    }
    return Millrace.execute(
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        Map.of("power", new PowerCommand()),
        all);
  }

  private Path scenario(String margin, String errors) throws Exception {
    Path file = folder.resolve("s.yaml");
    Files.writeString(
        file,
        """
        name: s
        pipeline: s.pipeline.yaml
        duration: 20 min
        windows: [{every: 1 s}]
        jitter: 20 %
        """
            + errors);
    Files.writeString(
        folder.resolve("s.pipeline.yaml"),
        """
        node: s
        board: rpi4b
        sensor: {replay: recording.csv, format: csv, rate: 1 Hz}
        window: {length: 1 sample}
        model: {file: bearing-board-int8.onnx, energy: 400 mJ, time: 500 ms}
        budget:
          power: 3.3 W
          over: 1 min
          deadline: 2 s
        """
            + "  margin: "
            + margin
            + "\n");
    return file;
  }

  @Test
  void shouldEndWithZeroWhenAllLimitsWereKept() throws Exception {
    Path page = folder.resolve("p.html");
    assertEquals(
        0, run(scenario("10 %", "errors: {idle: 5 %}\n"), "--report", page), err.toString());
    assertTrue(
        out.toString().contains("Millrace") && out.toString().contains("hindsight"), out + "");
    assertTrue(Files.readString(page).contains("Every limit was kept."));
  }

  @Test
  void shouldEndWithFourWhenALimitWasBroken() throws Exception {
    Path page = folder.resolve("p.html");
    assertEquals(
        4, run(scenario("0 %", "errors: {idle: 10 %}\n"), "--report", page), err.toString());
    assertTrue(Files.readString(page).contains("A limit was broken."));
  }

  @Test
  void shouldEndWithThreeForABadScenario() throws Exception {
    assertEquals(3, run(scenario("0 %", "nonsense: 1\n")));
    assertTrue(err.toString().contains("s.yaml:6: nonsense: unknown key"), err.toString());
    assertEquals(3, run("no-such"));
    assertTrue(err.toString().contains("fuse, solar, wearable, lte"), err.toString());
  }

  @Test
  void shouldGiveTheSameBytesForTheSameSeed() throws Exception {
    Path scenario = scenario("10 %", "instruments: {power: true, noise: 1 %}\n");
    Path a = folder.resolve("a");
    Path b = folder.resolve("b");
    Path c = folder.resolve("c");
    run(scenario, "--json", a, "--report", folder.resolve("a.html"));
    run(scenario, "--json", b, "--report", folder.resolve("b.html"));
    run(scenario, "--json", c, "--seed", 77);
    assertEquals(Files.readString(a), Files.readString(b));
    assertEquals(
        Files.readString(folder.resolve("a.html")), Files.readString(folder.resolve("b.html")));
    assertNotEquals(Files.readString(a), Files.readString(c));
  }

  @Test
  void shouldPlayOtherLives() throws Exception {
    assertEquals(
        0,
        run(scenario("10 %", "errors: {idle: 5 %}\n"), "--seeds", 3, "--seed", 40),
        err.toString());
    assertTrue(out.toString().contains("3 other lives of its kind"), out.toString());
    assertTrue(
        out.toString().matches("(?s).* 42 +\\d+ +\\d+ +\\d+\\.\\d % +kept.*"), out.toString());
    assertTrue(
        out.toString().matches("(?s).*least \\d+\\.\\d %, median .*broken limit: 0\n"), out + "");
    assertEquals(4, run(scenario("0 %", "errors: {idle: 10 %}\n"), "--seeds", 2));
    assertTrue(out.toString().contains("BROKEN: average over 1 min"), out.toString());
    assertEquals(3, run(scenario("0 %", ""), "--seeds", 0));
    assertEquals(3, run(scenario("0 %", ""), "--seeds", 1, "--json", folder.resolve("x")));
  }

  @Test
  void shouldSayWhatIsNotMeasuredWithoutAMeter() throws Exception {
    Path page = folder.resolve("live.html");
    int exit = run(scenario("10 %", ""), "--live", "--for", 1, "--report", page);
    assertTrue(exit == 0 || exit == 4, out + "" + err);
    assertTrue(out.toString().contains("there is no meter"), out.toString());
    assertTrue(!out.toString().contains("measured average over"), out.toString());
    assertTrue(Files.readString(page).contains("there is no meter"));
  }

  @Test
  void shouldRunInRealTimeAndSayWhatWasMeasured() throws Exception {
    Path scenario = scenario("10 %", "instruments: {power: true, noise: 1 %}\n");
    int exit = run(scenario, "--live", "--for", 3);
    assertTrue(exit == 0 || exit == 4, out + "" + err); // a slow machine may be late
    assertTrue(out.toString().contains("by a simulated meter"), out.toString());
    assertTrue(
        out.toString()
            .contains("battery: there is no gauge, reckoned from what is charged; not judged"),
        out.toString());
    assertTrue(out.toString().contains("measured average over"), out.toString());
    assertTrue(out.toString().matches("(?s).*answers     [1-9] on the board.*"), out.toString());
  }
}
