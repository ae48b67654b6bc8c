package io.millrace.node.feature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.feature.FeatureSettings.MicroNoise;
import io.millrace.node.feature.FeatureSettings.MicroScale;
import io.millrace.node.feature.FeatureSettings.MicroSpeech;
import io.millrace.node.window.Span;
import io.millrace.node.window.Window;
import io.millrace.node.window.WindowSettings.Gaps;
import io.millrace.program.Quantization;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The micro front end over streams of overlapping windows. */
class MicroStreamTest {
  private static final int FRAME = 480;
  private static final int HOP = 320;
  private static final int BANDS = 40;
  private static final int FRAMES = 49;

  private static MicroSpeech settings(MicroNoise noise) {
    MicroSpeech d = MicroSpeech.DEFAULT;
    return new MicroSpeech(d.frame(), d.hop(), d.bands(), d.range(), true, MicroScale.REAL, noise);
  }

  private static FrontEnd frontEnd(MicroNoise noise) {
    return new FrontEnd(List.of(settings(noise)), Windows.FORMAT, Windows.LENGTH);
  }

  private static float[] features(FeatureExtractor extractor, Window window) {
    float[] out = new float[extractor.length()];
    extractor.extract(window, out, 0);
    return out;
  }

  private static float[] alone(Window window) {
    FeatureExtractor extractor = frontEnd(MicroNoise.WINDOW).extractor(Quantization.NONE);
    float[] out = new float[extractor.length()];
    extractor.extract(window.values(), out, 0);
    return out;
  }

  /** Every frame of a stream, one behind the other, nothing of windows in it. */
  private static float[] straight(float[] stream) {
    MicroFrontend frontend = new MicroFrontend(FRAME, 16_000, BANDS, 125, 7500, true);
    int frames = (stream.length - FRAME) / HOP + 1;
    float[] all = new float[frames * BANDS];
    int[] bands = new int[BANDS];
    short[] samples = new short[FRAME];
    for (int f = 0; f < frames; f++) {
      for (int n = 0; n < FRAME; n++) {
        double step = Math.rint(stream[f * HOP + n] * 32768.0);
        samples[n] = (short) Math.clamp(step, -32768, 32767);
      }
      frontend.frame(samples, 0, bands, 0);
      for (int b = 0; b < BANDS; b++) {
        all[f * BANDS + b] = (float) (bands[b] / 25.6);
      }
    }
    return all;
  }

  private static float[] lastFrames(float[] all, long endSample) {
    int last = (int) ((endSample - FRAME) / HOP);
    return Arrays.copyOfRange(all, (last + 1 - FRAMES) * BANDS, (last + 1) * BANDS);
  }

  private static float[] noise(int seed, int samples) {
    Random random = new Random(seed);
    float[] values = new float[samples];
    for (int i = 0; i < samples; i++) {
      double loud = 0.02 + 0.3 * Math.pow(Math.sin(i / 9000.0), 8);
      values[i] = (float) (loud * random.nextGaussian());
    }
    return values;
  }

  /**
   * Eight seconds of speech, noise and silence, in one go. The digest is of what TensorFlow's C
   * (see {@link MicroFrontendTest}) prints for the clips one behind the other, fed in pieces of
   * 16000, 777 and 160 samples: 399 frames of 40 bands, each number followed by a blank.
   */
  @ParameterizedTest
  @ValueSource(ints = {320, 1600, 5000, 15_999, 16_000})
  void shouldEqualTheReferenceInAllWindowsOfALongStream(int windowHop) throws Exception {
    String[] clips = {"silence", "yes", "noise", "no", "noise", "yes", "silence", "no"};
    float[] stream = new float[clips.length * Windows.LENGTH];
    for (int i = 0; i < clips.length; i++) {
      float[] clip = Clips.samples(clips[i] + "_1000ms");
      System.arraycopy(clip, 0, stream, i * Windows.LENGTH, Windows.LENGTH);
    }
    float[] all = straight(stream);
    assertEquals("dea655867741a3dbd688c1b5e2e445facaf47f92006f4e628aa1eedd250b9ff7", digest(all));
    FeatureExtractor extractor = frontEnd(MicroNoise.STREAM).extractor(Quantization.NONE);
    List<Window> windows = Windows.of(stream, windowHop).all();
    assertEquals((stream.length - Windows.LENGTH) / windowHop + 1, windows.size());
    for (Window window : windows) {
      assertArrayEquals(
          lastFrames(all, window.position() + Windows.LENGTH), features(extractor, window));
    }
    // noise was heard before the word: it is not what the window alone would tell
    Window last = windows.getLast();
    assertFalse(Arrays.equals(alone(last), features(extractor, last)));
  }

  private static String digest(float[] frames) throws Exception {
    StringBuilder text = new StringBuilder();
    for (float value : frames) {
      text.append(Math.round(value * 25.6f)).append(' ');
    }
    byte[] ascii = text.toString().getBytes(StandardCharsets.US_ASCII);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(ascii));
  }

  @Test
  void shouldBeginAnewBehindAGap() {
    float[] before = noise(1, 40_000);
    float[] behind = noise(2, 40_000);
    Windows windows = new Windows(1600, Gaps.DROP).add(before, 0).add(behind, 7);
    FeatureExtractor extractor = frontEnd(MicroNoise.STREAM).extractor(Quantization.NONE);
    float[] allBefore = straight(before);
    float[] allBehind = straight(behind);
    int checked = 0;
    for (Window window : windows.all()) {
      long end = window.position() + Windows.LENGTH;
      float[] expected =
          end <= 40_000 ? lastFrames(allBefore, end) : lastFrames(allBehind, end - 40_007);
      assertArrayEquals(expected, features(extractor, window));
      checked++;
    }
    assertEquals(2 * 16, checked);
  }

  /** A gap that is filled in is heard as what it is filled with. */
  @Test
  void shouldGoOnOverAGapThatIsMarked() {
    float[] first = noise(3, 20_100);
    float[] second = noise(4, 30_000);
    int missing = 500;
    float[] filled = Arrays.copyOf(first, first.length + missing + second.length);
    Arrays.fill(filled, first.length, first.length + missing, first[first.length - 1]);
    System.arraycopy(second, 0, filled, first.length + missing, second.length);
    float[] all = straight(filled);
    FeatureExtractor extractor = frontEnd(MicroNoise.STREAM).extractor(Quantization.NONE);
    List<Window> windows = new Windows(2000, Gaps.MARK).add(first, 0).add(second, missing).all();
    assertEquals((filled.length - Windows.LENGTH) / 2000 + 1, windows.size());
    for (Window window : windows) {
      long end = window.position() + Windows.LENGTH;
      assertArrayEquals(lastFrames(all, end), features(extractor, window));
    }
  }

  /**
   * Windows that nobody asks about are heard; those that waited know what they would have known.
   */
  @Test
  void shouldGiveWindowsThatWaitedWhatTheyWouldHaveHadAtOnce() {
    float[] stream = noise(5, 80_000);
    float[] all = straight(stream);
    List<Window> windows = Windows.of(stream, 4000).all();
    FrontEnd frontEnd = frontEnd(MicroNoise.STREAM);
    FeatureExtractor extractor = frontEnd.extractor(Quantization.NONE);
    windows.forEach(frontEnd::hear);
    for (Window window : windows.reversed()) {
      assertArrayEquals(
          lastFrames(all, window.position() + Windows.LENGTH), features(extractor, window));
    }
    Window early = Windows.of(stream, 4000).all().getFirst();
    assertArrayEquals(alone(early), features(extractor, early), "nobody heard it in time");
    Window last = Windows.of(stream, 4000).all().getLast();
    assertArrayEquals(lastFrames(all, last.position() + Windows.LENGTH), features(extractor, last));
  }

  @Test
  void shouldLetAModelThatComesLaterKnowWhatWasHeard() {
    float[] stream = noise(6, 48_000);
    float[] all = straight(stream);
    List<Window> windows = Windows.of(stream, 8000).all();
    FrontEnd frontEnd = frontEnd(MicroNoise.STREAM);
    FeatureExtractor first = frontEnd.extractor(Quantization.NONE);
    for (Window window : windows.subList(0, 4)) {
      features(first, window);
    }
    FeatureExtractor later = frontEnd.extractor(Quantization.NONE);
    Window window = windows.get(4);
    float[] expected = lastFrames(all, window.position() + Windows.LENGTH);
    assertArrayEquals(expected, features(later, window));
    assertArrayEquals(expected, features(first, window), "heard once, not twice");
  }

  @Test
  void shouldKnowNoNoiseWhereEachWindowStandsForItself() {
    FeatureExtractor extractor = frontEnd(MicroNoise.WINDOW).extractor(Quantization.NONE);
    for (Window window : Windows.of(noise(7, 40_000), 1600).all()) {
      assertArrayEquals(alone(window), features(extractor, window));
    }
  }

  /** Frames further apart than they are long: samples between them are passed over. */
  @Test
  void shouldPassOverSamplesBetweenFrames() {
    MicroSpeech d = MicroSpeech.DEFAULT;
    MicroSpeech sparse =
        new MicroSpeech(
            Span.ofSamples(400),
            Span.ofSamples(1000),
            20,
            d.range(),
            false,
            MicroScale.REAL,
            MicroNoise.STREAM);
    float[] stream = noise(8, 50_000);
    FeatureExtractor extractor =
        new FrontEnd(List.of(sparse), Windows.FORMAT, Windows.LENGTH).extractor(Quantization.NONE);
    FeatureExtractor whole =
        new FrontEnd(List.of(sparse), Windows.FORMAT, stream.length).extractor(Quantization.NONE);
    float[] all = new float[whole.length()];
    whole.extract(stream, all, 0);
    for (Window window : Windows.of(stream, 3000).all()) {
      int first = (int) window.position() / 1000;
      assertArrayEquals(
          Arrays.copyOfRange(all, first * 20, (first + 16) * 20), features(extractor, window));
    }
  }

  /** What a broken sensor may say: the stream goes on as if it had been silent or full. */
  @Test
  void shouldNotBePoisonedByWhatIsNoSample() {
    float[] stream = noise(9, 64_000);
    float[] heard = stream.clone();
    float[] broken = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 3e38f, -2};
    float[] meant = {0, 1, -1, 1, -1};
    for (int i = 0; i < 500; i++) {
      stream[10_000 + 7 * i] = broken[i % 5];
      heard[10_000 + 7 * i] = meant[i % 5];
    }
    float[] all = straight(heard);
    FeatureExtractor extractor = frontEnd(MicroNoise.STREAM).extractor(Quantization.NONE);
    for (Window window : Windows.of(stream, 1600).all()) {
      float[] features = features(extractor, window);
      assertArrayEquals(lastFrames(all, window.position() + Windows.LENGTH), features);
      for (float value : features) {
        assertTrue(value >= 0 && value <= 65_535 / 25.6f);
      }
    }
  }
}
