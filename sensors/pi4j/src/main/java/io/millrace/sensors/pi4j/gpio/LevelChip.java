package io.millrace.sensors.pi4j.gpio;

import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.gpio.digital.DigitalStateChangeListener;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.SampleFormat.Channel;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.settings.LevelSettings;
import io.millrace.sensors.pi4j.stream.PolledChip;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A motion detector, a button, a contact. Two channels: the level, 1 for on, once it has held for
 * the debounce time; and how often the thing went on since the last sample, by the line's own
 * events, so that what was shorter than the sampling period is not missed.
 */
public final class LevelChip implements PolledChip {
  private final DigitalInput input;
  private final Runnable release;
  private final Clock clock;
  private final SampleFormat format;
  private final long debounceNs;
  private final boolean activeLow;
  private final String where;
  private final AtomicInteger edges = new AtomicInteger();
  private final DigitalStateChangeListener listener = event -> edge(isOn(event.state()));
  private boolean level;
  private boolean candidate;
  private long candidateSinceNs;

  // of the listener's thread; a bouncing contact is one edge
  private boolean edgeSeen;
  private long edgeNs;

  /** {@code release} frees {@code input} when this is closed. */
  public LevelChip(DigitalInput input, LevelSettings settings, Clock clock, Runnable release) {
    this.input = input;
    this.release = release;
    this.clock = clock;
    this.debounceNs = settings.debounceMs() * 1_000_000;
    this.activeLow = settings.activeLow();
    this.where = settings.source();
    this.format =
        new SampleFormat(
            settings.source(),
            List.of(new Channel("level", "1", 1), new Channel("edges", "1", 1)),
            settings.rateHz());
  }

  @Override
  public SampleFormat format() {
    return format;
  }

  @Override
  public void start() throws IOException {
    input.removeListener(listener);
    input.addListener(listener);
    level = read();
    candidate = level;
    candidateSinceNs = clock.nanoTime();
  }

  @Override
  public void sample(float[] into, int offset) throws IOException {
    boolean now = read();
    long ns = clock.nanoTime();
    if (now != candidate) {
      candidate = now;
      candidateSinceNs = ns;
    }
    if (ns - candidateSinceNs >= debounceNs) {
      level = candidate;
    }
    into[offset] = level ? 1 : 0;
    into[offset + 1] = edges.getAndSet(0);
  }

  private boolean read() throws IOException {
    DigitalState state;
    try {
      state = input.state();
    } catch (RuntimeException e) {
      throw new IOException(where + ": the line could not be read: " + e.getMessage(), e);
    }
    return isOn(state);
  }

  private boolean isOn(DigitalState state) {
    return state == DigitalState.HIGH != activeLow;
  }

  private synchronized void edge(boolean on) {
    long ns = clock.nanoTime();
    if (on && (!edgeSeen || ns - edgeNs >= debounceNs)) {
      edges.incrementAndGet();
    }
    edgeSeen = true;
    edgeNs = ns;
  }

  @Override
  public void close() {
    input.removeListener(listener);
    release.run();
  }
}
