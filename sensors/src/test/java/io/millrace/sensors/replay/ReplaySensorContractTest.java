package io.millrace.sensors.replay;

import io.millrace.sensors.SensorContract;
import io.millrace.sensors.clock.VirtualClock;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class ReplaySensorContractTest extends SensorContract {
  @TempDir Path folder;

  /** A multiple of every block's capacity, since a replay that loops ends a block at the seam. */
  private static final int SAMPLES = 7 * 13 * 64 * 50;

  @Override
  protected Subject subject() throws Exception {
    VirtualClock clock = new VirtualClock(-7, 0);
    Path file = WavFiles.pcm16(folder.resolve("long.wav"), 8000, new short[SAMPLES]);
    ReplayOptions options = new ReplayOptions(true, 0, 1000);
    return new Subject(ReplaySensor.open(WavRecording.open(file), options, clock), clock, 0, 0);
  }
}
