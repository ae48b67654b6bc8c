package io.millrace.node.feature;

import io.millrace.sensors.SampleFormat;
import java.util.List;

/**
 * {@link FeatureSettings.Image}: the mean and standard deviation that TensorFlow Lite's model
 * metadata names for an input (NormalizationOptions of metadata_schema.fbs).
 */
final class ImageLevels implements FeatureExtractor {
  private final int length;
  private final int pixels;
  private final int channels;
  private final boolean planes;
  private final float[] means;
  private final float[] scales;

  ImageLevels(FeatureSettings.Image settings, SampleFormat format, int windowSamples) {
    String kind = format.channels().getFirst().name();
    boolean picture = format.channels().size() == 1 && (kind.equals("rgb") || kind.equals("gray"));
    if (!picture || windowSamples != 1) {
      throw new IllegalArgumentException(
          "image takes windows of one picture; the sensor %s gives %d samples of %s"
              .formatted(format.source(), windowSamples, format.channels()));
    }
    channels = kind.equals("rgb") ? 3 : 1;
    length = format.width();
    pixels = length / channels;
    planes = settings.planes();
    means = perChannel("means", settings.means());
    scales = perChannel("scales", settings.scales());
  }

  private float[] perChannel(String what, List<Double> given) {
    if (given.size() != 1 && given.size() != channels) {
      throw new IllegalArgumentException(
          "image has %d %s, the picture has %d channels".formatted(given.size(), what, channels));
    }
    float[] all = new float[channels];
    for (int c = 0; c < channels; c++) {
      all[c] = given.get(given.size() == 1 ? 0 : c).floatValue();
    }
    return all;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public void extract(float[] samples, float[] out, int offset) {
    for (int c = 0; c < channels; c++) {
      for (int p = 0; p < pixels; p++) {
        int from = p * channels + c;
        int to = planes ? c * pixels + p : from;
        out[offset + to] = (samples[from] - means[c]) / scales[c];
      }
    }
  }
}
