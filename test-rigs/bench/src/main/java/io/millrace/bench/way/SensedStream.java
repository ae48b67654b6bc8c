package io.millrace.bench.way;

import io.millrace.compiler.driver.ModelCompiler;
import io.millrace.device.Budget;
import io.millrace.device.DeviceProfiles;
import io.millrace.node.pipeline.Pipeline;
import io.millrace.node.pipeline.PipelineFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** A stream as a sensor gives it, its front end, and a network of MLPerf Tiny behind that. */
public enum SensedStream {
  /**
   * Three axes at 3.2 kHz, an accelerometer's fastest; every 50 ms the spectra of the last 320 ms.
   * No network for it is at hand: one of the same input size stands in, its answers mean nothing.
   */
  VIBRATION(
      "3.2 kHz, 3 axes",
      3_200,
      3,
      "window: {length: 1024 samples, hop: 160 samples}",
      "features: [{spectrum: {bins: 400, scale: log10, floor: 0.001}}]",
      "str_ww_ref_model"),
  /** Sound at 16 kHz; every 100 ms the cepstrum of the last second. */
  AUDIO(
      "16 kHz audio",
      16_000,
      1,
      "window: {length: 1 s, hop: 100 ms}",
      "features: [{mfcc: {frame: 30 ms, hop: 20 ms, bands: 40, from: 20 Hz, to: 4 kHz, scale: ln,"
          + " floor: 0.000001, coefficients: 10, peak: true}}]",
      "kws_ref_model");

  private static final int SECONDS_RECORDED = 4;

  private final String title;
  private final int rateHz;
  private final int channels;
  private final String window;
  private final String features;
  private final String network;

  SensedStream(
      String title, int rateHz, int channels, String window, String features, String network) {
    this.title = title;
    this.rateHz = rateHz;
    this.channels = channels;
    this.window = window;
    this.features = features;
    this.network = network;
  }

  /** For people. */
  public String title() {
    return title + ", " + network;
  }

  /**
   * Writes recording and program into {@code folder}, and what a node is told of them.
   *
   * @param models the folder of models
   * @param pace {@code real} or {@code fast}
   * @param on score from which on an answer is an alert
   * @param more further sections
   */
  public Pipeline pipeline(Path folder, Path models, String pace, double on, String more)
      throws Exception {
    Files.write(folder.resolve("stream.wav"), wav());
    ByteBuffer program =
        ModelCompiler.compile(
                models.resolve("tflite").resolve(network + ".tflite"),
                DeviceProfiles.named("rpi4b"),
                Budget.UNLIMITED)
            .file();
    byte[] bytes = new byte[program.remaining()];
    program.get(bytes);
    Files.write(folder.resolve("model.mill"), bytes);
    Path file = folder.resolve("way.yaml");
    Files.writeString(
        file,
        """
        node: way
        board: rpi4b
        sensor: {replay: stream.wav, pace: %s, loop: true}
        %s
        %s
        model: {file: model.mill}
        budget: {power: 20 W, over: 60 s, peak: 30 W, deadline: 5 s, waiting: 4}
        rules: [{name: heard, classes: [0], on: %s, off: %s}]
        %s
        """
            .formatted(pace, window, features, on, on - 0.5, more));
    return PipelineFile.read(file);
  }

  /** Noise and a tone, 16 bits a value, as a RIFF WAVE file. */
  private byte[] wav() {
    int samples = rateHz * SECONDS_RECORDED;
    int dataBytes = samples * channels * Short.BYTES;
    ByteBuffer wav = ByteBuffer.allocate(44 + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    wav.put("RIFF".getBytes(java.nio.charset.StandardCharsets.US_ASCII)).putInt(36 + dataBytes);
    wav.put("WAVEfmt ".getBytes(java.nio.charset.StandardCharsets.US_ASCII)).putInt(16);
    wav.putShort((short) 1).putShort((short) channels).putInt(rateHz);
    wav.putInt(rateHz * channels * Short.BYTES).putShort((short) (channels * Short.BYTES));
    wav.putShort((short) Short.SIZE);
    wav.put("data".getBytes(java.nio.charset.StandardCharsets.US_ASCII)).putInt(dataBytes);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < samples; i++) {
      for (int c = 0; c < channels; c++) {
        double tone = Math.sin(2 * Math.PI * (110 + 40 * c) * i / rateHz);
        wav.putShort((short) (6_000 * tone + random.nextInt(-2_000, 2_000)));
      }
    }
    return wav.array();
  }
}
