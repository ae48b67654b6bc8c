package io.millrace.sensors.camera;

import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.SensorFileException;
import io.millrace.sensors.replay.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The pictures of a folder ({@code .png}, {@code .jpg}, {@code .pgm}, {@code .ppm}) in the order of
 * their names, as a recording. They may be of different sizes. Reading a picture takes memory for
 * it; nothing else does.
 */
public final class PictureFolder implements Recording {
  private static final String JPEG = ".*\\.(jpg|jpeg)";

  private final List<Path> files;
  private final PictureSettings settings;
  private final SampleFormat format;
  private FrameScaler scaler;
  private String scalerIsFor = "";
  private int next;

  private PictureFolder(Path folder, List<Path> files, PictureSettings settings, double rateHz) {
    this.files = files;
    this.settings = settings;
    format = settings.samples(folder.getFileName().toString(), rateHz);
  }

  /**
   * Lists the pictures of {@code folder}.
   *
   * @param rateHz pictures a second
   * @throws SensorFileException if there are none, or some are JPEG and this Java cannot read it
   */
  public static PictureFolder open(Path folder, PictureSettings settings, double rateHz)
      throws IOException {
    return open(folder, settings, rateHz, JpegPicture.isReadable());
  }

  static PictureFolder open(
      Path folder, PictureSettings settings, double rateHz, boolean jpegIsReadable)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new SensorFileException(folder, "is not a folder");
    }
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> files = all.filter(PictureFolder::isPicture).sorted().toList();
      if (files.isEmpty()) {
        throw new SensorFileException(folder, "holds no picture (.png, .jpg, .pgm or .ppm)");
      }
      for (Path file : files) {
        if (!jpegIsReadable && name(file).matches(JPEG)) {
          throw new SensorFileException(file, "cannot be read: " + JpegPicture.ADVICE);
        }
      }
      return new PictureFolder(folder, files, settings, rateHz);
    }
  }

  private static boolean isPicture(Path file) {
    return name(file).matches(".*\\.(png|pgm|ppm)") || name(file).matches(JPEG);
  }

  private static String name(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT);
  }

  @Override
  public SampleFormat format() {
    return format;
  }

  @Override
  public int read(float[] into, int offset, int maxSamples) throws IOException {
    if (next == files.size()) {
      return -1;
    }
    Picture picture = Picture.read(files.get(next));
    scalerFor(picture).scale(picture.pixels(), 0, into, offset);
    next++;
    return 1;
  }

  private FrameScaler scalerFor(Picture picture) {
    String of = picture.format() + " " + picture.width() + " " + picture.height();
    if (!of.equals(scalerIsFor)) {
      scaler = new FrameScaler(picture.format(), picture.width(), picture.height(), settings);
      scalerIsFor = of;
    }
    return scaler;
  }

  @Override
  public long missingBefore() {
    return 0;
  }

  @Override
  public void rewind() {
    next = 0;
  }

  @Override
  public void close() {
    // no file stays open
  }
}
