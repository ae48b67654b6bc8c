package io.millrace.examples.wakeword;

import io.millrace.examples.kit.Desk;
import io.millrace.examples.kit.Play;
import io.millrace.node.pipeline.Pipeline;
import io.millrace.sensors.replay.WavRecording;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A real network and real speech: the streaming wake-word network of MLPerf Tiny, which waits for
 * "marvin", and clips of one second each, one behind the other.
 */
final class Speech implements Play.Example {
  private static final List<String> CLIPS =
      List.of(
          "silence_1000ms",
          "yes_1000ms",
          "silence_1000ms",
          "marvin_617de221_0",
          "silence_1000ms",
          "no_1000ms",
          "silence_1000ms");

  private final Optional<Path> models;
  private final String pace;

  /**
   * Nothing is opened yet.
   *
   * @param folder with {@code tflite/str_ww_ref_model.tflite} and the clips in {@code audio}; may
   *     be null or empty, which {@link #play} complains of
   * @param pace {@code real} or {@code fast}
   */
  Speech(String folder, String pace) {
    this.pace = pace;
    models = Optional.ofNullable(folder).filter(f -> !f.isEmpty()).map(Path::of);
  }

  @Override
  public List<String> play(Path folder, PrintStream out) throws Exception {
    if (models.isEmpty()) {
      return List.of(
          "--speech needs MILLRACE_MODELS, a folder with tflite/str_ww_ref_model.tflite (MLPerf"
              + " Tiny) and audio/*.wav: "
              + CLIPS);
    }
    float[] recording = new float[CLIPS.size() * Sounds.RATE_HZ];
    for (int i = 0; i < CLIPS.size(); i++) {
      Path clip = models.get().resolve("audio/" + CLIPS.get(i) + ".wav");
      System.arraycopy(second(clip), 0, recording, i * Sounds.RATE_HZ, Sounds.RATE_HZ);
    }
    Wav.write(folder.resolve("speech.wav"), recording);
    Files.copy(
        models.get().resolve("tflite/str_ww_ref_model.tflite"), folder.resolve("speech.tflite"));
    try (Desk desk = Demo.desk(folder, out)) {
      Pipeline pipeline =
          Demo.pipeline(folder, desk, "speech.yaml", "speech.wav", "speech.tflite", pace);
      out.println("A node listens to real speech, a second each: " + CLIPS);
      return Demo.listen(pipeline, desk, out, 1);
    }
  }

  /** The first second of a clip, its first channel. */
  private static float[] second(Path clip) throws IOException {
    try (WavRecording wav = WavRecording.open(clip)) {
      int channels = wav.format().width();
      if (wav.format().rateHz() != Sounds.RATE_HZ) {
        throw new IOException(clip + " has " + wav.format().rateHz() + " Hz, not 16 kHz");
      }
      float[] all = new float[Sounds.RATE_HZ * channels];
      int read = 0;
      for (int n = 0;
          n >= 0 && read < Sounds.RATE_HZ;
          n = wav.read(all, read * channels, Sounds.RATE_HZ - read)) {
        read += n;
      }
      float[] first = new float[Sounds.RATE_HZ];
      for (int i = 0; i < read; i++) {
        first[i] = all[i * channels];
      }
      return first;
    }
  }
}
