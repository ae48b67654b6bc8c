package io.millrace.cli.sensor;

import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.Board;
import java.util.function.Consumer;

/** Opens the buses and lines of a machine. Nothing of Pi4J is loaded before {@link #open}. */
@FunctionalInterface
public interface Boards {
  /** A board; {@code problems} hears of chips that stop answering and of their return. */
  Board open(Clock clock, Consumer<? super Exception> problems);

  /** This machine's. */
  static Boards ofMachine() {
    return new MachineBoards();
  }

  /** What an installation without Pi4J lacks, for an error. */
  static String missing() {
    return "this installation has no drivers for chips and GPIO lines: the jars"
        + " millrace-sensors-pi4j and pi4j-* are missing from its lib folder; install the whole"
        + " package, or make a folder with millrace dist";
  }

  /** Whether {@code e} says that Pi4J or the drivers over it are not there. */
  static boolean isMissing(NoClassDefFoundError e) {
    String name = e.getMessage() == null ? "" : e.getMessage();
    return name.contains("io/millrace/sensors/pi4j/") || name.contains("com/pi4j/");
  }
}
