package io.millrace.sensors.audio;

import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.live.ChildCapture;
import io.millrace.sensors.live.SampleRing;
import io.millrace.sensors.live.SteadyTime;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Raw PCM from a pipe. */
final class PcmDecoder implements ChildCapture.Decoder {
  private static final int CHUNKS_PER_SECOND = 100;

  /** What arecord says when the device's buffer ran over (alsa-utils, aplay.c, xrun). */
  private static final Pattern OVERRUN = Pattern.compile("overrun!!! \\(at least ([0-9.]+) ms");

  private final AudioFormat audio;
  private final Clock clock;
  private final SteadyTime time;
  private final byte[] bytes;
  private final float[] values;
  private final AtomicLong saidMissing = new AtomicLong();
  private final SampleFormat format;
  private int held;
  private boolean justStarted;
  private long samples;
  private long endNs;

  PcmDecoder(AudioFormat audio, SampleFormat format, Clock clock) {
    this.audio = audio;
    this.format = format;
    this.clock = clock;
    time = new SteadyTime(audio.rateHz());
    int frames = Math.max(1, audio.rateHz() / CHUNKS_PER_SECOND);
    bytes = new byte[frames * audio.frameBytes()];
    values = new float[frames * audio.channels()];
  }

  @Override
  public void start() {
    held = 0;
    justStarted = true;
    saidMissing.set(0);
    time.restart();
  }

  @Override
  public boolean take(InputStream data, SampleRing ring) throws IOException {
    int read = data.read(bytes, held, bytes.length - held);
    if (read < 0) {
      return false;
    }
    held += read;
    int frames = held / audio.frameBytes();
    if (frames == 0) {
      return true;
    }
    int n = frames * audio.channels();
    int valueBytes = audio.encoding().bytes();
    for (int i = 0; i < n; i++) {
      values[i] = audio.encoding().value(bytes, i * valueBytes);
    }
    long missing = saidMissing.getAndSet(0);
    time.missing(missing);
    long firstNs = time.firstNs(frames, clock.nanoTime());
    if (justStarted && samples > 0) {
      missing = Math.max(0, Math.round((firstNs - endNs) * format.rateHz() / 1e9));
    }
    justStarted = false;
    ring.write(values, 0, frames, firstNs, missing);
    samples += frames;
    endNs = firstNs + format.spanNs(frames);
    int used = frames * audio.frameBytes();
    System.arraycopy(bytes, used, bytes, 0, held - used);
    held -= used;
    return true;
  }

  @Override
  public void said(String line) {
    Matcher overrun = OVERRUN.matcher(line);
    if (overrun.find()) {
      double ms = Double.parseDouble(overrun.group(1));
      saidMissing.addAndGet(Math.max(1, Math.round(ms / 1e3 * format.rateHz())));
    }
  }

  @Override
  public long samples() {
    return samples;
  }
}
