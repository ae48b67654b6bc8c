package io.millrace.sensors.camera;

import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.live.Backoff;
import io.millrace.sensors.live.ChildCapture;
import io.millrace.sensors.live.LiveSensor;
import io.millrace.sensors.live.SampleRing;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Pictures from a child process that writes raw frames one after another, without headers:
 *
 * <pre>
 *   rpicam-vid -n -t 0 --codec yuv420 --width 640 --height 480 --framerate 10 -o -
 *   ffmpeg -loglevel error -f v4l2 -i /dev/video0 -f rawvideo -pix_fmt rgb24 -
 *   v4l2-ctl --stream-mmap --stream-to=-
 * </pre>
 *
 * @param command program and arguments; no shell takes part
 * @param format how the pixels lie
 * @param width pixels of a frame's row
 * @param height rows of a frame
 * @param rateHz frames a second
 * @param strictRate whether frames that come clearly faster are an error: the size must be wrong
 * @param picture what a frame becomes
 * @param bufferFrames how many pictures wait at most; when there are more, the oldest are lost
 * @param backoff how a child that dies is started again
 */
public record CameraCapture(
    List<String> command,
    RawFormat format,
    int width,
    int height,
    double rateHz,
    boolean strictRate,
    PictureSettings picture,
    int bufferFrames,
    Backoff backoff) {
  public CameraCapture {
    command = List.copyOf(command);
    Objects.requireNonNull(picture);
    Objects.requireNonNull(backoff);
    format.frameBytes(width, height);
  }

  /** One picture waits at most. */
  public static CameraCapture of(
      List<String> command,
      RawFormat format,
      int width,
      int height,
      double rateHz,
      PictureSettings picture) {
    return new CameraCapture(
        command, format, width, height, rateHz, true, picture, 1, Backoff.DEFAULT);
  }

  /**
   * A sensor that takes pictures.
   *
   * @param errors gets every death of the child that it is started again after
   */
  public LiveSensor open(Clock clock, Consumer<? super Exception> errors) {
    FrameScaler scaler = new FrameScaler(format, width, height, picture);
    SampleFormat samples = picture.samples("camera " + command.getFirst(), rateHz);
    SampleRing ring = new SampleRing(samples, bufferFrames, SampleRing.WhenFull.LOSE_OLDEST);
    FrameDecoder decoder = new FrameDecoder(this, scaler, rateHz, clock);
    return new LiveSensor(ring, new ChildCapture(command, decoder, backoff, clock, errors));
  }
}
