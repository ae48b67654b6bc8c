package io.millrace.cli.sensor;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.Sensor;
import io.millrace.sensors.pi4j.Board;
import java.io.IOException;

/** A sensor that closes its board. */
final class BoardSensor implements Sensor {
  private final Board board;
  private final Sensor sensor;

  BoardSensor(Board board, Sensor sensor) {
    this.board = board;
    this.sensor = sensor;
  }

  @Override
  public SampleFormat format() {
    return sensor.format();
  }

  @Override
  public int read(SampleBlock block) throws IOException, InterruptedException {
    return sensor.read(block);
  }

  @Override
  public long overruns() {
    return sensor.overruns();
  }

  @Override
  public void close() throws IOException {
    try {
      sensor.close();
    } finally {
      board.close();
    }
  }
}
