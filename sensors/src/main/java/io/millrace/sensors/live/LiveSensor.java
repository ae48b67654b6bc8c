package io.millrace.sensors.live;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.Sensor;
import java.io.IOException;

/**
 * A sensor that captures in a thread of its own. The first read starts it, so that nothing is lost
 * before somebody reads.
 */
public final class LiveSensor implements Sensor {
  private static final long STOP_TIMEOUT_MS = 5_000;

  private final SampleRing ring;
  private final Capture capture;
  private final Thread thread;
  private boolean started;
  private volatile boolean closed;

  /** A sensor whose samples {@code capture} puts into {@code ring}. */
  public LiveSensor(SampleRing ring, Capture capture) {
    this.ring = ring;
    this.capture = capture;
    thread =
        Thread.ofPlatform()
            .daemon()
            .name("millrace-capture " + ring.format().source())
            .unstarted(this::capture);
  }

  private void capture() {
    try {
      capture.run(ring);
      ring.end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the sensor is being closed
      ring.end();
    } catch (IOException e) {
      ring.fail(e);
    } catch (RuntimeException e) {
      ring.fail(new IOException(ring.format().source() + ": " + e, e));
    }
  }

  @Override
  public SampleFormat format() {
    return ring.format();
  }

  @Override
  public int read(SampleBlock block) throws IOException, InterruptedException {
    if (closed) {
      throw new IOException(format().source() + " is closed");
    }
    start();
    return ring.read(block);
  }

  /**
   * Starts to capture, for whoever takes the samples out of the ring; a second call does nothing.
   */
  public void start() {
    if (!started) {
      started = true;
      thread.start();
    }
  }

  @Override
  public long overruns() {
    return ring.overruns();
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    capture.stop();
    thread.interrupt();
    boolean interrupted = false;
    try {
      thread.join(STOP_TIMEOUT_MS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    } else if (thread.isAlive()) {
      throw new IOException(
          format().source() + " still captures " + STOP_TIMEOUT_MS + " ms after it was stopped");
    }
  }
}
