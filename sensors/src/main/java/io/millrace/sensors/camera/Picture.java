package io.millrace.sensors.camera;

import io.millrace.sensors.SensorFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A picture read from a file: 8-bit grey or RGB. */
public final class Picture {
  /** Pictures above this size are refused before memory is taken for them. */
  static final long MAX_PIXELS = 64L << 20;

  private static final long MAX_FILE_BYTES = 512L << 20;

  private final int width;
  private final int height;
  private final RawFormat format;
  private final byte[] pixels;

  Picture(int width, int height, RawFormat format, byte[] pixels) {
    this.width = width;
    this.height = height;
    this.format = format;
    this.pixels = pixels;
  }

  /** Pixels of a row. */
  public int width() {
    return width;
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** {@link RawFormat#GRAY} or {@link RawFormat#RGB24}. */
  public RawFormat format() {
    return format;
  }

  /** Row after row; not a copy. */
  public byte[] pixels() {
    return pixels;
  }

  /**
   * Reads a PNG, JPEG, PGM or PPM file, whatever its name is.
   *
   * @throws SensorFileException if it is none, broken, or of a kind that is not read
   */
  public static Picture read(Path file) throws IOException {
    long size = Files.size(file);
    if (size > MAX_FILE_BYTES) {
      throw new SensorFileException(
          file, "has " + size + " bytes, at most " + MAX_FILE_BYTES + " are read");
    }
    byte[] bytes = Files.readAllBytes(file);
    try {
      if (PngPicture.isPng(bytes)) {
        return PngPicture.read(bytes);
      }
      return JpegPicture.isJpeg(bytes) ? JpegPicture.read(bytes) : NetpbmPicture.read(bytes);
    } catch (BadPictureException e) {
      throw new SensorFileException(file, e.getMessage());
    }
  }

  /** What is wrong with a picture's bytes. */
  static final class BadPictureException extends Exception {
    private static final long serialVersionUID = 1L;

    BadPictureException(String problem) {
      super(problem);
    }
  }

  static void requireSize(long width, long height) throws BadPictureException {
    if (width < 1
        || height < 1
        || width > 16_384
        || height > 16_384
        || width * height > MAX_PIXELS) {
      throw new BadPictureException(
          "is %d x %d pixels; 1 to 16384 each way, %d together are read"
              .formatted(width, height, MAX_PIXELS));
    }
  }
}
