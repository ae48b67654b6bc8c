package io.millrace.cli.sensor;

import io.millrace.sensors.BinaryOutput;
import io.millrace.sensors.pi4j.Board;
import java.io.IOException;

/** An output that closes its board. */
final class BoardOutput implements BinaryOutput {
  private final Board board;
  private final BinaryOutput output;

  BoardOutput(Board board, BinaryOutput output) {
    this.board = board;
    this.output = output;
  }

  @Override
  public String name() {
    return output.name();
  }

  @Override
  public boolean isOn() {
    return output.isOn();
  }

  @Override
  public void set(boolean on) throws IOException {
    output.set(on);
  }

  @Override
  public void close() throws IOException {
    try {
      output.close();
    } finally {
      board.close();
    }
  }
}
