package io.millrace.sensors.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResamplerTest {
  /** Amplitude of what comes out of a sine of amplitude 1, wherever it has gone. */
  private static double gainOf(double fromHz, double toHz, double sineHz) {
    Resampler resampler = new Resampler(fromHz, toHz, 1);
    float[] in = new float[1];
    float[] out = new float[1];
    double power = 0;
    int n = 0;
    int wanted = 8000;
    for (int i = 0; n < wanted; i++) {
      in[0] = (float) Math.sin(2 * Math.PI * sineHz * i / fromHz + 0.3);
      resampler.put(in, 0);
      while (resampler.hasNext()) {
        resampler.next(out, 0);
        power += (double) out[0] * out[0];
        n++;
      }
      resampler.advance();
    }
    return Math.sqrt(2 * power / n);
  }

  @ParameterizedTest
  @CsvSource({
    "48000, 16000",
    "44100, 16000",
    "8000, 16000",
    "16000, 44100",
    "96000, 16000",
    "3200, 1000",
    "22050, 16000",
    "11.5, 4"
  })
  void shouldPassTheBandWithinItsRipple(double from, double to) {
    double lower = Math.min(from, to);
    for (double part : new double[] {0.02, 0.1, 0.213, 0.37, 0.45}) {
      double db = 20 * Math.log10(gainOf(from, to, part * lower));
      assertEquals(0, db, 0.02, part + " of the lower rate"); // the measurement's own error
    }
  }

  /** What lies above half of the lower rate must not come back as something else. */
  @ParameterizedTest
  @CsvSource({"48000, 16000", "44100, 16000", "96000, 16000", "3200, 1000", "22050, 16000"})
  void shouldKeepAliasesDown(double from, double to) {
    double worst = Double.NEGATIVE_INFINITY;
    for (double hz = 0.5 * to; hz < 0.5 * from; hz += to / 37) {
      worst = Math.max(worst, 20 * Math.log10(gainOf(from, to, hz)));
    }
    System.out.printf("report: aliases from %.0f to %.0f Hz: at most %.1f dB%n", from, to, worst);
    assertTrue(worst < -Resampler.ATTENUATION_DB, worst + " dB");
  }

  /** The formula itself: the sine at the very moment that the output stands for. */
  @ParameterizedTest
  @CsvSource({"44100, 16000", "8000, 16000", "48000, 44100"})
  void shouldGiveTheSignalAtTheMomentItSays(double from, double to) {
    Resampler resampler = new Resampler(from, to, 2);
    double hz = 0.2 * Math.min(from, to);
    float[] in = new float[2];
    float[] out = new float[2];
    int checked = 0;
    for (int i = 0; checked < 2000; i++) {
      in[0] = (float) Math.sin(2 * Math.PI * hz * i / from);
      in[1] = 1;
      resampler.put(in, 0);
      while (resampler.hasNext()) {
        double moment = (i + resampler.offset() - resampler.delay()) / from;
        resampler.next(out, 0);
        assertEquals(Math.sin(2 * Math.PI * hz * moment), out[0], 3e-4);
        assertEquals(1, out[1], 1e-6, "a constant stays");
        checked++;
      }
      resampler.advance();
    }
  }

  /** A day of 44.1 Hz at 16 Hz, the ratio of 44.1 to 16 kHz: 8640 rounds of all its phases. */
  @Test
  void shouldNotDriftInADay() {
    long seconds = 86_400;
    double fromHz = 44.1;
    double toHz = 16;
    Resampler resampler = new Resampler(fromHz, toHz, 1);
    float[] in = {1};
    float[] out = new float[1];
    long outputs = 0;
    double lastMoment = Double.NaN;
    long inputs = Math.round(seconds * fromHz);
    for (long i = 0; i < inputs; i++) {
      resampler.put(in, 0);
      while (resampler.hasNext()) {
        double moment = (i + resampler.offset() - resampler.delay()) / fromHz;
        resampler.next(out, 0);
        if (outputs > 0) {
          assertEquals(1 / toHz, moment - lastMoment, 1e-9);
        }
        assertEquals(1, out[0], 1e-6, "a constant stays");
        lastMoment = moment;
        outputs++;
      }
      resampler.advance();
    }
    long expected = Math.round(seconds * toHz);
    long lost = expected - outputs;
    long filter = (long) Math.ceil(resampler.taps() * toHz / fromHz);
    assertTrue(lost >= 0 && lost <= filter + 1, "lost " + lost);
    double lastIndex = (lastMoment + resampler.delay() / fromHz) * toHz;
    assertEquals((double) expected, lastIndex, 1.5);
  }

  @Test
  void shouldRefuseRatiosThatCannotBeMade() {
    assertThrows(IllegalArgumentException.class, () -> new Resampler(44_100, 15_999.999, 1));
    assertThrows(IllegalArgumentException.class, () -> new Resampler(0, 16_000, 1));
    assertThrows(IllegalArgumentException.class, () -> new Resampler(16_000, 16_000, 0));
    String why =
        assertThrows(IllegalArgumentException.class, () -> new Resampler(60_001, 7, 1))
            .getMessage();
    assertTrue(why.contains("taps"), why);
  }
}
