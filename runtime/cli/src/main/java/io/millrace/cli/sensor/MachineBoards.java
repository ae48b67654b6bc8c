package io.millrace.cli.sensor;

import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.Board;
import java.util.function.Consumer;

/** This machine's. Not a lambda: making one would load Pi4J's types, which may be missing. */
final class MachineBoards implements Boards {
  @Override
  public Board open(Clock clock, Consumer<? super Exception> problems) {
    return Board.open(clock, problems);
  }
}
