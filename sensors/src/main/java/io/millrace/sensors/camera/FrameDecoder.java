package io.millrace.sensors.camera;

import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.live.ChildCapture;
import io.millrace.sensors.live.SampleRing;
import java.io.IOException;
import java.io.InputStream;

/**
 * Raw frames from a pipe. A pipe has no marks between frames: a child that writes frames of another
 * size is found out by its rate, since whole frames then come too often or too seldom.
 */
final class FrameDecoder implements ChildCapture.Decoder {
  private static final int JUDGED_FRAMES = 32;

  /** How far the rate may be off before the size of the frames is doubted. */
  private static final double RATE_TOLERANCE = 1.4;

  private final CameraCapture camera;
  private final FrameScaler scaler;
  private final Clock clock;
  private final byte[] frame;
  private final float[] picture;
  private final double rateHz;
  private int held;
  private long samples;
  private long lastNs;
  private long sinceStart;
  private long judgedFromNs;

  FrameDecoder(CameraCapture camera, FrameScaler scaler, double rateHz, Clock clock) {
    this.camera = camera;
    this.scaler = scaler;
    this.rateHz = rateHz;
    this.clock = clock;
    frame = new byte[scaler.frameBytes()];
    picture = new float[scaler.values()];
  }

  @Override
  public void start() {
    held = 0;
    sinceStart = 0;
  }

  @Override
  public boolean take(InputStream data, SampleRing ring) throws IOException {
    int read = data.read(frame, held, frame.length - held);
    if (read < 0) {
      if (held > 0) {
        throw new IOException(
            "the camera's stream ended within a frame, after %d of %d bytes; is it really %s, %d x %d?"
                .formatted(
                    held, frame.length, camera.format().word(), camera.width(), camera.height()));
      }
      return false;
    }
    held += read;
    if (held < frame.length) {
      return true;
    }
    held = 0;
    long nowNs = clock.nanoTime();
    judgeRate(nowNs);
    long missing =
        samples == 0 ? 0 : Math.max(0, Math.round((nowNs - lastNs) * rateHz / 1e9 - 0.25) - 1);
    scaler.scale(frame, 0, picture, 0);
    ring.write(picture, 0, 1, nowNs, missing);
    samples++;
    lastNs = nowNs;
    return true;
  }

  /** Frames that come clearly too fast are of another size than was said. */
  private void judgeRate(long nowNs) throws IOException {
    if (sinceStart++ == 0) {
      judgedFromNs = nowNs;
      return;
    }
    if (sinceStart % JUDGED_FRAMES != 1) {
      return;
    }
    double measuredHz = JUDGED_FRAMES * 1e9 / Math.max(1, nowNs - judgedFromNs);
    judgedFromNs = nowNs;
    if (camera.strictRate() && measuredHz > rateHz * RATE_TOLERANCE) {
      throw new IOException(
          "frames come at %.1f Hz, %s Hz was said; frames of %d x %d %s would be %d bytes: is the size right?"
              .formatted(
                  measuredHz,
                  rateHz,
                  camera.width(),
                  camera.height(),
                  camera.format().word(),
                  frame.length));
    }
  }

  @Override
  public long samples() {
    return samples;
  }
}
