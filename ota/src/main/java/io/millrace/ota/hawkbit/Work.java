package io.millrace.ota.hawkbit;

import io.millrace.ota.hawkbit.Feedback.Execution;
import io.millrace.ota.hawkbit.Feedback.Finished;
import io.millrace.ota.hawkbit.HawkbitException.Kind;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** One action while it is installed: its files, its progress, and whether it is still wanted. */
final class Work implements Artifacts, Installer.Progress, BooleanSupplier {
  /** Failures in a row without a byte, after which a download is left for the next round. */
  private static final int MAX_FAILURES = 5;

  private static final long TELL_EVERY_NS = TimeUnit.SECONDS.toNanos(10);
  private static final long ASK_EVERY_NS = TimeUnit.SECONDS.toNanos(10);

  private final HawkbitClient client;
  private final Clock clock;
  private final Deployment deployment;
  private long toldNs;
  private long askedNs;
  private boolean cancelled;
  private boolean closedByServer;

  Work(HawkbitClient client, Clock clock, Deployment deployment) {
    this.client = client;
    this.clock = clock;
    this.deployment = deployment;
    toldNs = clock.nanoTime();
    askedNs = toldNs;
  }

  String action() {
    return deployment.id();
  }

  boolean isCancelled() {
    return cancelled;
  }

  boolean isClosedByServer() {
    return closedByServer;
  }

  @Override
  public List<Artifact> all() {
    return deployment.artifacts();
  }

  @Override
  public boolean forced() {
    return deployment.update() == Deployment.Handling.FORCED;
  }

  @Override
  public InputStream open(String name, long offset) throws IOException, InterruptedException {
    Artifact artifact =
        deployment.artifacts().stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(
                () -> new IllegalArgumentException("the action has no artifact called " + name));
    return new ResumingStream(at -> client.download(artifact, at), offset, new Patience());
  }

  @Override
  public void report(String what, long done, long total) {
    if (clock.nanoTime() - toldNs < TELL_EVERY_NS) {
      return;
    }
    toldNs = clock.nanoTime();
    int percent = total > 0 ? (int) Math.clamp(done * 100.0 / total, 0, 100) : 0;
    Feedback feedback =
        new Feedback(
            Execution.PROCEEDING, Finished.NONE, percent, total > 0 ? 100 : 0, List.of(what));
    try {
      client.feedback(action(), feedback);
    } catch (HawkbitException e) {
      closedByServer |= e.kind() == Kind.CLOSED;
      cancelled |= closedByServer;
    } catch (IOException unimportant) {
      // progress is for people to look at; the outcome is what counts
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the server wants the action given up; asks it at most every few seconds. */
  @Override
  public boolean getAsBoolean() {
    if (cancelled || clock.nanoTime() - askedNs < ASK_EVERY_NS) {
      return cancelled;
    }
    askedNs = clock.nanoTime();
    try {
      Poll poll = client.poll();
      cancelled =
          poll.cancel().isPresent() && client.cancelled(poll.cancel().get()).equals(action());
    } catch (IOException unanswered) {
      // asked again later; without an answer the action goes on
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return cancelled;
  }

  private final class Patience implements ResumingStream.Patience {
    @Override
    public void await(HawkbitException failure, int attempt)
        throws IOException, InterruptedException {
      if (!failure.isPassing() || attempt > MAX_FAILURES) {
        throw failure;
      }
      HawkbitConfig.Limits limits = client.config().limits();
      long waitMs = Math.min(limits.backoffMaxMs(), limits.backoffMinMs() << (attempt - 1));
      clock.sleep(
          TimeUnit.MILLISECONDS.toNanos(Math.max(waitMs, failure.retryAfterMs().orElse(0))));
    }

    @Override
    public void requireWanted() throws IOException {
      if (getAsBoolean()) {
        throw new GivenUpException(action());
      }
    }
  }
}
