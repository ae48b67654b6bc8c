package io.millrace.cli.sensor;

import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.Board;
import io.millrace.sensors.pi4j.Found;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Buses, the chips on them, and GPIO chips. */
public final class BusList {
  private BusList() {}

  /** What {@code boards} have; no register is written. */
  public static List<Present> of(Boards boards, Consumer<? super Exception> problems)
      throws IOException {
    List<Present> all = new ArrayList<>();
    try (Board board = boards.open(Clock.system(), problems)) {
      List<Found> found = board.chips().scan();
      Set<String> occupied = new TreeSet<>();
      for (Found f : found) {
        occupied.add(f.bus());
        all.add(present(f));
      }
      for (int bus : board.host().i2cBuses()) {
        if (!occupied.contains("i2c-" + bus)) {
          all.add(new Present("bus", "i2c-" + bus, "", "no known chip answers"));
        }
      }
    }
    return all;
  }

  private static Present present(Found f) {
    String place = f.address().isEmpty() ? f.bus() : f.bus() + " " + f.address();
    String kind = f.address().isEmpty() ? (f.bus().startsWith("gpio") ? "gpio" : "bus") : "chip";
    return new Present(kind, place, f.chip(), f.note());
  }
}
