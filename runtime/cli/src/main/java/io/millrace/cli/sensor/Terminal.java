package io.millrace.cli.sensor;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** The terminal's width, by {@code stty}, asked again now and then so that a plot follows it. */
public final class Terminal implements IntSupplier {
  private static final int USUAL_COLUMNS = 80;
  private static final int ASK_EVERY = 10;

  private int columns = USUAL_COLUMNS;
  private int asked;

  private Terminal() {}

  /** Whether a person looks on. */
  @SuppressWarnings("SystemConsoleNull") // it is null with the JDK's plain console
  public static boolean isThere() {
    Console console = System.console();
    return console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
  }

  /** The terminal that the process has. */
  public static Terminal ofProcess() {
    return new Terminal();
  }

  @Override
  public int getAsInt() {
    if (asked++ % ASK_EVERY == 0) {
      ask();
    }
    return columns;
  }

  private void ask() {
    try {
      Process stty = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty")).start();
      try (var said = stty.getInputStream()) {
        String[] size =
            new String(said.readAllBytes(), StandardCharsets.US_ASCII).strip().split(" ", 2);
        if (stty.waitFor(1, TimeUnit.SECONDS) && size.length == 2) {
          int told = Integer.parseInt(size[1]);
          columns = told > 0 ? told : USUAL_COLUMNS;
        }
      } finally {
        stty.destroy();
      }
    } catch (IOException | NumberFormatException e) {
      columns = USUAL_COLUMNS; // no stty here
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
