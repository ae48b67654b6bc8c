package io.millrace.node.feature;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.sensors.replay.WavRecording;
import java.io.IOException;
import java.nio.file.Path;

/** Real speech: the clips of the folder that property {@code millrace.models} names. */
final class Clips {
  static final int SAMPLES = 16_000;

  private Clips() {}

  static Path file(String name) {
    String folder = System.getProperty("millrace.models", "");
    String missing = "property millrace.models is not set: no speech here";
    if (folder.isEmpty() && "true".equals(System.getenv("CI"))) {
      throw new AssertionError(missing + ", and CI must run this test");
    }
    assumeTrue(!folder.isEmpty(), missing);
    return Path.of(folder, "audio", name + ".wav");
  }

  /** One second of a clip, its first channel, as shares of full scale. */
  static float[] samples(String name) throws IOException {
    try (WavRecording wav = WavRecording.open(file(name))) {
      int channels = wav.format().width();
      float[] all = new float[SAMPLES * channels];
      int read = 0;
      for (int n = 0;
          n >= 0 && read < SAMPLES;
          n = wav.read(all, read * channels, SAMPLES - read)) {
        read += n;
      }
      float[] first = new float[SAMPLES];
      for (int i = 0; i < read; i++) {
        first[i] = all[i * channels];
      }
      return first;
    }
  }
}
