package io.millrace.node.feature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.node.feature.FeatureSettings.Band;
import io.millrace.node.feature.FeatureSettings.FilterbankEnergy;
import io.millrace.node.feature.FeatureSettings.LogMel;
import io.millrace.node.feature.FeatureSettings.Mfcc;
import io.millrace.node.feature.FeatureSettings.Scale;
import io.millrace.node.window.Span;
import io.millrace.node.window.Window;
import io.millrace.node.window.WindowSettings.Gaps;
import io.millrace.program.Quantization;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptFramesTest {
  private static LogMel mel(boolean squared, Scale scale) {
    return new LogMel(
        Span.ofSamples(480),
        Span.ofSamples(320),
        OptionalInt.empty(),
        20,
        new Band(20, 4000),
        squared,
        scale,
        1e-6);
  }

  private static final List<FeatureSettings> KINDS =
      List.of(
          mel(false, Scale.LN),
          mel(true, Scale.LINEAR),
          new Mfcc(mel(false, Scale.LOG10), 10, true),
          new FilterbankEnergy(
              Span.ofSamples(1024),
              Span.ofSamples(512),
              OptionalInt.empty(),
              40,
              new Band(0, 8000),
              true));

  private static float[] noise(Random random, int samples) {
    float[] values = new float[samples];
    for (int i = 0; i < samples; i++) {
      values[i] = (float) random.nextGaussian(0, 0.1);
    }
    return values;
  }

  /** Frames that were kept are those that would be worked out again, bit for bit. */
  @ParameterizedTest
  @ValueSource(ints = {320, 512, 960, 1024, 1536, 1600, 2560, 5120, 333, 16_000, 20_000})
  void shouldGiveEachWindowWhatItHasOnItsOwn(int windowHop) {
    Random random = new Random(windowHop);
    Windows cut =
        new Windows(windowHop, windowHop % 3 == 0 ? Gaps.MARK : Gaps.DROP)
            .add(noise(random, 26_000), 0)
            .add(noise(random, 18_000), 640)
            .add(noise(random, 17_000), 320 * 70);
    List<Window> windows = new ArrayList<>(cut.all());
    // one that is looked at twice, and some that waited
    windows.add(2, windows.get(1));
    windows.add(windows.size(), windows.getFirst());
    windows.add(windows.size(), windows.get(windows.size() / 2));
    FeatureExtractor stream =
        FeatureExtractor.of(KINDS, Windows.FORMAT, Windows.LENGTH, Quantization.NONE);
    FeatureExtractor alone =
        FeatureExtractor.of(KINDS, Windows.FORMAT, Windows.LENGTH, Quantization.NONE);
    float[] given = new float[stream.length()];
    float[] expected = new float[alone.length()];
    for (Window window : windows) {
      stream.extract(window, given, 0);
      alone.extract(window.values(), expected, 0);
      assertArrayEquals(expected, given);
    }
  }

  private static int toWork(KeptFrames kept, long position) {
    kept.begin(position);
    int work = 0;
    for (int f = 0; f < kept.count(); f++) {
      if (!kept.isKnown(f)) {
        work++;
        kept.worked(f);
      }
    }
    return work;
  }

  @Test
  void shouldWorkOutAFrameOnce() {
    KeptFrames kept = new KeptFrames(320, 49, 1);
    assertEquals(49, toWork(kept, 320));
    assertEquals(5, toWork(kept, 320 + 1600));
    assertEquals(0, toWork(kept, 320 + 1600));
    assertEquals(1, toWork(kept, 320 + 1920));
    assertEquals(48, toWork(kept, 320 + 1920 + 48 * 320));
    assertEquals(49, toWork(kept, 320 + 1920 + (48 + 49) * 320), "nothing is shared");
    assertEquals(49, toWork(kept, 320), "a window of before");
    assertEquals(49, toWork(kept, 320 + 161), "another grid");
    assertEquals(49, toWork(kept, Window.UNKNOWN));
    assertEquals(49, toWork(kept, Window.UNKNOWN), "nobody knows whether they are the same");
    assertEquals(49, toWork(kept, 0));
  }
}
