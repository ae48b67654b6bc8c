package io.millrace.examples.doorway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Twelve seconds at the door, ten pictures a second. */
final class Story {
  static final int RATE_HZ = 10;

  /**
   * What happens for so many seconds.
   *
   * @param figure whether the camera has somebody in its picture
   * @param motion whether the motion detector is on
   * @param light 1 by day
   */
  record Act(double seconds, String what, boolean figure, boolean motion, double light) {
    /** Whether camera and motion detector agree that somebody is there. */
    boolean someone() {
      return figure && motion;
    }
  }

  static final List<Act> ACTS =
      List.of(
          new Act(2, "nobody", false, false, 1),
          new Act(2, "warm air sets off the motion detector", false, true, 1),
          new Act(2, "a figure passes behind glass, which keeps its warmth", true, false, 1),
          new Act(1, "nobody", false, false, 1),
          new Act(3, "somebody comes to the door", true, true, 1),
          new Act(2, "a cloud", false, false, 0.8));

  private Story() {}

  /** Writes a PGM file for each picture into {@code pictures}, and the motion detector as CSV. */
  static void write(Path pictures, Path motion) throws IOException {
    Scene scene = new Scene(3);
    Files.createDirectories(pictures);
    StringBuilder csv = new StringBuilder("motion[1]\n");
    int number = 0;
    for (Act act : ACTS) {
      int count = (int) Math.round(act.seconds() * RATE_HZ);
      double clothes = scene.clothes();
      for (int i = 0; i < count; i++) {
        double x = 4 + 16.0 * i / count; // from one side of the picture to the other
        byte[] levels =
            act.figure() ? scene.withFigure(act.light(), x, clothes) : scene.empty(act.light());
        pgm(pictures.resolve(String.format(Locale.ROOT, "%04d.pgm", number++)), levels);
        csv.append(act.motion() ? "1\n" : "0\n");
      }
    }
    Files.writeString(motion, csv);
  }

  /** What happens in picture {@code number}. */
  static Act at(long number) {
    double end = 0;
    for (Act act : ACTS) {
      end += act.seconds() * RATE_HZ;
      if (number < end) {
        return act;
      }
    }
    return ACTS.getLast();
  }

  private static void pgm(Path file, byte[] levels) throws IOException {
    byte[] header =
        "P5 %d %d 255\n".formatted(Scene.WIDTH, Scene.HEIGHT).getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[header.length + levels.length];
    System.arraycopy(header, 0, all, 0, header.length);
    System.arraycopy(levels, 0, all, header.length, levels.length);
    Files.write(file, all);
  }
}
