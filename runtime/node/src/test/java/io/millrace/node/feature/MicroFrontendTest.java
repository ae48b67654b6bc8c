package io.millrace.node.feature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.feature.FeatureSettings.MicroNoise;
import io.millrace.node.feature.FeatureSettings.MicroScale;
import io.millrace.node.feature.FeatureSettings.MicroSpeech;
import io.millrace.program.Quantization;
import io.millrace.sensors.SampleFormat;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Against TensorFlow's own front end. The digests are of what its C code
 * (tensorflow/lite/experimental/ microfrontend/lib, commits of 2018 to 2025) prints for these clips
 * on x86-64 with Debian's KISS FFT 131.1.0 built for {@code FIXED_POINT=16}, all bands of a frame
 * separated by blanks. The two frames of stored integers are those that TensorFlow Lite Micro's own
 * test expects (examples/micro_speech/micro_speech_test.cc, NoFeatureTest and YesFeatureTest).
 */
class MicroFrontendTest {
  private static final int FRAME = 480;
  private static final int HOP = 320;
  private static final int BANDS = 40;

  private static MicroFrontend frontend() {
    return new MicroFrontend(FRAME, 16_000, BANDS, 125, 7500, true);
  }

  private static short[] clip(String name) throws Exception {
    float[] samples = Clips.samples(name);
    short[] integers = new short[samples.length];
    for (int i = 0; i < samples.length; i++) {
      integers[i] = (short) Math.round(samples[i] * 32768);
    }
    return integers;
  }

  @ParameterizedTest
  @CsvSource({
    "yes, 2ee260ef86c056a261461cdfbc7171a1245e5a1ba71d64b6450c237eb9cef380",
    "no, 32a3ee26ca6f1ad0be65027f9855a305142e46d6e4257f55eeff2d4c9b3212b8",
    "noise, a6f969fcdde1876488ee9e03123586e4e175ed0877319c641288c44c5e2db7ac",
    "silence, fa615f0c5db4572f9366349a763cf2ce796f3850f8f4ae3ef0aa13288af84f89"
  })
  void shouldEqualTheReferenceInEveryValue(String word, String sha256) throws Exception {
    short[] samples = clip(word + "_1000ms");
    MicroFrontend frontend = frontend();
    int[] bands = new int[BANDS];
    StringBuilder text = new StringBuilder();
    for (int at = 0; at + FRAME <= samples.length; at += HOP) {
      frontend.frame(samples, at, bands, 0);
      for (int band : bands) {
        text.append(band).append(' ');
      }
    }
    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest(text.toString().getBytes(StandardCharsets.US_ASCII));
    assertEquals(sha256, HexFormat.of().formatHex(digest), text.substring(0, 400));
  }

  private static final Quantization INPUT = Quantization.perTensor(26 / 255f, -128);

  private static SampleFormat format(double rateHz) {
    return new SampleFormat("s", List.of(new SampleFormat.Channel("ch0", "1", 1)), rateHz);
  }

  private static int[] stored(FeatureExtractor extractor, float[] samples) {
    float[] out = new float[extractor.length()];
    extractor.extract(samples, out, 0);
    int[] stored = new int[out.length];
    for (int i = 0; i < out.length; i++) {
      stored[i] = (int) Math.rint(out[i] / INPUT.scale()) + INPUT.zeroPoint();
    }
    return stored;
  }

  /** 30 ms out of each clip, with nothing heard before. */
  @Test
  void shouldStoreWhatTensorFlowLiteMicroExpects() throws Exception {
    FeatureExtractor extractor =
        FeatureExtractor.of(List.of(MicroSpeech.DEFAULT), format(16_000), FRAME, INPUT);
    float[] no = Clips.samples("no_1000ms");
    assertArrayEquals(
        new int[] {
          126, 103, 124, 102, 124, 102, 123, 100, 118, 97, 118, 100, 118, 98, 121, 100, 121, 98,
          117, 91, 96, 74, 54, 87, 100, 87, 109, 92, 91, 80, 64, 55, 83, 74, 74, 78, 114, 95, 101,
          81
        },
        stored(extractor, Arrays.copyOfRange(no, 8960, 8960 + FRAME)));
    float[] yes = Clips.samples("yes_1000ms");
    assertArrayEquals(
        new int[] {
          124, 105, 126, 103, 125, 101, 123, 100, 116, 98, 115, 97, 113, 90, 91, 82, 104, 96, 117,
          97, 121, 103, 126, 101, 125, 104, 126, 104, 125, 101, 116, 90, 81, 74, 80, 71, 83, 76,
          82, 71
        },
        stored(extractor, Arrays.copyOfRange(yes, 8000, 8000 + FRAME)));
  }

  @Test
  void shouldGiveAWindowItsOwnFeatures() throws Exception {
    FeatureExtractor extractor =
        FeatureExtractor.of(List.of(MicroSpeech.DEFAULT), format(16_000), 16_000, INPUT);
    assertEquals(49 * 40, extractor.length());
    float[] yes = Clips.samples("yes_1000ms");
    int[] first = stored(extractor, yes);
    stored(extractor, Clips.samples("noise_1000ms"));
    assertArrayEquals(first, stored(extractor, yes));
    MicroSpeech real =
        new MicroSpeech(
            MicroSpeech.DEFAULT.frame(),
            MicroSpeech.DEFAULT.hop(),
            40,
            MicroSpeech.DEFAULT.range(),
            true,
            MicroScale.REAL,
            MicroNoise.WINDOW);
    float[] out = new float[49 * 40];
    FeatureExtractor.of(List.of(real), format(16_000), 16_000, Quantization.NONE)
        .extract(yes, out, 0);
    for (int i = 0; i < out.length; i++) {
      int value = Math.round(out[i] * 25.6f);
      assertEquals(Math.min(127, (value * 256 + 333) / 666 - 128), first[i]);
    }
  }

  @Test
  void shouldStandExtremesAndOtherRates() {
    for (int rate : new int[] {8_000, 16_000, 44_100}) {
      int frame = rate * 3 / 100;
      MicroFrontend frontend = new MicroFrontend(frame, rate, 20, 100, rate * 0.45, false);
      short[] samples = new short[frame];
      int[] bands = new int[20];
      for (int round = 0; round < 50; round++) {
        Random random = new Random(round);
        for (int i = 0; i < frame; i++) {
          samples[i] =
              switch (round % 5) {
                case 0 -> Short.MIN_VALUE;
                case 1 -> Short.MAX_VALUE;
                case 2 -> i % 2 == 0 ? Short.MIN_VALUE : Short.MAX_VALUE;
                case 3 -> 0;
                default -> (short) random.nextInt(1 << 16);
              };
        }
        frontend.frame(samples, 0, bands, 0);
        for (int band : bands) {
          assertTrue(band >= 0 && band <= 0xFFFF);
        }
      }
    }
  }

  /** The transform itself, within the rounding of its stages. */
  @ParameterizedTest
  @CsvSource({"4", "8", "16", "32", "64", "128", "256", "512", "1024", "2048"})
  void shouldTransformInFixedPoint(int length) {
    Random random = new Random(length);
    short[] input = new short[length];
    for (int i = 0; i < length; i++) {
      input[i] = (short) (random.nextInt(30_000) - 15_000);
    }
    FixedFourier fixed = new FixedFourier(length);
    fixed.transform(input);
    for (int k = 0; k <= length / 2; k++) {
      double re = 0;
      double im = 0;
      for (int n = 0; n < length; n++) {
        re += input[n] * Math.cos(2 * Math.PI * k * n / length) / length;
        im -= input[n] * Math.sin(2 * Math.PI * k * n / length) / length;
      }
      assertEquals(re, fixed.re(k), 6, "re " + k);
      assertEquals(im, fixed.im(k), 6, "im " + k);
    }
  }

  @Test
  void shouldSayWhatDoesNotFit() {
    assertThrows(
        IllegalArgumentException.class, () -> new MicroFrontend(480, 16_000, 40, 125, 8001, true));
    assertThrows(
        IllegalArgumentException.class, () -> new MicroFrontend(480, 16_000, 40, 125, 8000, true));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                FeatureExtractor.of(
                    List.of(MicroSpeech.DEFAULT), format(16_000), 16_000, Quantization.NONE));
    assertTrue(e.getMessage().contains("scale: real"), e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> FeatureExtractor.of(List.of(MicroSpeech.DEFAULT), format(16_000), 479, INPUT));
  }
}
