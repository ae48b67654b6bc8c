package io.millrace.sensors.camera;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.camera.PictureSettings.Colours;
import io.millrace.sensors.camera.PictureSettings.Range;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.live.Backoff;
import io.millrace.sensors.live.LiveSensor;
import io.millrace.sensors.live.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CameraCaptureTest {
  private static final PictureSettings SMALL =
      new PictureSettings(4, 2, Colours.GRAY, Range.LIMITED);

  @TempDir Path folder;

  private final List<Exception> errors = Collections.synchronizedList(new ArrayList<>());

  private LiveSensor camera(List<String> command, double rateHz, boolean strict) {
    return new CameraCapture(
            command, RawFormat.GRAY, 4, 2, rateHz, strict, SMALL, 1, new Backoff(1, 2, 3))
        .open(Clock.system(), errors::add);
  }

  @Test
  void shouldKeepTheLatestPictureAndCountTheOthers() throws Exception {
    Path all = folder.resolve("all");
    Files.writeString(all, "aaaaaaaabbbbbbbbccccccccdddddddd");
    Path written = folder.resolve("written");
    Path more = folder.resolve("more");
    String script =
        Programs.script(
            folder,
            "camera",
            "head -c 8 %s; while ! [ -e %s ]; do sleep 0.01; done; cat %s; touch %s; exec sleep 60"
                .formatted(all, more, all, written));
    try (LiveSensor sensor = camera(List.of(script), 1000, false)) {
      SampleBlock block = new SampleBlock(new float[16], sensor.format());
      assertEquals(1, sensor.read(block));
      assertEquals('a', block.values()[0]);
      Files.createFile(more);
      while (sensor.overruns() < 3) {
        Thread.onSpinWait();
      }
      block.aim(0, 2);
      assertEquals(1, sensor.read(block));
      assertEquals('d', block.values()[7]);
      assertTrue(block.missingBefore() >= 3, "lost pictures are a gap");
    }
  }

  @Test
  void shouldSayThatAStreamEndsWithinAFrame() throws Exception {
    String script = Programs.script(folder, "short", "printf abcde");
    try (LiveSensor sensor = camera(List.of(script), 10, true)) {
      SampleBlock block = new SampleBlock(new float[8], sensor.format());
      IOException e = assertThrows(IOException.class, () -> sensor.read(block));
      assertTrue(e.getMessage().contains("5 of 8 bytes"), e.getMessage());
    }
  }

  @Test
  void shouldDoubtASizeThatMakesFramesComeTooFast() throws Exception {
    String script = Programs.script(folder, "fast", "exec head -c 80000 /dev/zero");
    try (LiveSensor sensor = camera(List.of(script), 10, true)) {
      SampleBlock block = new SampleBlock(new float[8], sensor.format());
      long seen = 0;
      while (errors.isEmpty()) {
        block.aim(0, 1);
        seen += sensor.read(block);
      }
      assertTrue(seen > 0);
      String said = errors.getFirst().getMessage();
      assertTrue(said.contains("is the size right?"), said);
    }
  }

  @Test
  void shouldStartACameraThatDiedAgain() throws Exception {
    String script = Programs.script(folder, "dying", "printf 12345678; echo oops >&2; sleep 0.03");
    try (LiveSensor sensor = camera(List.of(script), 1000, false)) {
      SampleBlock block = new SampleBlock(new float[8], sensor.format());
      sensor.read(block);
      block.aim(0, 1);
      sensor.read(block);
      assertTrue(block.missingBefore() > 0);
      assertTrue(errors.getFirst().getMessage().contains("oops"));
    }
  }

  private static byte[] run(List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    byte[] out = process.getInputStream().readAllBytes();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0);
    return out;
  }

  private static List<String> testPicture(String ffmpeg, String format, String filter) {
    return List.of(
        ffmpeg,
        "-loglevel",
        "error",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=320x240:rate=10:duration=1" + filter,
        "-f",
        "rawvideo",
        "-pix_fmt",
        format,
        "-");
  }

  /** FFmpeg's test picture through the pipe, in each format, beside the same as RGB. */
  @ParameterizedTest
  @EnumSource(RawFormat.class)
  void shouldShowTheSamePictureInEachFormat(RawFormat format) throws Exception {
    String ffmpeg = Programs.installed("ffmpeg", "ffmpeg");
    Colours colours = format == RawFormat.GRAY ? Colours.GRAY : Colours.RGB;
    PictureSettings picture = new PictureSettings(96, 96, colours, Range.LIMITED);
    CameraCapture camera =
        new CameraCapture(
            testPicture(ffmpeg, format.word(), ""),
            format,
            320,
            240,
            10,
            false,
            picture,
            16,
            new Backoff(1, 1, 1));
    float[] first = new float[picture.samples("x", 10).width()];
    try (LiveSensor sensor = camera.open(Clock.system(), errors::add)) {
      SampleBlock block = new SampleBlock(first, sensor.format());
      assertEquals(1, sensor.read(block));
    }
    byte[] raw = run(testPicture(ffmpeg, "rgb24", ""));
    float[] reference = new float[first.length];
    new FrameScaler(RawFormat.RGB24, 320, 240, picture).scale(raw, 0, reference, 0);
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      sum += Math.abs(first[i] - reference[i]);
    }
    double mean = sum / first.length;
    System.out.printf(
        "report: %s beside rgb24 of FFmpeg: mean difference %.2f levels%n", format, mean);
    // FFmpeg interpolates colours; gray of limited video is stretched by it
    assertTrue(
        mean < (format == RawFormat.RGB24 || format == RawFormat.BGR24 ? 0.01 : 4), "" + mean);
  }

  @Test
  void shouldReadPicturesThatFfmpegWrites() throws Exception {
    String ffmpeg = Programs.installed("ffmpeg", "ffmpeg");
    byte[] raw = run(testPicture(ffmpeg, "rgb24", ""));
    for (String file : List.of("b.png", "a.ppm")) {
      run(
          List.of(
              ffmpeg,
              "-loglevel",
              "error",
              "-f",
              "lavfi",
              "-i",
              "testsrc2=size=320x240:rate=10:duration=0.1",
              "-pix_fmt",
              "rgb24",
              folder.resolve(file).toString()));
    }
    Files.writeString(folder.resolve("notes.txt"), "not a picture");
    PictureSettings whole = new PictureSettings(320, 240, Colours.RGB, Range.FULL);
    try (PictureFolder pictures = PictureFolder.open(folder, whole, 2)) {
      float[] one = new float[320 * 240 * 3];
      float[] other = new float[one.length];
      assertEquals(1, pictures.read(one, 0, 5));
      assertEquals(1, pictures.read(other, 0, 5));
      assertEquals(-1, pictures.read(other, 0, 5));
      assertArrayEquals(one, other);
      for (int i = 0; i < one.length; i++) {
        assertEquals(raw[i] & 0xFF, one[i]);
      }
      pictures.rewind();
      assertEquals(1, pictures.read(other, 0, 1));
      assertEquals(2, pictures.format().rateHz());
    }
  }
}
