package io.millrace.sensors.camera;

import java.util.Locale;

/**
 * How the pixels of a raw frame lie, with the names of FFmpeg's {@code -pix_fmt}. V4L2 says {@code
 * YUYV} for {@link #YUYV422}, {@code YU12} for {@link #YUV420P}, {@code GREY} for {@link #GRAY}.
 */
public enum RawFormat {
  /** R, G, B of each pixel. */
  RGB24,
  /** B, G, R of each pixel. */
  BGR24,
  /** Y of each pixel. */
  GRAY,
  /** All Y, then U and V of every second pixel of every second row. */
  YUV420P,
  /** Y0 U Y1 V of each pair of pixels. */
  YUYV422;

  /** As a pipeline file and FFmpeg write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Bytes of a frame.
   *
   * @throws IllegalArgumentException if a frame of this size cannot be of this format
   */
  public int frameBytes(int width, int height) {
    if (width < 1 || height < 1 || width > 16_384 || height > 16_384) {
      throw new IllegalArgumentException(
          "a frame of %d x %d pixels; 1 to 16384 each way are read".formatted(width, height));
    }
    boolean oddWidth = width % 2 != 0 && (this == YUV420P || this == YUYV422);
    boolean oddHeight = height % 2 != 0 && this == YUV420P;
    if (oddWidth || oddHeight) {
      throw new IllegalArgumentException(
          "a frame of %d x %d pixels is not of format %s, whose pixels share colours in pairs"
              .formatted(width, height, word()));
    }
    long pixels = (long) width * height;
    long bytes =
        switch (this) {
          case RGB24, BGR24 -> 3 * pixels;
          case GRAY -> pixels;
          case YUV420P -> pixels + pixels / 2;
          case YUYV422 -> 2 * pixels;
        };
    return Math.toIntExact(bytes);
  }
}
