package io.millrace.sensors.camera;

import io.millrace.sensors.camera.PictureSettings.Colours;
import io.millrace.sensors.camera.PictureSettings.Range;

/**
 * Rows of a raw frame as 8-bit RGB or grey. YUV becomes RGB by ITU-R BT.601 in 16-bit fixed point:
 *
 * <pre>
 *   limited:  y = 76309 (Y - 16)     r = y + 104597 (V - 128)
 *   full:     y = 65536 Y            g = y -  25675 (U - 128) -  53279 (V - 128)
 *                                    b = y + 132201 (U - 128)              (limited)
 *   each:     clamp((x + 32768) &gt;&gt; 16)
 *   full:     r: 91881   g: 22554, 46802   b: 116130
 *   grey of RGB:  (19595 R + 38470 G + 7471 B + 32768) &gt;&gt; 16
 * </pre>
 *
 * <p>Pixels that share U and V take the same ones: colours are repeated, not interpolated.
 */
final class ColourRows {
  private final RawFormat format;
  private final int width;
  private final int height;
  private final boolean grey;
  private final boolean full;

  ColourRows(RawFormat format, int width, int height, Colours colours, Range range) {
    this.format = format;
    this.width = width;
    this.height = height;
    grey = colours == Colours.GRAY;
    full = range == Range.FULL;
  }

  /** Writes row {@code y} of the frame at {@code at}, one value or three for each pixel. */
  void row(byte[] frame, int at, int y, int[] to) {
    switch (format) {
      case RGB24 -> packed(frame, at + 3 * width * y, 0, 2, to);
      case BGR24 -> packed(frame, at + 3 * width * y, 2, 0, to);
      case GRAY -> gray(frame, at + width * y, to);
      case YUV420P -> {
        int u = at + width * height + (y / 2) * (width / 2);
        int v = u + (width / 2) * (height / 2);
        for (int x = 0; x < width; x++) {
          pixel(frame[at + width * y + x], frame[u + x / 2], frame[v + x / 2], x, to);
        }
      }
      case YUYV422 -> {
        int line = at + 2 * width * y;
        for (int x = 0; x < width; x++) {
          int pair = line + 4 * (x / 2);
          pixel(frame[line + 2 * x], frame[pair + 1], frame[pair + 3], x, to);
        }
      }
    }
  }

  private void packed(byte[] frame, int at, int red, int blue, int[] to) {
    for (int x = 0; x < width; x++) {
      int r = frame[at + 3 * x + red] & 0xFF;
      int g = frame[at + 3 * x + 1] & 0xFF;
      int b = frame[at + 3 * x + blue] & 0xFF;
      if (grey) {
        to[x] = (19595 * r + 38470 * g + 7471 * b + 32768) >> 16;
      } else {
        to[3 * x] = r;
        to[3 * x + 1] = g;
        to[3 * x + 2] = b;
      }
    }
  }

  private void gray(byte[] frame, int at, int[] to) {
    for (int x = 0; x < width; x++) {
      int level = frame[at + x] & 0xFF;
      if (grey) {
        to[x] = level;
      } else {
        to[3 * x] = level;
        to[3 * x + 1] = level;
        to[3 * x + 2] = level;
      }
    }
  }

  private void pixel(byte luma, byte blue, byte red, int x, int[] to) {
    int y = full ? (luma & 0xFF) << 16 : 76309 * ((luma & 0xFF) - 16);
    if (grey) {
      to[x] = level(y);
      return;
    }
    int u = (blue & 0xFF) - 128;
    int v = (red & 0xFF) - 128;
    if (full) {
      to[3 * x] = level(y + 91881 * v);
      to[3 * x + 1] = level(y - 22554 * u - 46802 * v);
      to[3 * x + 2] = level(y + 116130 * u);
    } else {
      to[3 * x] = level(y + 104597 * v);
      to[3 * x + 1] = level(y - 25675 * u - 53279 * v);
      to[3 * x + 2] = level(y + 132201 * u);
    }
  }

  private static int level(int fixed) {
    return Math.clamp((fixed + 32768) >> 16, 0, 255);
  }
}
