package io.millrace.ota.hawkbit;

import io.millrace.ota.hawkbit.HawkbitException.Kind;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * A response's bytes as they come, at most one part ahead of the reader, who waits no longer; each
 * part is counted when it comes, read or not.
 */
final class Body implements HttpResponse.BodySubscriber<Body>, AutoCloseable {
  private sealed interface Event {
    record Parts(List<ByteBuffer> buffers) implements Event {}

    record Failed(Throwable cause) implements Event {}

    record End() implements Event {}
  }

  private final LongConsumer counter;
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private volatile Flow.Subscription subscription;
  private Iterator<ByteBuffer> parts = List.<ByteBuffer>of().iterator();
  private ByteBuffer current = ByteBuffer.allocate(0);
  private Event last;

  /** {@code counter} gets the bytes of each part. */
  Body(LongConsumer counter) {
    this.counter = counter;
  }

  @Override
  public CompletionStage<Body> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    counter.accept(buffers.stream().mapToLong(ByteBuffer::remaining).sum());
    events.add(new Event.Parts(buffers));
  }

  @Override
  public void onError(Throwable cause) {
    events.add(new Event.Failed(cause));
  }

  @Override
  public void onComplete() {
    events.add(new Event.End());
  }

  /**
   * Reads what is there, at least one byte.
   *
   * @param waitNs longest wait for the next byte
   * @return bytes read, -1 at the end
   */
  int read(byte[] into, int offset, int length, long waitNs)
      throws IOException, InterruptedException {
    if (length == 0) {
      return 0;
    }
    long deadlineNs = System.nanoTime() + waitNs;
    while (!current.hasRemaining()) {
      if (parts.hasNext()) {
        current = parts.next();
        continue;
      }
      if (last == null) {
        Event event = events.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (event == null) {
          throw new HawkbitException(
              Kind.TIMED_OUT, "the server sent nothing more for " + waitNs / 1_000_000 + " ms");
        }
        if (event instanceof Event.Parts more) {
          parts = more.buffers().iterator();
          subscription.request(1);
          continue;
        }
        last = event;
      }
      if (last instanceof Event.Failed failed) {
        throw new HawkbitException(
            Kind.UNREACHABLE,
            "the connection broke within an answer: " + failed.cause(),
            -1,
            failed.cause());
      }
      return -1;
    }
    int count = Math.min(length, current.remaining());
    current.get(into, offset, count);
    return count;
  }

  @Override
  public void close() {
    Flow.Subscription open = subscription;
    if (open != null) {
      open.cancel();
    }
  }
}
