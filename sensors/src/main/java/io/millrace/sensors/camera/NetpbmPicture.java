package io.millrace.sensors.camera;

import io.millrace.sensors.camera.Picture.BadPictureException;
import java.util.Arrays;

/**
 * Netpbm's binary PGM (P5) and PPM (P6) of one byte a value: netpbm.sourceforge.net/doc/pgm.html
 * and ppm.html. Levels of a maximum below 255 are stretched to 255.
 */
final class NetpbmPicture {
  private final byte[] bytes;
  private int at = 2;

  private NetpbmPicture(byte[] bytes) {
    this.bytes = bytes;
  }

  static Picture read(byte[] bytes) throws BadPictureException {
    if (bytes.length < 2 || bytes[0] != 'P' || (bytes[1] != '5' && bytes[1] != '6')) {
      throw new BadPictureException(
          "is neither PNG nor JPEG nor binary PGM (P5) nor PPM (P6); ffmpeg -i FILE out.png makes one of it");
    }
    return new NetpbmPicture(bytes).picture();
  }

  private Picture picture() throws BadPictureException {
    RawFormat format = bytes[1] == '5' ? RawFormat.GRAY : RawFormat.RGB24;
    int width = number("width");
    int height = number("height");
    int most = number("maximum");
    Picture.requireSize(width, height);
    if (most < 1 || most > 255) {
      throw new BadPictureException("has levels up to " + most + "; 1 to 255 are read");
    }
    at++; // one white space
    int length = format.frameBytes(width, height);
    if (bytes.length - at < length) {
      throw new BadPictureException(
          "ends after %d of %d bytes of pixels".formatted(Math.max(0, bytes.length - at), length));
    }
    byte[] pixels = Arrays.copyOfRange(bytes, at, at + length);
    if (most < 255) {
      for (int i = 0; i < length; i++) {
        pixels[i] = (byte) ((Math.min(most, pixels[i] & 0xFF) * 255 + most / 2) / most);
      }
    }
    return new Picture(width, height, format, pixels);
  }

  private int number(String what) throws BadPictureException {
    while (at < bytes.length && (bytes[at] <= ' ' || bytes[at] == '#')) {
      boolean comment = bytes[at] == '#';
      at++;
      while (comment && at < bytes.length && bytes[at] != '\n') {
        at++;
      }
    }
    int start = at;
    int value = 0;
    while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9' && at - start < 8) {
      value = 10 * value + (bytes[at++] - '0');
    }
    if (at == start || at >= bytes.length || bytes[at] > ' ') {
      throw new BadPictureException("has no " + what + " where it should stand, at byte " + start);
    }
    return value;
  }
}
