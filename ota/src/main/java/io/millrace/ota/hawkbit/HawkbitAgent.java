package io.millrace.ota.hawkbit;

import io.millrace.node.storage.Folder;
import io.millrace.ota.hawkbit.ActionFile.Phase;
import io.millrace.ota.hawkbit.ActionFile.State;
import io.millrace.ota.hawkbit.Deployment.Handling;
import io.millrace.ota.hawkbit.Deployment.Window;
import io.millrace.ota.hawkbit.Feedback.Execution;
import io.millrace.ota.hawkbit.Feedback.Finished;
import io.millrace.ota.hawkbit.HawkbitException.Kind;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * Polls, tells attributes, carries out actions, gives them up when asked, and says how they ended.
 * For one thread.
 *
 * <p>An action that ended is on disk before the server is told, and is told again until the server
 * has heard it (a repeat is answered with 410, which is as good). An action that was told is never
 * installed again: if the server offers it all the same, it is told again.
 */
public final class HawkbitAgent {
  private final HawkbitClient client;
  private final Installer installer;
  private final Map<String, String> attributes;
  private final ActionFile file;
  private final String device;
  private final Clock clock;
  private final Consumer<? super Exception> errors;
  private final DoubleSupplier random;
  private int failures;
  private String scheduled = "";

  /**
   * An agent; nothing is asked yet.
   *
   * @param attributes what the server is told of the device when it asks
   * @param folder where the action is remembered; this agent's alone
   * @param errors gets every failure; all of them are tried again
   */
  public HawkbitAgent(
      HawkbitClient client,
      Installer installer,
      Map<String, String> attributes,
      Folder folder,
      Clock clock,
      Consumer<? super Exception> errors) {
    this.client = client;
    this.installer = installer;
    this.attributes = Map.copyOf(attributes);
    this.clock = clock;
    this.errors = errors;
    file = new ActionFile(folder);
    device = client.config().device().toString();
    random = () -> ThreadLocalRandom.current().nextDouble();
  }

  /** Goes on until it is interrupted. */
  public void run() throws InterruptedException {
    while (true) {
      long waitMs = cycle();
      clock.sleep(TimeUnit.MILLISECONDS.toNanos(waitMs));
    }
  }

  /**
   * One round: what is left of the last action, one poll, and what it asks for.
   *
   * @return milliseconds until the next
   */
  public long cycle() throws InterruptedException {
    try {
      long waitMs = round();
      failures = 0;
      return waitMs;
    } catch (IOException | RuntimeException e) {
      Thread.sleep(0); // an interrupt that an exception took along ends the agent
      errors.accept(e);
      return backoffMs(e);
    }
  }

  private long backoffMs(Exception failure) {
    HawkbitConfig.Limits limits = limits();
    failures = Math.min(failures + 1, 30);
    long wholeMs = limits.backoffMinMs();
    for (int i = 1; i < failures && wholeMs < limits.backoffMaxMs(); i++) {
      wholeMs = Math.min(limits.backoffMaxMs(), wholeMs * 2);
    }
    long waitMs = wholeMs / 2 + (long) (wholeMs / 2.0 * random.getAsDouble());
    if (failure instanceof HawkbitException known) {
      return Math.max(waitMs, known.retryAfterMs().orElse(0));
    }
    return waitMs;
  }

  private HawkbitConfig.Limits limits() {
    return client.config().limits();
  }

  private long round() throws IOException, InterruptedException {
    Optional<State> state = file.read().filter(each -> each.device().equals(device));
    if (state.isPresent() && state.get().phase() == Phase.FINISHED) {
      tell(state.get());
    }
    Poll poll = client.poll();
    if (poll.configData().isPresent()) {
      client.putConfigData(poll.configData().get(), attributes);
    }
    if (poll.cancel().isPresent()) {
      giveUp(client.cancelled(poll.cancel().get()));
      return limits().minPollMs();
    }
    if (poll.deployment().isPresent()) {
      return carryOut(poll.deployment().get(), poll.sleepMs());
    }
    if (poll.confirmation().isPresent() && client.config().confirmsByItself()) {
      client.confirm(poll.confirmation().get(), "confirmed by the device's settings");
      return limits().minPollMs();
    }
    return poll.sleepMs();
  }

  /** The action is over: says so, and remembers that the server knows. */
  private void tell(State finished) throws IOException, InterruptedException {
    try {
      client.feedback(finished.action(), finished.outcome().orElseThrow());
    } catch (HawkbitException e) {
      // closed or forgotten there: nobody waits for it any more
      if (e.kind() != Kind.CLOSED && e.kind() != Kind.NOT_FOUND) {
        throw e;
      }
    }
    if (finished.phase() != Phase.CLOSED) {
      file.write(new State(device, finished.action(), Phase.CLOSED, finished.outcome()));
    }
  }

  private void finish(String action, Feedback outcome) throws IOException, InterruptedException {
    State finished = new State(device, action, Phase.FINISHED, Optional.of(outcome));
    file.write(finished);
    tell(finished);
  }

  /** The server wants an action given up that is not under way here, or is over. */
  private void giveUp(String action) throws IOException, InterruptedException {
    Optional<State> state = ofAction(action);
    if (state.isPresent() && state.get().installed()) {
      rejectCancel(state.get());
      return;
    }
    Feedback given = Feedback.under(Execution.CANCELED, "given up as asked; nothing was changed");
    if (state.isEmpty() || state.get().phase() == Phase.STARTED) {
      // on disk first: it must not be begun again, whatever the server says next
      file.write(new State(device, action, Phase.CLOSED, Optional.of(given)));
    }
    answerCancel(action, Feedback.closed(true, given.details()));
  }

  private void rejectCancel(State installed) throws IOException, InterruptedException {
    answerCancel(
        installed.action(),
        Feedback.under(Execution.REJECTED, "too late: the action is installed already"));
    tell(installed);
  }

  private void answerCancel(String action, Feedback answer)
      throws IOException, InterruptedException {
    try {
      client.cancelFeedback(action, answer);
    } catch (HawkbitException e) {
      if (e.kind() != Kind.CLOSED && e.kind() != Kind.NOT_FOUND) {
        throw e;
      }
    }
  }

  private Optional<State> ofAction(String action) throws IOException {
    return file.read().filter(each -> each.device().equals(device) && each.action().equals(action));
  }

  private long carryOut(URI link, long sleepMs) throws IOException, InterruptedException {
    Deployment deployment = client.deployment(link);
    String action = deployment.id();
    Optional<State> state = ofAction(action);
    if (state.isPresent() && state.get().phase() != Phase.STARTED) {
      tell(state.get());
      return sleepMs;
    }
    String fault = deployment.fault(limits());
    if (!fault.isEmpty()) {
      finish(action, Feedback.closed(false, List.of(fault)));
      return limits().minPollMs();
    }
    if (deployment.download() == Handling.SKIP
        || deployment.update() == Handling.SKIP
        || deployment.window() == Window.UNAVAILABLE) {
      if (!scheduled.equals(action)) {
        client.feedback(
            action, Feedback.under(Execution.SCHEDULED, "waits until it may be installed"));
        scheduled = action;
      }
      return sleepMs;
    }
    install(deployment, state.isPresent());
    return limits().minPollMs();
  }

  private void install(Deployment deployment, boolean again)
      throws IOException, InterruptedException {
    String action = deployment.id();
    if (!again) {
      file.write(new State(device, action, Phase.STARTED, Optional.empty()));
    }
    Execution begun = again ? Execution.RESUMED : Execution.PROCEEDING;
    Work work = new Work(client, clock, deployment);
    try {
      client.feedback(action, Feedback.under(begun, again ? "begun again" : "begun"));
      Installation installation = installer.install(work, work, work);
      if (installation.outcome() == Installation.Outcome.INSTALLED) {
        installed(work, installation);
      } else if (work.isCancelled()) {
        giveUp(action);
      } else {
        finish(action, Feedback.closed(false, lines(installation)));
      }
    } catch (IOException e) {
      failed(work, e);
    } catch (RuntimeException e) {
      errors.accept(e);
      finish(action, Feedback.closed(false, List.of("the installation failed: " + e)));
    }
  }

  private void installed(Work work, Installation installation)
      throws IOException, InterruptedException {
    String action = work.action();
    Feedback outcome = Feedback.closed(true, lines(installation));
    State finished = new State(device, action, Phase.FINISHED, Optional.of(outcome));
    file.write(finished);
    if (work.isCancelled() && !work.isClosedByServer()) {
      rejectCancel(finished);
    } else {
      tell(finished);
    }
  }

  private static List<String> lines(Installation installation) {
    List<String> lines = new ArrayList<>();
    lines.add(installation.outcome() + ": version " + installation.version());
    lines.addAll(installation.details());
    return lines;
  }

  private void failed(Work work, IOException failure) throws IOException, InterruptedException {
    String action = work.action();
    Optional<State> state = ofAction(action);
    if (state.isPresent() && state.get().phase() != Phase.STARTED) {
      throw failure; // it is over; only telling failed
    }
    Thread.sleep(0);
    Optional<HawkbitException> network = network(failure);
    if (work.isClosedByServer() || network.filter(e -> e.kind() == Kind.CLOSED).isPresent()) {
      Feedback given = Feedback.under(Execution.CANCELED, "the server closed the action");
      file.write(new State(device, action, Phase.CLOSED, Optional.of(given)));
    } else if (work.isCancelled()) {
      giveUp(action);
    } else if (network.filter(e -> e.isPassing() || e.kind() == Kind.REFUSED).isPresent()) {
      throw failure; // the action stays begun, and is taken up after a wait
    } else {
      errors.accept(failure);
      finish(action, Feedback.closed(false, List.of(String.valueOf(failure.getMessage()))));
    }
  }

  private static Optional<HawkbitException> network(Throwable failure) {
    Throwable each = failure;
    for (int depth = 0; each != null && depth < 8; depth++) {
      if (each instanceof HawkbitException found) {
        return Optional.of(found);
      }
      each = each.getCause();
    }
    return Optional.empty();
  }

  /** Whether the outcome of the last action is with the server; for a person to look at. */
  public Optional<String> lastOutcome() throws IOException {
    return file.read()
        .map(state ->
            "action "
                + state.action()
                + " "
                + state.phase()
                + state
                    .outcome()
                    .map(each ->
                        " "
                            + (each.finished() == Finished.NONE
                                ? each.execution()
                                : each.finished()))
                    .orElse(""));
  }
}
