package io.millrace.rig.power.report;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;

/** Debian's browser, without a screen. */
final class Chromium {
  private static final List<String> QUIET =
      List.of(
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--hide-scrollbars",
          "--force-device-scale-factor=1");

  private final Path folder;

  private Chromium(Path folder) {
    this.folder = folder;
  }

  /** Skips the test where there is none; on the build machine that is a failure. */
  static Chromium in(Path folder) {
    boolean there = Files.isExecutable(Path.of("/usr/bin/chromium"));
    if (!there && Boolean.parseBoolean(System.getenv("CI"))) {
      throw new AssertionError("Debian's package chromium is missing on the build machine");
    }
    assumeTrue(there, "Debian's package chromium is not installed");
    return new Chromium(folder);
  }

  /** The page as it looks in a window of that size. */
  BufferedImage screenshot(Path page, int width, int height) throws Exception {
    Path image = folder.resolve(page.getFileName() + "-" + width + ".png");
    run(page, width, height, "--screenshot=" + image);
    return ImageIO.read(image.toFile());
  }

  /** The page's document after its scripts have run. */
  String dom(Path page, int width, int height) throws Exception {
    return run(page, width, height, "--dump-dom");
  }

  private String run(Path page, int width, int height, String what)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("/usr/bin/chromium"));
    command.addAll(QUIET);
    Path profile = Files.createTempDirectory(folder, "profile");
    Path said = Files.createTempFile(folder, "said", "");
    command.add("--user-data-dir=" + profile);
    command.add("--window-size=" + width + "," + height);
    command.add(what);
    command.add(page.toUri().toString());
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(said.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertTrue(process.waitFor(2, TimeUnit.MINUTES), "the browser ends");
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return Files.readString(said, StandardCharsets.UTF_8);
  }
}
