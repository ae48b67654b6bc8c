package io.millrace.cli.sensor;

import io.millrace.node.pipeline.SensorSettings;
import io.millrace.sensors.Sensor;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.Board;
import io.millrace.sensors.pi4j.settings.ChipSettings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * A chip on a bus, or a GPIO line. Each sensor opens buses of its own, which it closes: the kernel
 * keeps those that share a bus apart.
 */
record ChipSensorSettings(ChipSettings chip, Boards boards) implements SensorSettings.Live {
  @Override
  public List<String> places() {
    return List.of(chip.place());
  }

  @Override
  @SuppressWarnings("resource") // closed by what is returned
  public Sensor open(Clock clock, Consumer<? super Exception> errors) throws IOException {
    Board board = boards.open(clock, errors);
    Sensor opened = null;
    try {
      opened = new BoardSensor(board, board.open(chip));
      return opened;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(chip.source() + ": interrupted while it was opened");
    } finally {
      if (opened == null) {
        board.close();
      }
    }
  }
}
