package io.millrace.rig.power.sim;

import io.millrace.examples.bearingwatch.BearingSimulator;
import io.millrace.examples.bearingwatch.Trial;
import io.millrace.node.feature.FeatureExtractor;
import io.millrace.node.feature.FeatureSettings;
import io.millrace.program.Quantization;
import io.millrace.sensors.SampleFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Windows of the bearing example, as its networks take them: their features, and the truth. */
final class Vibrations {
  /** How many values the networks take. */
  static final int FEATURES = 320;

  private static final int COUNT = 60;
  private static final int SAMPLES = 4096;

  /**
   * A window.
   *
   * @param features what the networks take
   * @param truth index of the class that is right
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record One(float[] features, int truth) {}

  private Vibrations() {}

  /** Some windows of machines that the networks were not trained on; the same for ever. */
  static List<One> all() {
    SampleFormat format =
        new SampleFormat(
            "vibration",
            List.of(new SampleFormat.Channel("acceleration", "g", 1)),
            BearingSimulator.SAMPLE_RATE_HZ);
    FeatureExtractor extractor =
        FeatureExtractor.of(
            List.of(
                spectrum(1e-3, Optional.of(new FeatureSettings.Band(1500, 6000))),
                spectrum(1e-4, Optional.empty())),
            format,
            SAMPLES,
            Quantization.NONE);
    List<One> all = new ArrayList<>();
    float[] window = new float[SAMPLES];
    for (int i = 0; i < COUNT; i++) {
      Trial trial = Trial.of(Trial.Set.HELD_OUT, i);
      trial.record(window);
      float[] features = new float[FEATURES];
      extractor.extract(window, features, 0);
      all.add(new One(features, trial.condition().fault().classIndex()));
    }
    return all;
  }

  private static FeatureSettings spectrum(double floor, Optional<FeatureSettings.Band> envelope) {
    return new FeatureSettings.Spectrum(
        OptionalInt.empty(),
        0,
        OptionalInt.empty(),
        FeatureSettings.Scale.LOG10,
        floor,
        envelope,
        Optional.of(new FeatureSettings.LogAxis(8, 700, FEATURES / 2)));
  }
}
