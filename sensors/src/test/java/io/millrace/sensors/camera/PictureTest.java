package io.millrace.sensors.camera;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sensors.SensorFileException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureTest {
  @TempDir Path folder;

  private Picture read(byte[] bytes) throws IOException {
    return Picture.read(Files.write(folder.resolve("picture"), bytes));
  }

  private void assertRefused(String part, byte[] bytes) {
    SensorFileException e = assertThrows(SensorFileException.class, () -> read(bytes));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] chunk(String type, byte[] data) {
    byte[] name = text(type);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    return ByteBuffer.allocate(12 + data.length)
        .putInt(data.length)
        .put(name)
        .put(data)
        .putInt((int) crc.getValue())
        .array();
  }

  private static byte[] png(int width, int height, int type, int bits, byte[] lines, byte[] more) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put((byte) bits).put((byte) type).put((byte) 0).put((byte) 0).put((byte) 0);
    out.writeBytes(chunk("IHDR", header.array()));
    out.writeBytes(more);
    Deflater deflater = new Deflater();
    deflater.setInput(lines);
    deflater.finish();
    byte[] packed = new byte[lines.length + 100];
    int n = deflater.deflate(packed);
    deflater.end();
    // two chunks, as writers do
    out.writeBytes(chunk("IDAT", java.util.Arrays.copyOf(packed, n / 2)));
    out.writeBytes(chunk("IDAT", java.util.Arrays.copyOfRange(packed, n / 2, n)));
    out.writeBytes(chunk("IEND", new byte[0]));
    return out.toByteArray();
  }

  /** Filters rows of pixels as a writer does, each row with the next of the five filters. */
  private static byte[] filtered(byte[] pixels, int rowBytes, int pixelBytes) {
    int rows = pixels.length / rowBytes;
    ByteBuffer out = ByteBuffer.allocate(rows * (rowBytes + 1));
    for (int y = 0; y < rows; y++) {
      int filter = y % 5;
      out.put((byte) filter);
      for (int i = 0; i < rowBytes; i++) {
        int left = i < pixelBytes ? 0 : pixels[y * rowBytes + i - pixelBytes] & 0xFF;
        int up = y == 0 ? 0 : pixels[(y - 1) * rowBytes + i] & 0xFF;
        int corner =
            y == 0 || i < pixelBytes ? 0 : pixels[(y - 1) * rowBytes + i - pixelBytes] & 0xFF;
        int p = left + up - corner;
        int paeth =
            Math.abs(p - left) <= Math.abs(p - up) && Math.abs(p - left) <= Math.abs(p - corner)
                ? left
                : Math.abs(p - up) <= Math.abs(p - corner) ? up : corner;
        int[] predicted = {0, left, up, (left + up) / 2, paeth};
        out.put((byte) (pixels[y * rowBytes + i] - predicted[filter]));
      }
    }
    return out.array();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 4, 6})
  void shouldReadPngsOfEachKind(int type) throws IOException {
    int pixelBytes = new int[] {1, 0, 3, 0, 2, 0, 4}[type];
    byte[] pixels = new byte[9 * 11 * pixelBytes];
    new Random(type).nextBytes(pixels);
    Picture picture =
        read(png(9, 11, type, 8, filtered(pixels, 9 * pixelBytes, pixelBytes), new byte[0]));
    boolean grey = type == 0 || type == 4;
    assertEquals(grey ? RawFormat.GRAY : RawFormat.RGB24, picture.format());
    int kept = grey ? 1 : 3;
    for (int p = 0; p < 99; p++) {
      for (int c = 0; c < kept; c++) {
        assertEquals(pixels[p * pixelBytes + c], picture.pixels()[p * kept + c]);
      }
    }
  }

  @Test
  void shouldReadAPalette() throws IOException {
    byte[] palette = chunk("PLTE", new byte[] {1, 2, 3, 40, 50, 60});
    Picture picture = read(png(2, 1, 3, 8, new byte[] {0, 1, 0}, palette));
    assertArrayEquals(new byte[] {40, 50, 60, 1, 2, 3}, picture.pixels());
    assertRefused("not in its palette", png(2, 1, 3, 8, new byte[] {0, 2, 0}, palette));
  }

  @Test
  void shouldRefuseWhatIsNotRead() {
    byte[] good = png(2, 1, 0, 8, new byte[] {0, 5, 6}, new byte[0]);
    assertRefused("16 bits", png(2, 1, 0, 16, new byte[5], new byte[0]));
    assertRefused("holds 2 bytes", png(2, 1, 0, 8, new byte[] {0, 5}, new byte[0]));
    assertRefused("filter 9", png(2, 1, 0, 8, new byte[] {9, 5, 6}, new byte[0]));
    assertRefused("pixels", png(100_000, 100_000, 0, 8, new byte[5], new byte[0]));
    byte[] flipped = good.clone();
    flipped[good.length - 20] ^= 1;
    assertRefused("checksum", flipped);
    assertRefused("ends before", java.util.Arrays.copyOf(good, good.length - 12));
    assertRefused("is no JPEG picture that can", text("\u00FF\u00D8\u00FF\u00E0 JFIF"));
    assertRefused("neither PNG", new byte[0]);
  }

  /** A slope of greys or colours, which loses little as JPEG. */
  private static BufferedImage slope(int kind) {
    BufferedImage image = new BufferedImage(24, 16, kind);
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 24; x++) {
        int[] pixel = {40 + 4 * x, 60 + 6 * y, 200 - 3 * x};
        image.getRaster().setPixel(x, y, pixel); // grey takes the first
      }
    }
    return image;
  }

  private static byte[] written(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    ImageWriteParam how = writer.getDefaultWriteParam();
    if (format.equals("jpeg")) {
      how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      how.setCompressionQuality(1);
    }
    try (ImageOutputStream to = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(to);
      writer.write(null, new IIOImage(image, null, null), how);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({"jpeg, 1, 2", "jpeg, 3, 6", "png, 1, 0", "png, 3, 0"})
  void shouldReadWhatAnotherProgramWrote(String format, int colours, int tolerance)
      throws IOException {
    BufferedImage image =
        slope(colours == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    Picture picture = read(written(image, format));

    assertEquals(24, picture.width());
    assertEquals(16, picture.height());
    assertEquals(colours == 1 ? RawFormat.GRAY : RawFormat.RGB24, picture.format());
    int[] expected = image.getRaster().getPixels(0, 0, 24, 16, (int[]) null);
    for (int i = 0; i < expected.length; i++) {
      // JPEG at its best halves the colours' resolution and rounds each coefficient
      assertEquals(expected[i], picture.pixels()[i] & 0xFF, tolerance, "value " + i);
    }
  }

  @Test
  void shouldReadAFolderOfMixedPictures() throws IOException {
    Files.write(folder.resolve("1.JPG"), written(slope(BufferedImage.TYPE_BYTE_GRAY), "jpeg"));
    Files.write(folder.resolve("2.jpeg"), written(slope(BufferedImage.TYPE_3BYTE_BGR), "jpeg"));
    Files.write(folder.resolve("3.png"), written(slope(BufferedImage.TYPE_BYTE_GRAY), "png"));
    PictureSettings settings =
        new PictureSettings(24, 16, PictureSettings.Colours.GRAY, PictureSettings.Range.LIMITED);
    float[] into = new float[24 * 16];
    try (PictureFolder pictures = PictureFolder.open(folder, settings, 1)) {
      for (int i = 0; i < 3; i++) {
        assertEquals(1, pictures.read(into, 0, 1));
      }
      assertEquals(40, into[0]);
      assertEquals(-1, pictures.read(into, 0, 1));
    }
  }

  @Test
  void shouldSayWhatToDoWhereJpegCannotBeRead() throws IOException {
    Files.write(folder.resolve("1.png"), written(slope(BufferedImage.TYPE_BYTE_GRAY), "png"));
    Files.write(folder.resolve("2.jpg"), written(slope(BufferedImage.TYPE_BYTE_GRAY), "jpeg"));
    PictureSettings settings =
        new PictureSettings(8, 8, PictureSettings.Colours.GRAY, PictureSettings.Range.LIMITED);
    SensorFileException e =
        assertThrows(
            SensorFileException.class, () -> PictureFolder.open(folder, settings, 1, false));
    assertTrue(e.getMessage().contains("2.jpg"), e.getMessage());
    assertTrue(e.getMessage().contains("run millrace with a whole JDK"), e.getMessage());
    assertTrue(e.getMessage().contains("ffmpeg -i FILE.jpg FILE.png"), e.getMessage());
  }

  /** Whatever the bytes are, the answer is a picture or a clear refusal. */
  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg"})
  void shouldSurviveAnyBytes(String format) throws IOException {
    byte[] good = written(slope(BufferedImage.TYPE_3BYTE_BGR), format);
    Random random = new Random(8);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = java.util.Arrays.copyOf(good, 1 + random.nextInt(good.length));
      for (int k = random.nextInt(4); k > 0; k--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        read(bytes);
      } catch (SensorFileException refused) {
        assertTrue(refused.getMessage().length() > 10);
      }
    }
  }

  @Test
  void shouldReadNetpbm() throws IOException {
    Picture ppm = read(text("P6 # a comment\n2 1\n255\nabcdef"));
    assertEquals(RawFormat.RGB24, ppm.format());
    assertArrayEquals(text("abcdef"), ppm.pixels());
    Picture pgm = read(text("P5\n3 1\n15\n\u0000\u000F\u0007"));
    assertArrayEquals(new byte[] {0, (byte) 255, 119}, pgm.pixels());
    assertRefused("ends after 2 of 3", text("P5\n3 1\n255\nab"));
    assertRefused("levels up to 65535", text("P5\n3 1\n65535\nabcdef"));
    assertRefused("no height", text("P5\n3 x"));
    assertRefused("no width", text("P6"));
  }
}
