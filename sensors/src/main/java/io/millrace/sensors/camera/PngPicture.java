package io.millrace.sensors.camera;

import io.millrace.sensors.camera.Picture.BadPictureException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * PNG (ISO/IEC 15948) of 8 bits a value, not interlaced: grey, grey with alpha, RGB, RGBA and
 * palette. Alpha is left out: what is transparent shows its own colour.
 */
final class PngPicture {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  private static final int IHDR = 0x49484452;
  private static final int PLTE = 0x504C5445;
  private static final int IDAT = 0x49444154;
  private static final int IEND = 0x49454E44;

  private static final int GREY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int GREY_ALPHA = 4;
  private static final int RGBA = 6;

  private int width;
  private int height;
  private int kind = -1;
  private int pixelBytes;
  private byte[] palette = new byte[0];
  private byte[] lines;
  private int inflated;

  private PngPicture() {}

  static boolean isPng(byte[] bytes) {
    return bytes.length >= 8 && java.util.Arrays.equals(bytes, 0, 8, SIGNATURE, 0, 8);
  }

  static Picture read(byte[] bytes) throws BadPictureException {
    PngPicture png = new PngPicture();
    Inflater inflater = new Inflater();
    try {
      png.readChunks(bytes, inflater);
    } catch (DataFormatException e) {
      throw new BadPictureException("is broken: its pixels do not inflate, " + e.getMessage());
    } finally {
      inflater.end();
    }
    return png.picture();
  }

  private void readChunks(byte[] bytes, Inflater inflater)
      throws BadPictureException, DataFormatException {
    ByteBuffer in = ByteBuffer.wrap(bytes).position(8);
    CRC32 crc = new CRC32();
    while (true) {
      if (in.remaining() < 12) {
        throw new BadPictureException("ends before its end chunk (IEND)");
      }
      int length = in.getInt();
      int at = in.position();
      if (length < 0 || length > in.remaining() - 8) {
        throw new BadPictureException(
            "chunk at byte %d says %d bytes, %d are left"
                .formatted(at - 4, length, in.remaining() - 8));
      }
      crc.reset();
      crc.update(bytes, at, 4 + length);
      int type = in.getInt();
      if ((int) crc.getValue() != in.getInt(at + 4 + length)) {
        throw new BadPictureException("chunk at byte " + (at - 4) + " has a wrong checksum");
      }
      switch (type) {
        case IHDR -> header(in, length);
        case PLTE -> {
          palette = new byte[length];
          in.get(at + 4, palette);
        }
        case IDAT -> inflate(bytes, at + 4, length, inflater);
        case IEND -> {
          return;
        }
        default -> {
          // a chunk that pixels do not need
        }
      }
      in.position(at + 4 + length + 4);
    }
  }

  private void header(ByteBuffer in, int length) throws BadPictureException {
    if (kind >= 0 || length != 13) {
      throw new BadPictureException("must have one header chunk (IHDR) of 13 bytes");
    }
    width = in.getInt();
    height = in.getInt();
    int bits = in.get();
    kind = in.get();
    int compression = in.get();
    int filter = in.get();
    int interlace = in.get();
    Picture.requireSize(width, height);
    pixelBytes =
        switch (kind) {
          case GREY, PALETTE -> 1;
          case GREY_ALPHA -> 2;
          case RGB -> 3;
          case RGBA -> 4;
          default -> 0;
        };
    if (pixelBytes == 0 || bits != 8 || compression != 0 || filter != 0 || interlace != 0) {
      throw new BadPictureException(
          "is a PNG of colour type %d, %d bits, interlace %d; 8 bits without interlace are read"
              .formatted(kind, bits, interlace));
    }
    lines = new byte[height * (1 + width * pixelBytes)];
  }

  private void inflate(byte[] bytes, int at, int length, Inflater inflater)
      throws BadPictureException, DataFormatException {
    if (kind < 0) {
      throw new BadPictureException("has pixels (IDAT) before its header (IHDR)");
    }
    inflater.setInput(bytes, at, length);
    while (inflated < lines.length) {
      int n = inflater.inflate(lines, inflated, lines.length - inflated);
      if (n == 0) {
        return;
      }
      inflated += n;
    }
  }

  private Picture picture() throws BadPictureException {
    if (kind < 0 || inflated < lines.length) {
      throw new BadPictureException(
          "holds %d bytes of pixels, its size needs %d"
              .formatted(inflated, lines == null ? 0 : lines.length));
    }
    unfilter();
    boolean grey = kind == GREY || kind == GREY_ALPHA;
    byte[] pixels = new byte[width * height * (grey ? 1 : 3)];
    int to = 0;
    for (int y = 0; y < height; y++) {
      int line = y * (1 + width * pixelBytes) + 1;
      for (int x = 0; x < width; x++) {
        int from = line + x * pixelBytes;
        if (grey) {
          pixels[to++] = lines[from];
        } else {
          byte[] source = kind == PALETTE ? palette : lines;
          int colour = kind == PALETTE ? 3 * (lines[from] & 0xFF) : from;
          if (colour + 3 > source.length) {
            throw new BadPictureException("pixel %d, %d is not in its palette".formatted(x, y));
          }
          System.arraycopy(source, colour, pixels, to, 3);
          to += 3;
        }
      }
    }
    return new Picture(width, height, grey ? RawFormat.GRAY : RawFormat.RGB24, pixels);
  }

  /** Undoes the filters, ISO/IEC 15948 section 9. */
  private void unfilter() throws BadPictureException {
    int stride = 1 + width * pixelBytes;
    for (int y = 0; y < height; y++) {
      int line = y * stride + 1;
      int filter = lines[line - 1];
      if (filter < 0 || filter > 4) {
        throw new BadPictureException("row " + y + " has filter " + filter + ", 0 to 4 exist");
      }
      for (int i = 0; i < stride - 1; i++) {
        int left = i < pixelBytes ? 0 : lines[line + i - pixelBytes] & 0xFF;
        int up = y == 0 ? 0 : lines[line + i - stride] & 0xFF;
        int corner = y == 0 || i < pixelBytes ? 0 : lines[line + i - stride - pixelBytes] & 0xFF;
        int predicted =
            switch (filter) {
              case 1 -> left;
              case 2 -> up;
              case 3 -> (left + up) / 2;
              case 4 -> paeth(left, up, corner);
              default -> 0;
            };
        lines[line + i] += (byte) predicted;
      }
    }
  }

  private static int paeth(int left, int up, int corner) {
    int p = left + up - corner;
    int byLeft = Math.abs(p - left);
    int byUp = Math.abs(p - up);
    int byCorner = Math.abs(p - corner);
    if (byLeft <= byUp && byLeft <= byCorner) {
      return left;
    }
    return byUp <= byCorner ? up : corner;
  }
}
