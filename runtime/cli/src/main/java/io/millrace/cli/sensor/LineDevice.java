package io.millrace.cli.sensor;

import io.millrace.node.pipeline.OutputDevice;
import io.millrace.sensors.BinaryOutput;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.Board;
import io.millrace.sensors.pi4j.settings.OutputSettings;
import java.io.IOException;
import java.util.function.Consumer;

/** A GPIO line that switches something. Each opens a board of its own, which it closes. */
record LineDevice(String name, int line, boolean activeLow, boolean safeOn, Boards boards)
    implements OutputDevice {
  @Override
  public String place() {
    return "gpio " + line;
  }

  @Override
  public BinaryOutput open(Consumer<? super Exception> errors) throws IOException {
    Board board = boards.open(Clock.system(), errors);
    BinaryOutput opened = null;
    try {
      opened =
          new BoardOutput(board, board.output(new OutputSettings(name, line, activeLow, safeOn)));
      return opened;
    } finally {
      if (opened == null) {
        board.close();
      }
    }
  }
}
