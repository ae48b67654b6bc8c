package io.millrace.sensors.camera;

import io.millrace.sensors.SampleFormat;
import java.util.List;

/**
 * What a picture becomes.
 *
 * @param width pixels of a row, 1 to 4096
 * @param height rows, 1 to 4096
 * @param colours whether pixels have red, green and blue, or grey alone
 * @param range how the levels of a YUV source are meant
 */
public record PictureSettings(int width, int height, Colours colours, Range range) {
  /** The channels of a pixel. */
  public enum Colours {
    RGB(3),
    GRAY(1);

    private final int channels;

    Colours(int channels) {
      this.channels = channels;
    }

    /** Values of a pixel. */
    public int channels() {
      return channels;
    }
  }

  /** What the levels of Y, U and V stand for (ITU-R BT.601, section 2.5.3). */
  public enum Range {
    /** Y from 16 to 235, U and V from 16 to 240: what video is, and what cameras give. */
    LIMITED,
    /** 0 to 255: what JPEG is. */
    FULL
  }

  public PictureSettings {
    if (width < 1 || height < 1 || width > 4096 || height > 4096) {
      throw new IllegalArgumentException(
          "a picture of %d x %d pixels; 1 to 4096 each way are made".formatted(width, height));
    }
  }

  /** One sample is one picture. */
  public SampleFormat samples(String source, double rateHz) {
    String name = colours == Colours.RGB ? "rgb" : "gray";
    int values = width * height * colours.channels();
    return new SampleFormat(
        source, List.of(new SampleFormat.Channel(name, "level", values)), rateHz);
  }
}
