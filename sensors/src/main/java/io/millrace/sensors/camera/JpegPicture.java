package io.millrace.sensors.camera;

import io.millrace.sensors.camera.Picture.BadPictureException;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * JPEG (ITU-T T.81), grey or YCbCr, by the JDK's own reader in the module {@code java.desktop}.
 * That module is optional: a small runtime is without it, and no class of it is loaded there.
 * Rotation in EXIF data is left out: pixels come as they are stored.
 */
final class JpegPicture {
  /** What to do where there is no reader. */
  static final String ADVICE =
      "JPEG is read only where Java has its module java.desktop: run millrace with a whole JDK, or"
          + " turn the pictures into PNG, such as by ffmpeg -i FILE.jpg FILE.png";

  private JpegPicture() {}

  /** Whether this Java runtime has a reader for JPEG. */
  static boolean isReadable() {
    return ModuleLayer.boot().findModule("java.desktop").isPresent();
  }

  /** Start of image and the marker of whatever comes next (T.81, B.1.1.3 and B.2.1). */
  static boolean isJpeg(byte[] bytes) {
    return bytes.length >= 3
        && bytes[0] == (byte) 0xFF
        && bytes[1] == (byte) 0xD8
        && bytes[2] == (byte) 0xFF;
  }

  static Picture read(byte[] bytes) throws BadPictureException {
    if (!isReadable()) {
      throw new BadPictureException("is a JPEG picture; " + ADVICE);
    }
    return Decoder.read(bytes);
  }

  /** Everything that names a class of {@code java.desktop}. */
  private static final class Decoder {
    static Picture read(byte[] bytes) throws BadPictureException {
      Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
      if (!readers.hasNext()) {
        throw new BadPictureException("is a JPEG picture, and Java's reader is gone; " + ADVICE);
      }
      ImageReader reader = readers.next();
      try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
        reader.setInput(in, true, true);
        Picture.requireSize(reader.getWidth(0), reader.getHeight(0));
        return picture(reader.read(0));
      } catch (IOException | RuntimeException e) {
        throw new BadPictureException("is no JPEG picture that can be read: " + e.getMessage());
      } finally {
        reader.dispose();
      }
    }

    /** The raster's own values: a conversion of colour spaces would change greys. */
    private static Picture picture(BufferedImage image) throws BadPictureException {
      Raster raster = image.getRaster();
      int colours = raster.getNumBands();
      if ((colours != 1 && colours != 3) || raster.getSampleModel().getSampleSize(0) != 8) {
        throw new BadPictureException(
            "has %d colours of %d bits; 1 or 3 of 8 are read"
                .formatted(colours, raster.getSampleModel().getSampleSize(0)));
      }
      int width = raster.getWidth();
      int height = raster.getHeight();
      byte[] pixels = new byte[width * height * colours];
      int[] row = new int[width * colours];
      for (int y = 0; y < height; y++) {
        raster.getPixels(0, y, width, 1, row);
        for (int i = 0; i < row.length; i++) {
          pixels[y * row.length + i] = (byte) row[i];
        }
      }
      RawFormat format = colours == 1 ? RawFormat.GRAY : RawFormat.RGB24;
      return new Picture(width, height, format, pixels);
    }
  }
}
