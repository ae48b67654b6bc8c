package io.millrace.node.pipeline;

import io.millrace.engine.Executor;
import io.millrace.node.admission.Admission;
import io.millrace.node.admission.AdmissionController;
import io.millrace.node.admission.AdmissionSettings;
import io.millrace.node.admission.Plan;
import io.millrace.node.alert.AlertSink;
import io.millrace.node.budget.Instruments;
import io.millrace.node.budget.Ledger;
import io.millrace.node.budget.RadioPrice;
import io.millrace.node.cloud.CloudConfig;
import io.millrace.node.cloud.CloudInference;
import io.millrace.node.cloud.OipCloudInference;
import io.millrace.node.mqtt.MqttAlertSink;
import io.millrace.node.report.NodeStates;
import io.millrace.node.uplink.Uplink;
import io.millrace.node.window.Window;
import io.millrace.node.window.WindowCutter;
import io.millrace.program.BadProgramException;
import io.millrace.program.Program;
import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.Sensor;
import io.millrace.sensors.clock.Clock;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A node that runs one pipeline.
 *
 * <p>With the machine's clock, one thread reads the sensor and the caller of {@link #run} works on
 * the windows; a bounded set of windows goes round between them. With any other clock, which moves
 * only as somebody waits on it, the caller does both in turn.
 *
 * <pre>{@code
 * try (Node node = Node.open(pipeline, parts)) {
 *   System.out.print(node.run().text());
 * }
 * }</pre>
 */
public final class Node implements AutoCloseable {
  private static final int WINDOWS_BETWEEN_THREADS = 4;

  /** The instruments are looked at though no window comes. */
  private static final long LOOK_MS = NodeHealth.EVERY_NS / 1_000_000;

  /** How long windows that wait are waited for once the stream has ended. */
  private static final long DRAIN_NS = 10_000_000_000L;

  private final Clock clock;
  private final Sensor sensor;
  private final LiveModels models;
  private final AlertSink sink;
  private final List<PlanParts> plans;
  private final Uplink uplink;
  private final Instruments instruments;
  private final NodeStates states;
  private final RuleOutputs outputs;
  private final ErrorCounter errors;
  private final WindowCutter cutter;
  private final WindowHandOver handOver;
  private final WindowWorker worker;
  private volatile boolean stopping;
  private volatile Thread reader;
  private volatile Optional<String> sensorFailure = Optional.empty();
  private boolean ran;
  private boolean running;
  private boolean closed;

  /**
   * What a node is wired from. The node closes the sink, the instruments and the uplink.
   *
   * @param clock whose time it keeps; {@link #clockFor} has the usual one
   * @param models turns model files into programs
   * @param executors makes a program ready to run, usually {@code Executor::load}
   * @param sink where alerts go
   * @param clouds opens clients of servers, which the node closes
   * @param instruments what the board says of itself
   * @param reports who is told its states
   * @param policy who decides, usually {@code AdmissionController::new}
   * @param listener who watches
   * @param errors gets every error in the background; must not block
   * @param uplink what pays for all that travels, where sink and reports use it too; empty: the
   *     node has its own, and enters its alerts at what they take at most
   */
  public record Parts(
      Clock clock,
      ModelLoader models,
      ExecutorLoader executors,
      AlertSink sink,
      CloudOpener clouds,
      Instruments instruments,
      StatesOpener reports,
      Policy policy,
      NodeListener listener,
      Consumer<? super Exception> errors,
      Optional<Uplink> uplink) {
    /** With an uplink of the node's own. */
    public Parts(
        Clock clock,
        ModelLoader models,
        ExecutorLoader executors,
        AlertSink sink,
        CloudOpener clouds,
        Instruments instruments,
        StatesOpener reports,
        Policy policy,
        NodeListener listener,
        Consumer<? super Exception> errors) {
      this(
          clock,
          models,
          executors,
          sink,
          clouds,
          instruments,
          reports,
          policy,
          listener,
          errors,
          Optional.empty());
    }

    /** With the usual policy and no instruments. */
    public Parts(
        Clock clock,
        ModelLoader models,
        ExecutorLoader executors,
        AlertSink sink,
        CloudOpener clouds,
        NodeListener listener,
        Consumer<? super Exception> errors) {
      this(
          clock,
          models,
          executors,
          sink,
          clouds,
          Instruments.NONE,
          StatesOpener.NONE,
          AdmissionController::new,
          listener,
          errors);
    }

    /** The same with instruments. */
    public Parts with(Instruments given) {
      return new Parts(
          clock, models, executors, sink, clouds, given, reports, policy, listener, errors, uplink);
    }

    /** The same with somebody who is told its states. */
    public Parts with(StatesOpener given) {
      return new Parts(
          clock,
          models,
          executors,
          sink,
          clouds,
          instruments,
          given,
          policy,
          listener,
          errors,
          uplink);
    }

    /** The same with somebody who watches. */
    public Parts with(NodeListener given) {
      return new Parts(
          clock,
          models,
          executors,
          sink,
          clouds,
          instruments,
          reports,
          policy,
          given,
          errors,
          uplink);
    }

    /** The same with the uplink that its sink and reports use too. */
    public Parts with(Uplink given) {
      return new Parts(
          clock,
          models,
          executors,
          sink,
          clouds,
          instruments,
          reports,
          policy,
          listener,
          errors,
          Optional.of(given));
    }

    /**
     * What {@code pipeline} asks for: its broker (without one, alerts go to the log), its cloud,
     * its clock, the engine; no instruments.
     *
     * @throws IOException if the outbox cannot be opened, or a certificate or secret not be read
     */
    @SuppressWarnings("resource") // the node closes them
    public static Parts of(
        Pipeline pipeline,
        ModelLoader models,
        NodeListener listener,
        Consumer<? super Exception> errors)
        throws IOException {
      // delivery and calls wait in real time, however fast a recording is replayed
      Clock real = Clock.system();
      Clock clock = clockFor(pipeline);
      Uplink uplink = Uplink.open(pipeline.budget().budgets().uplink(), clock, errors);
      boolean opened = false;
      try {
        AlertSink sink = new LoggedAlerts();
        if (pipeline.mqtt().isPresent()) {
          Pipeline.Mqtt mqtt = pipeline.mqtt().get();
          sink = MqttAlertSink.open(mqtt.broker(), mqtt.outbox(), uplink, real, errors);
        }
        Parts parts =
            new Parts(
                    clock,
                    models,
                    Executor::load,
                    sink,
                    c -> OipCloudInference.open(c, real),
                    listener,
                    errors)
                .with(uplink);
        opened = true;
        return parts;
      } finally {
        if (!opened) {
          uplink.close();
        }
      }
    }
  }

  /** Opens a client of a server. */
  @FunctionalInterface
  public interface CloudOpener {
    /** For pipelines that ask nobody. */
    CloudOpener NONE =
        config -> {
          throw new IllegalArgumentException(
              "cloud model " + config.model() + " is asked, and nobody opens clients");
        };

    /** Opens it; nothing is sent yet. */
    CloudInference open(CloudConfig config);
  }

  /** Makes who decides. */
  @FunctionalInterface
  public interface Policy {
    /**
     * Makes it.
     *
     * @throws IllegalArgumentException if the budgets could not pay for one answer
     */
    Admission admission(
        AdmissionSettings settings, List<Plan> plans, RadioPrice radio, Ledger ledger);
  }

  /** Makes a program ready to run. */
  @FunctionalInterface
  public interface ExecutorLoader {
    /**
     * Makes {@code program} ready to run.
     *
     * @throws BadProgramException if a slot asks for something no kernel can do
     */
    Executor load(Program program) throws BadProgramException;
  }

  private Node(Parts parts, Sensor sensor, Wiring wiring) {
    this.clock = parts.clock();
    this.sensor = sensor;
    this.sink = parts.sink();
    this.plans = wiring.parts.plans();
    this.uplink = wiring.uplink;
    this.instruments = parts.instruments();
    this.states = wiring.states;
    this.outputs = wiring.outputs;
    this.errors = wiring.errors;
    this.cutter = wiring.cutter;
    int places = WINDOWS_BETWEEN_THREADS + wiring.maxDeferred;
    this.handOver = new WindowHandOver(places, cutter.valuesPerWindow());
    this.models = new LiveModels(parts.models(), parts.executors(), wiring::fit, handOver::wake);
    Pace pace = new Pace(cutter.hopNs(), places, wiring.parts.budget().deadlineNs());
    BooleanSupplier behind =
        clock.equals(Clock.system())
            ? handOver::hasFull
            : () -> pace.nextIsDue(clock.nanoTime()); // what is due has not been read yet
    this.worker = new WindowWorker(wiring.parts, models, pace, behind, handOver::giveBack);
  }

  /** The clock that a pipeline asks for: the machine's, or one that skips waits. */
  public static Clock clockFor(Pipeline pipeline) {
    return pipeline.sensor().asFastAsPossible()
        ? new io.millrace.sensors.clock.SkippingClock()
        : Clock.system();
  }

  /**
   * Opens sensor and models and fits everything together. If that fails, nothing stays open but
   * what {@code parts} brought.
   *
   * @throws PipelineException if the parts of the pipeline do not fit one another
   * @throws BadProgramException if a model cannot be trusted or run
   */
  @SuppressWarnings("resource") // the node closes them
  public static Node open(Pipeline pipeline, Parts parts)
      throws IOException, PipelineException, BadProgramException {
    Deque<Closeable> opened = new ArrayDeque<>();
    boolean whole = false;
    try {
      LookingClock looking = new LookingClock(parts.clock());
      Uplink uplink = uplink(pipeline, parts, opened);
      SensorSettings paid = pipeline.sensor().over(uplink);
      Sensor sensor =
          paid instanceof SensorSettings.Live live
              ? live.open(looking.forSensor(), parts.errors())
              : paid.open(looking.forSensor());
      opened.push(sensor::close);
      Wiring wiring = new Wiring(pipeline, parts, uplink, sensor, opened);
      Node node = new Node(parts, sensor, wiring);
      looking.looksAt(node.worker);
      whole = true;
      return node;
    } catch (IllegalArgumentException e) {
      throw new PipelineException("node " + pipeline.node() + ": " + e.getMessage(), e);
    } finally {
      if (!whole) {
        closeAll(opened);
      }
    }
  }

  /** The one that all senders were given, or one of the node's own. */
  @SuppressWarnings("resource") // the node closes it
  private static Uplink uplink(Pipeline pipeline, Parts parts, Deque<Closeable> opened)
      throws IOException {
    if (parts.uplink().isPresent()) {
      return parts.uplink().get();
    }
    Uplink own = Uplink.open(pipeline.budget().budgets().uplink(), parts.clock(), parts.errors());
    opened.push(own);
    return own;
  }

  /**
   * Demands that a pipeline's budgets can pay for a program in its model's place.
   *
   * @throws PipelineException saying what is missing
   */
  public static void requireAffordable(Pipeline pipeline, Program program)
      throws PipelineException {
    try {
      Wiring.requireAffordable(pipeline, program);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing is kept on disk here
    } catch (IllegalArgumentException e) {
      throw new PipelineException(e.getMessage(), e);
    }
  }

  private void closePlans() throws IOException {
    Deque<Closeable> all = new ArrayDeque<>(plans);
    all.add(outputs);
    all.add(instruments::close);
    closeAll(all);
  }

  private static void closeAll(Deque<Closeable> opened) throws IOException {
    IOException failure = null;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (IOException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * Runs until the sensor's stream ends, the sensor fails, or {@link #stop} is called. Once only.
   *
   * @return what it came to
   * @throws InterruptedException if the calling thread is interrupted; the run has ended then
   */
  public NodeSummary run() throws InterruptedException {
    synchronized (this) {
      if (ran || closed) {
        throw new IllegalStateException("a node runs once");
      }
      ran = true;
      running = true;
    }
    long startNs = clock.nanoTime();
    try {
      if (clock.equals(Clock.system())) {
        runWithReader();
      } else {
        readAndWork(this::work);
        drain();
      }
    } finally {
      worker.finish();
      synchronized (this) {
        running = false;
        notifyAll();
      }
    }
    return worker.summary(
        new NodeSummary.Intake(
            cutter.windowsGivenUp(), handOver.overruns(), sensor.overruns(), sensorFailure),
        errors.count(),
        clock.nanoTime() - startNs);
  }

  /** What is done with a whole window; returns the next one to fill. */
  private interface WholeWindow {
    Window take(Window window) throws InterruptedException;
  }

  private Window work(Window window) throws InterruptedException {
    Window next = handOver.exchange(window);
    Window whole = handOver.take(0);
    if (whole != null) {
      worker.accept(whole);
    }
    return next;
  }

  private void readAndWork(WholeWindow whole) throws InterruptedException {
    Window window = new Window(cutter.valuesPerWindow());
    try {
      SampleBlock block = cutter.block();
      while (!stopping && sensor.read(block) != Sensor.END) {
        states.samples(block);
        cutter.commit();
        while (!stopping && cutter.next(window)) {
          window.completedAt(completedNs(window));
          window = whole.take(window);
        }
        block = cutter.block();
      }
    } catch (IOException | RuntimeException e) {
      sensorFailure = Optional.of(String.valueOf(e.getMessage()));
      errors.accept(e);
    }
  }

  /** When it was whole; a simulated clock may have gone on since, by work on the one before. */
  private long completedNs(Window window) {
    long now = clock.nanoTime();
    return clock.simulated() ? Math.min(now, window.endNs()) : now;
  }

  private void runWithReader() throws InterruptedException {
    Thread thread =
        Thread.ofPlatform().name("millrace-sensor").daemon().unstarted(this::readInBackground);
    reader = thread;
    thread.start();
    if (stopping) {
      thread.interrupt();
    }
    try {
      while (!handOver.isDone() && !stopping) {
        long timeoutMs = worker.hasWaiting() ? waitMs(worker.nextLookNs()) : LOOK_MS;
        Window window = handOver.take(timeoutMs);
        if (window != null) {
          worker.accept(window);
        } else {
          worker.lookAtWaiting();
        }
      }
      drain();
    } finally {
      thread.interrupt();
      thread.join();
    }
  }

  private long waitMs(long untilNs) {
    return Math.max(1, (untilNs - clock.nanoTime() + 999_999) / 1_000_000);
  }

  private void readInBackground() {
    try {
      readAndWork(handOver::exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the node is stopping
    } finally {
      handOver.end();
    }
  }

  /** Gives windows that wait their chance once the stream has ended. */
  private void drain() throws InterruptedException {
    long endNs = clock.nanoTime() + DRAIN_NS;
    while (!stopping && worker.hasWaiting() && clock.nanoTime() < endNs) {
      clock.sleepUntil(worker.nextLookNs());
      worker.lookAtWaiting();
    }
  }

  /** Changes the model while the node runs. */
  public LiveModels models() {
    return models;
  }

  /** Ends the run soon: the window in work is finished, those that wait are dropped. */
  public void stop() {
    stopping = true;
    Thread thread = reader;
    if (thread != null) {
      thread.interrupt();
    }
    handOver.wake();
  }

  /**
   * Stops, waits for the run to end, and closes everything, the sink last, so that each alert that
   * was raised is in its hands.
   *
   * @throws IOException if something could not be closed; the rest is closed all the same
   */
  @Override
  public void close() throws IOException {
    stop();
    boolean interrupted = false;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      while (running) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    Answering model = worker.model();
    try (uplink;
        sink;
        model;
        states;
        sensor) {
      closePlans();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
