package io.millrace.node.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.feature.FeatureSettings.Band;
import io.millrace.node.feature.FeatureSettings.FilterbankEnergy;
import io.millrace.node.feature.FeatureSettings.Image;
import io.millrace.node.feature.FeatureSettings.LogMel;
import io.millrace.node.feature.FeatureSettings.Mfcc;
import io.millrace.node.feature.FeatureSettings.MicroSpeech;
import io.millrace.node.feature.FeatureSettings.Scale;
import io.millrace.node.window.Span;
import io.millrace.node.window.Window;
import io.millrace.node.window.WindowCutter;
import io.millrace.node.window.WindowSettings;
import io.millrace.program.Quantization;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.Sensor;
import io.millrace.sensors.clock.VirtualClock;
import io.millrace.sensors.replay.ReplayOptions;
import io.millrace.sensors.replay.ReplaySensor;
import io.millrace.sensors.replay.WavRecording;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/**
 * The values are those of NumPy 2.4 in double precision, from the formulas as they are published.
 */
class SpeechFeaturesTest {
  private static final SampleFormat FORMAT =
      new SampleFormat("s", List.of(new SampleFormat.Channel("ch0", "1", 1)), 16_000);

  /** What the keyword spotting network of MLPerf Tiny takes. */
  private static final Mfcc KEYWORDS =
      new Mfcc(
          new LogMel(
              new Span.Time(30_000_000),
              new Span.Time(20_000_000),
              OptionalInt.empty(),
              40,
              new Band(20, 4000),
              false,
              Scale.LN,
              1e-6),
          10,
          true);

  /** What its streaming wake-word network takes. */
  private static final FilterbankEnergy WAKE_WORD =
      new FilterbankEnergy(
          new Span.Time(64_000_000),
          new Span.Time(32_000_000),
          OptionalInt.empty(),
          40,
          new Band(0, 8000),
          true);

  private static float[] extract(FeatureSettings settings, float[] samples) {
    FeatureExtractor extractor =
        FeatureExtractor.of(List.of(settings), FORMAT, samples.length, Quantization.NONE);
    float[] out = new float[extractor.length()];
    extractor.extract(samples, out, 0);
    return out;
  }

  private static void assertFrame(double[] expected, float[] all, int at, double bound) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], all[at + i], bound);
    }
  }

  @Test
  void shouldGiveCepstralCoefficientsOfRealSpeech() throws Exception {
    float[] yes = extract(KEYWORDS, Clips.samples("yes_1000ms"));
    assertEquals(49 * 10, yes.length);
    assertFrame(
        new double[] {
          -30.0281, -0.308, 1.2476, -0.0833, -1.7635, -1.9242, -1.9182, -0.9722, -0.1691, 0.1982
        },
        yes,
        20 * 10,
        1e-4);
    assertFrame(
        new double[] {
          -34.843, -3.8444, -1.1301, -0.2418, 0.7033, 0.6334, -0.321, 0.2897, -2.3043, -1.4286
        },
        yes,
        48 * 10,
        1e-4);
    assertFrame(
        new double[] {
          7.3325, 8.5067, 1.7725, -0.9649, 2.3653, 0.5535, -1.3664, 1.0918, 0.807, 0.7779
        },
        extract(KEYWORDS, Clips.samples("no_1000ms")),
        30 * 10,
        1e-4);
  }

  @Test
  void shouldGiveFilterBankEnergiesOfRealSpeech() throws Exception {
    float[] marvin = extract(WAKE_WORD, Clips.samples("marvin_617de221_0"));
    assertEquals(30 * 40, marvin.length);
    assertFrame(
        new double[] {
          0.0, 0.2571, 0.4287, 0.2087, 0.436, 0.4295, 0.405, 0.4483, 0.5615, 0.5809, 0.7112, 0.6647
        },
        marvin,
        15 * 40,
        1e-4);
    double sum = 0;
    for (float value : marvin) {
      sum += value;
    }
    assertEquals(281.3922888, sum, 1e-3);
  }

  @Test
  void shouldTakeSilenceForWhatItIs() {
    for (float value : extract(KEYWORDS, new float[16_000])) {
      assertTrue(Float.isFinite(value));
    }
    for (float value : extract(WAKE_WORD, new float[16_000])) {
      assertEquals(0, value);
    }
  }

  @Test
  void shouldRefuseCoefficientsThatAreNotThere() {
    assertThrows(IllegalArgumentException.class, () -> new Mfcc(KEYWORDS.mel(), 41, true));
    assertThrows(IllegalArgumentException.class, () -> new Mfcc(KEYWORDS.mel(), 0, true));
  }

  private static SampleFormat picture(String kind, int values) {
    return new SampleFormat("camera", List.of(new SampleFormat.Channel(kind, "level", values)), 10);
  }

  @Test
  void shouldNormaliseImages() {
    float[] levels = {0, 127.5f, 255, 10, 20, 30};
    FeatureExtractor one =
        FeatureExtractor.of(
            List.of(new Image(List.of(127.5), List.of(127.5), false)),
            picture("rgb", 6),
            1,
            Quantization.NONE);
    float[] out = new float[6];
    one.extract(levels, out, 0);
    assertFrame(new double[] {-1, 0, 1, -0.92157, -0.84314, -0.76471}, out, 0, 1e-5);
    FeatureExtractor planes =
        FeatureExtractor.of(
            List.of(new Image(List.of(1.0, 2.0, 3.0), List.of(1.0, 2.0, 4.0), true)),
            picture("rgb", 6),
            1,
            Quantization.NONE);
    planes.extract(levels, out, 0);
    assertFrame(new double[] {-1, 9, 62.75, 9, 63, 6.75}, out, 0, 1e-6);
    assertThrows(IllegalArgumentException.class, () -> new Image(List.of(0.0), List.of(0.0), true));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            FeatureExtractor.of(
                List.of(new Image(List.of(1.0, 2.0), List.of(1.0), true)),
                picture("gray", 4),
                1,
                Quantization.NONE));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            FeatureExtractor.of(
                List.of(new Image(List.of(1.0), List.of(1.0), true)),
                FORMAT,
                1,
                Quantization.NONE));
  }

  /** From the file through windows to all three kinds of speech features. */
  @Test
  void shouldAllocateNothingFromSensorToFeatures() throws Exception {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    ReplayOptions forever = new ReplayOptions(true, 0, 0);
    VirtualClock clock = new VirtualClock(0, 0);
    try (Sensor sensor =
        ReplaySensor.open(WavRecording.open(Clips.file("yes_1000ms")), forever, clock)) {
      WindowSettings settings =
          new WindowSettings(
              Span.ofSamples(16_000), Span.ofSamples(4_000), WindowSettings.Gaps.MARK);
      WindowCutter cutter = new WindowCutter(sensor.format(), settings, 1000);
      Window window = new Window(cutter.valuesPerWindow());
      FeatureExtractor extractor =
          FeatureExtractor.of(
              List.of(KEYWORDS, WAKE_WORD, MicroSpeech.DEFAULT),
              sensor.format(),
              16_000,
              Quantization.perTensor(0.1f, -128));
      float[] out = new float[extractor.length()];
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 8; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int windows = 0; windows < 10; ) {
          sensor.read(cutter.block());
          cutter.commit();
          while (cutter.next(window)) {
            extractor.extract(window, out, 0);
            windows++;
          }
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertEquals(0, least);
    }
  }
}
