package io.millrace.sensors.message;

import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.live.Capture;
import io.millrace.sensors.live.LiveSensor;
import io.millrace.sensors.live.SampleRing;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Makes samples of messages. While the topic is silent nothing is given out; the next message says
 * how many samples are missing. A message that does not hold the numbers is an error and a missing
 * sample; one that comes sooner than half a period after the last is passed over and counted.
 */
public final class MessageCapture implements Capture, MessageSource.Receiver {
  private final MessageSource source;
  private final NumberText text;
  private final Clock clock;
  private final Consumer<? super Exception> errors;
  private final SampleRing ring;
  private final NominalTime time;
  private final double[] numbers;
  private final float[] sample;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicLong tooSoon = new AtomicLong();
  private final AtomicLong bad = new AtomicLong();
  private long missing;
  private volatile IOException failure;

  private MessageCapture(
      MessageSource source,
      NumberText text,
      SampleRing ring,
      Clock clock,
      Consumer<? super Exception> errors) {
    this.source = source;
    this.text = text;
    this.ring = ring;
    this.clock = clock;
    this.errors = errors;
    time = new NominalTime(ring.format().rateHz());
    numbers = new double[ring.format().width()];
    sample = new float[numbers.length];
  }

  /**
   * A sensor over the messages of {@code source}.
   *
   * @param format as many values as {@code text} takes out of a message, at the nominal rate
   * @param bufferSamples how many samples wait for a late reader
   * @param errors gets every message that does not hold the numbers
   */
  public static LiveSensor open(
      MessageSource source,
      NumberText text,
      SampleFormat format,
      int bufferSamples,
      Clock clock,
      Consumer<? super Exception> errors) {
    SampleRing ring = new SampleRing(format, bufferSamples, SampleRing.WhenFull.LOSE_NEWEST);
    return new LiveSensor(ring, new MessageCapture(source, text, ring, clock, errors));
  }

  @Override
  public void run(SampleRing ring) throws IOException, InterruptedException {
    AutoCloseable subscription = source.subscribe(this);
    try {
      stopped.await();
    } finally {
      end(subscription);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void end(AutoCloseable subscription) throws IOException {
    try {
      subscription.close();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new IOException(source.name() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized void message(byte[] payload) {
    long places = time.place(clock.nanoTime());
    if (places == 0) {
      tooSoon.incrementAndGet();
      return;
    }
    Optional<String> problem = text.read(payload, numbers);
    if (problem.isPresent()) {
      missing += places;
      bad.incrementAndGet();
      errors.accept(
          new IOException(
              "%s: a message of %d bytes is not understood: %s"
                  .formatted(source.name(), payload.length, problem.get())));
      return;
    }
    for (int i = 0; i < sample.length; i++) {
      sample[i] = (float) numbers[i];
    }
    ring.write(sample, 0, 1, time.lastNs(), missing + places - 1);
    missing = 0;
  }

  @Override
  public void failed(IOException cause) {
    failure = cause;
    stopped.countDown();
  }

  @Override
  public void stop() {
    stopped.countDown();
  }

  /** Messages that came sooner than half a period after the last. */
  public long tooSoon() {
    return tooSoon.get();
  }

  /** Messages that did not hold the numbers. */
  public long notUnderstood() {
    return bad.get();
  }
}
