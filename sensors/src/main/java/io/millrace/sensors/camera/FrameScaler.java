package io.millrace.sensors.camera;

import java.util.Arrays;

/**
 * Makes samples of raw frames: colours first, then the width, then the height. A level is {@code
 * floor(sum(wx wy v) / sum(wx wy) + 1/2)}, worked out in whole numbers, so it is rounded once. For
 * one thread; allocates nothing after it is made.
 */
public final class FrameScaler {
  private final int sourceHeight;
  private final int frameBytes;
  private final int width;
  private final int height;
  private final int channels;
  private final ColourRows colours;
  private final AxisWeights across;
  private final AxisWeights down;
  private final int[] colourRow;
  private final int[] scaledRow;
  private final long[] sums;
  private int scaledIs;

  /**
   * From frames of one size and format to pictures.
   *
   * @throws IllegalArgumentException if a frame of this size cannot be of this format
   */
  public FrameScaler(RawFormat format, int sourceWidth, int sourceHeight, PictureSettings picture) {
    frameBytes = format.frameBytes(sourceWidth, sourceHeight);
    this.sourceHeight = sourceHeight;
    width = picture.width();
    height = picture.height();
    channels = picture.colours().channels();
    colours = new ColourRows(format, sourceWidth, sourceHeight, picture.colours(), picture.range());
    across = AxisWeights.between(sourceWidth, width);
    down = AxisWeights.between(sourceHeight, height);
    colourRow = new int[sourceWidth * channels];
    scaledRow = new int[width * channels];
    sums = new long[width * channels];
  }

  /** Bytes of a frame. */
  public int frameBytes() {
    return frameBytes;
  }

  /** Values of a picture. */
  public int values() {
    return width * height * channels;
  }

  /** Makes a picture of the frame at {@code at}: [row, pixel, channel], levels 0 to 255. */
  public void scale(byte[] frame, int at, float[] to, int offset) {
    scaledIs = -1;
    long total = (long) across.total() * down.total();
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, 0);
      int[] weights = down.weights(y);
      for (int i = 0; i < weights.length; i++) {
        scaleRow(frame, at, down.first(y) + i);
        for (int x = 0; x < sums.length; x++) {
          sums[x] += (long) weights[i] * scaledRow[x];
        }
      }
      int row = offset + y * sums.length;
      for (int x = 0; x < sums.length; x++) {
        to[row + x] = (int) ((sums[x] + total / 2) / total);
      }
    }
  }

  /** Weighs one row of the source across, unless it is the one that was weighed last. */
  private void scaleRow(byte[] frame, int at, int y) {
    if (y == scaledIs) {
      return;
    }
    colours.row(frame, at, Math.min(y, sourceHeight - 1), colourRow);
    for (int x = 0; x < width; x++) {
      int[] weights = across.weights(x);
      int from = across.first(x) * channels;
      for (int c = 0; c < channels; c++) {
        int sum = 0;
        for (int i = 0; i < weights.length; i++) {
          sum += weights[i] * colourRow[from + i * channels + c];
        }
        scaledRow[x * channels + c] = sum;
      }
    }
    scaledIs = y;
  }
}
