package io.millrace.node.feature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.feature.FeatureSettings.Band;
import io.millrace.node.feature.FeatureSettings.FilterbankEnergy;
import io.millrace.node.feature.FeatureSettings.Image;
import io.millrace.node.feature.FeatureSettings.LogAxis;
import io.millrace.node.feature.FeatureSettings.LogMel;
import io.millrace.node.feature.FeatureSettings.Mfcc;
import io.millrace.node.feature.FeatureSettings.MicroSpeech;
import io.millrace.node.feature.FeatureSettings.None;
import io.millrace.node.feature.FeatureSettings.Scale;
import io.millrace.node.feature.FeatureSettings.Spectrum;
import io.millrace.node.window.Span;
import io.millrace.node.window.Window;
import io.millrace.program.Quantization;
import io.millrace.sensors.SampleFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of features under what no recording holds, and in the long run. */
class FrontEndTest {
  private static final Quantization INPUT = Quantization.perTensor(0.1f, -128);
  private static final OptionalInt AUTO = OptionalInt.empty();

  private static LogMel mel(int frame, int hop, Scale scale) {
    return new LogMel(
        Span.ofSamples(frame),
        Span.ofSamples(hop),
        AUTO,
        12,
        new Band(60, 7000),
        false,
        scale,
        1e-6);
  }

  private static FilterbankEnergy energy(int frame, int hop) {
    return new FilterbankEnergy(
        Span.ofSamples(frame), Span.ofSamples(hop), AUTO, 12, new Band(60, 7000), true);
  }

  private static Spectrum spectrum(Scale scale, Optional<LogAxis> axis) {
    return new Spectrum(AUTO, 0, AUTO, scale, 1e-6, Optional.empty(), axis);
  }

  static Stream<FeatureSettings> kinds() {
    return Stream.of(
        new None(),
        spectrum(Scale.LOG10, Optional.empty()),
        spectrum(Scale.LN, Optional.of(new LogAxis(10, 7000, 33))),
        mel(480, 320, Scale.LN),
        new Mfcc(mel(480, 320, Scale.LN), 7, true),
        energy(481, 320),
        MicroSpeech.DEFAULT);
  }

  private static float[] noise(int samples) {
    Random random = new Random(samples);
    float[] values = new float[samples];
    for (int i = 0; i < samples; i++) {
      values[i] = (float) random.nextGaussian(0, 0.1);
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void shouldAllocateNothingForWindowsOfAStream(FeatureSettings kind) {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    List<Window> windows = Windows.of(noise(24_000), 960).all();
    FrontEnd frontEnd = new FrontEnd(List.of(kind), Windows.FORMAT, Windows.LENGTH);
    FeatureExtractor extractor = frontEnd.extractor(INPUT);
    float[] out = new float[extractor.length()];
    long least = Long.MAX_VALUE; // the first rounds are also charged for what the JIT does
    for (int round = 0; round < 12; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < windows.size(); i++) {
        frontEnd.hear(windows.get(i));
        extractor.extract(windows.get(i), out, 0);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertEquals(0, least);
  }

  @Test
  void shouldAllocateNothingForPictures() {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    SampleFormat picture =
        new SampleFormat("camera", List.of(new SampleFormat.Channel("rgb", "level", 3 * 35)), 10);
    FeatureExtractor extractor =
        FeatureExtractor.of(
            List.of(new Image(List.of(1.0, 2.0, 3.0), List.of(4.0), true)), picture, 1, INPUT);
    float[] levels = noise(3 * 35);
    float[] out = new float[3 * 35];
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 8; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 200; i++) {
        extractor.extract(levels, out, 0);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertEquals(0, least);
  }

  /** Silence, full scale either way and in turn, the least and the greatest floats. */
  @ParameterizedTest
  @MethodSource("kinds")
  void shouldGiveNumbersForAllThatIsOne(FeatureSettings kind) {
    FeatureExtractor extractor =
        FeatureExtractor.of(List.of(kind), Windows.FORMAT, Windows.LENGTH, INPUT);
    float[] out = new float[extractor.length()];
    float[][] extremes = {
      {0}, {1}, {-1}, {-1, 1}, {Float.MIN_VALUE}, {-Float.MIN_VALUE, 0}, {-0f}, {1e30f, -1e30f}
    };
    for (float[] extreme : extremes) {
      float[] values = new float[Windows.LENGTH];
      for (int i = 0; i < values.length; i++) {
        values[i] = extreme[i % extreme.length];
      }
      extractor.extract(values, out, 0);
      for (float value : out) {
        assertTrue(Float.isFinite(value), kind + " makes " + value + " of " + extreme[0]);
      }
    }
  }

  /** A sensor that says NaN or infinity for a moment: frames without it are as they would be. */
  @ParameterizedTest
  @MethodSource("kinds")
  void shouldKeepWhatIsNoNumberToWhatHoldsIt(FeatureSettings kind) {
    float[] clean = noise(48_000);
    float[] broken = clean.clone();
    broken[20_000] = Float.NaN;
    broken[20_001] = Float.POSITIVE_INFINITY;
    broken[20_002] = Float.NEGATIVE_INFINITY;
    List<Window> windows = Windows.of(broken, 1600).all();
    List<Window> expected = Windows.of(clean, 1600).all();
    FeatureExtractor extractor =
        FeatureExtractor.of(List.of(kind), Windows.FORMAT, Windows.LENGTH, INPUT);
    FeatureExtractor other =
        FeatureExtractor.of(List.of(kind), Windows.FORMAT, Windows.LENGTH, INPUT);
    float[] out = new float[extractor.length()];
    float[] wanted = new float[extractor.length()];
    int untouched = 0;
    int same = 0;
    for (int w = 0; w < windows.size(); w++) {
      long start = windows.get(w).position();
      extractor.extract(windows.get(w), out, 0);
      other.extract(expected.get(w), wanted, 0);
      boolean holds = start <= 20_002 && start + Windows.LENGTH > 20_000;
      boolean goesOn = kind instanceof MicroSpeech && start > 20_002;
      if (!holds && !goesOn) {
        assertArrayEquals(wanted, out, kind + " at " + start);
        untouched++;
      }
      for (int i = 0; holds && i < out.length; i++) {
        same += out[i] == wanted[i] ? 1 : 0;
      }
    }
    assertTrue(untouched > 0);
    // one spectrum of the whole window has no value that does not hold it
    assertTrue(same > 0 || kind instanceof Spectrum, kind + " lost frames that were whole");
  }

  @Test
  void shouldTakeFramesAndWindowsOfAnyLength() {
    for (int length : new int[] {2, 3, 31, 255, 256, 257, 481}) {
      float[] values = noise(length);
      for (int frame : new int[] {2, 3, 17, length - 1, length}) {
        if (frame < 2 || frame > length) {
          continue;
        }
        for (int hop : new int[] {1, 7, frame, 2 * length}) {
          List<FeatureSettings> all =
              List.of(
                  spectrum(Scale.LN, Optional.empty()),
                  mel(frame, hop, Scale.LN),
                  new Mfcc(mel(frame, hop, Scale.LOG10), 12, true),
                  energy(frame, hop));
          FeatureExtractor extractor =
              FeatureExtractor.of(all, Windows.FORMAT, length, Quantization.NONE);
          int frames = (length - frame) / hop + 1;
          int bins = Math.max(2, Integer.highestOneBit(length - 1) * 2) / 2 + 1;
          assertEquals(bins + 3 * 12 * frames, extractor.length());
          float[] out = new float[extractor.length()];
          extractor.extract(values, out, 0);
          for (float value : out) {
            assertTrue(Float.isFinite(value), length + " " + frame + " " + hop);
          }
        }
      }
    }
  }

  private static void assertRefused(String part, FeatureSettings settings, int window) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> FeatureExtractor.of(List.of(settings), Windows.FORMAT, window, INPUT));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  @Test
  void shouldRefuseSettingsThatCannotBe() {
    assertRefused("window of 1 sample", spectrum(Scale.LN, Optional.empty()), 1);
    assertRefused("frame of 1 sample", mel(1, 1, Scale.LN), 100);
    assertRefused("frame of 1 sample", energy(1, 1), 100);
    assertRefused("not a power of two", spectrum(Scale.LN, Optional.empty()), (1 << 20) + 1);
    assertRefused("takes one channel and frames", MicroSpeech.DEFAULT, 479);
    assertThrows(IllegalArgumentException.class, () -> new Band(Double.NaN, 100));
    assertThrows(IllegalArgumentException.class, () -> new Band(0, Double.NaN));
    assertRefused(
        "need a rate of twice that",
        new LogMel(
            Span.ofSamples(64),
            Span.ofSamples(64),
            AUTO,
            4,
            new Band(0, Double.POSITIVE_INFINITY),
            false,
            Scale.LN,
            1),
        100);
    assertThrows(IllegalArgumentException.class, () -> new LogAxis(1, Double.NaN, 3));
    assertThrows(
        IllegalArgumentException.class, () -> new Image(List.of(Double.NaN), List.of(1.0), false));
  }
}
