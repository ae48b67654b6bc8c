package io.millrace.node.pipeline;

import io.millrace.device.DeviceProfile;
import io.millrace.engine.Executor;
import io.millrace.node.admission.AdmissionController;
import io.millrace.node.admission.LocalCost;
import io.millrace.node.admission.RadioPrice;
import io.millrace.node.alert.AlertSink;
import io.millrace.node.cloud.CloudInference;
import io.millrace.node.cloud.OipCloudInference;
import io.millrace.node.feature.FeatureExtractor;
import io.millrace.node.feature.TensorValues;
import io.millrace.node.mqtt.MqttAlertSink;
import io.millrace.node.rule.AlertRules;
import io.millrace.node.window.Window;
import io.millrace.node.window.WindowCutter;
import io.millrace.program.BadProgramException;
import io.millrace.program.Program;
import io.millrace.program.TensorSpec;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.Sensor;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.tinylog.Logger;

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

  /** How long windows that wait are waited for once the stream has ended. */
  private static final long DRAIN_NS = 10_000_000_000L;

  private final Clock clock;
  private final Sensor sensor;
  private final LiveModels models;
  private final AlertSink sink;
  private final Optional<CloudInference> cloud;
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
   * What a node is wired from. The node closes the sink and the cloud client.
   *
   * @param clock whose time it keeps; {@link #clockFor} has the usual one
   * @param models turns the model file into a program
   * @param executors makes a program ready to run, usually {@code Executor::load}
   * @param sink where alerts go
   * @param cloud who else answers
   * @param listener who watches
   * @param errors gets every error in the background; must not block
   */
  public record Parts(
      Clock clock,
      ModelLoader models,
      ExecutorLoader executors,
      AlertSink sink,
      Optional<CloudInference> cloud,
      NodeListener listener,
      Consumer<? super Exception> errors) {
    /**
     * What {@code pipeline} asks for: its broker (without one, alerts go to the log), its cloud,
     * its clock, the engine.
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
      Optional<CloudInference> cloud =
          pipeline.cloud().map(c -> OipCloudInference.open(c.client(), real));
      AlertSink sink = new LoggedAlerts();
      if (pipeline.mqtt().isPresent()) {
        Pipeline.Mqtt mqtt = pipeline.mqtt().get();
        sink = MqttAlertSink.open(mqtt.broker(), mqtt.outbox(), real, errors);
      }
      return new Parts(clockFor(pipeline), models, Executor::load, sink, cloud, listener, errors);
    }
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
    this.cloud = parts.cloud();
    this.errors = wiring.errors;
    this.cutter = wiring.cutter;
    int places = WINDOWS_BETWEEN_THREADS + wiring.maxDeferred;
    this.handOver = new WindowHandOver(places, cutter.valuesPerWindow());
    this.models = new LiveModels(parts.models(), parts.executors(), wiring::fit, handOver::wake);
    this.worker = new WindowWorker(wiring.parts, models, handOver::hasFull, handOver::giveBack);
  }

  /** The clock that a pipeline asks for: the machine's, or one that skips waits. */
  public static Clock clockFor(Pipeline pipeline) {
    return pipeline.sensor().asFastAsPossible()
        ? new io.millrace.sensors.clock.SkippingClock()
        : Clock.system();
  }

  /**
   * Opens sensor and model and fits everything together. If that fails, nothing stays open but what
   * {@code parts} brought.
   *
   * @throws PipelineException if the parts of the pipeline do not fit one another
   * @throws BadProgramException if the model cannot be trusted or run
   */
  @SuppressWarnings({"resource", "MustBeClosedChecker"}) // the node closes them
  public static Node open(Pipeline pipeline, Parts parts)
      throws IOException, PipelineException, BadProgramException {
    Arena arena = Arena.ofShared();
    Sensor sensor = null;
    Executor executor = null;
    boolean opened = false;
    try {
      Program program = parts.models().load(pipeline.model().file(), arena);
      executor = parts.executors().load(program);
      sensor = pipeline.sensor().open(parts.clock());
      Wiring wiring = new Wiring(pipeline, parts, sensor, executor, arena);
      Node node = new Node(parts, sensor, wiring);
      opened = true;
      return node;
    } catch (IllegalArgumentException e) {
      throw new PipelineException("node " + pipeline.node() + ": " + e.getMessage(), e);
    } finally {
      if (!opened) {
        closeQuietly(sensor, executor, arena);
      }
    }
  }

  private static void closeQuietly(Sensor sensor, Executor executor, Arena arena)
      throws IOException {
    try (arena;
        executor;
        sensor) {
      Logger.debug("node not opened");
    }
  }

  /** What is worked out from pipeline, sensor and program before the node exists. */
  private static final class Wiring {
    final ErrorCounter errors;
    final WindowCutter cutter;
    final int maxDeferred;
    final WindowWorker.Parts parts;
    private final Pipeline pipeline;
    private final Parts given;
    private final SampleFormat format;
    private final int windowSamples;
    private LocalCost first;

    Wiring(Pipeline pipeline, Parts given, Sensor sensor, Executor executor, Arena arena)
        throws IOException {
      this.pipeline = pipeline;
      this.given = given;
      errors = new ErrorCounter(given.errors());
      maxDeferred = pipeline.budget().maxDeferred();
      format = sensor.format();
      windowSamples = pipeline.window().length().samples(format.rateHz());
      int hopSamples = pipeline.window().hop().samples(format.rateHz());
      cutter = new WindowCutter(format, pipeline.window(), Math.min(hopSamples, windowSamples));
      AlertDelivery alerts = new AlertDelivery(given.sink(), given.listener(), errors);
      Answering model = answering(executor, arena, ModelVersion.of(pipeline.model().file()));
      AdmissionController admission =
          new AdmissionController(
              pipeline.budget(),
              pipeline.board().value(DeviceProfile.Key.IDLE_MILLIW),
              model.cost,
              given.cloud().map(c -> price(pipeline)),
              pipeline.cloud().map(Pipeline.Cloud::expectedNs).orElse(100_000_000L));
      parts =
          new WindowWorker.Parts(
              given.clock(),
              pipeline.budget(),
              admission,
              model,
              given.cloud().orElse(null),
              transferPrice(pipeline),
              alerts,
              given.listener(),
              errors);
    }

    /** A model for this pipeline that takes the first one's place. */
    Answering fit(Executor executor, Arena arena, String version) throws PipelineException {
      try {
        Answering model = answering(executor, arena, version);
        parts.admission().requireAffordable(model.cost);
        return model;
      } catch (IllegalArgumentException e) {
        throw new PipelineException("node " + pipeline.node() + ": " + e.getMessage(), e);
      }
    }

    private Answering answering(Executor executor, Arena arena, String version) {
      Program program = executor.program();
      if (program.inputs().size() != 1) {
        throw new IllegalArgumentException(
            "model " + program.name() + " takes " + program.inputs().size() + " inputs, not one");
      }
      TensorSpec input = program.tensor(program.inputs().getFirst());
      FeatureExtractor extractor =
          FeatureExtractor.of(pipeline.features(), format, windowSamples, input.quantization());
      if (extractor.length() != input.shape().elements()) {
        throw new IllegalArgumentException(
            "a window of %d samples of %d values becomes %d features, but input %s of model %s takes %d, %s"
                .formatted(
                    windowSamples,
                    format.width(),
                    extractor.length(),
                    input.name(),
                    program.name(),
                    input.shape().elements(),
                    input.shape()));
      }
      List<Integer> outputElements =
          program.outputs().stream()
              .map(o -> new TensorValues(program.tensor(o)).elements())
              .toList();
      AlertRules rules =
          new AlertRules(
              pipeline.node(),
              pipeline.model().name().orElse(program.name()),
              version,
              given.clock(),
              pipeline.rules(),
              extractor.length(),
              outputElements);
      return new Answering(executor, extractor, rules, cost(program), arena::close);
    }

    /** As the pipeline states it for the first model, in proportion for those that follow. */
    private LocalCost cost(Program program) {
      LocalCost predicted = LocalCost.of(program);
      if (first == null) {
        first = predicted;
      }
      return new LocalCost(
          scaled(pipeline.model().energyNanoJ(), predicted.energyNanoJ(), first.energyNanoJ()),
          scaled(pipeline.model().timeNs(), predicted.timeNs(), first.timeNs()));
    }

    private static long scaled(OptionalLong stated, long predicted, long predictedFirst) {
      return stated.isEmpty()
          ? predicted
          : Math.round(stated.getAsLong() * (predicted / (double) Math.max(1, predictedFirst)));
    }
  }

  /** What bytes cost where nobody asks a cloud; nothing where the board's radio is not known. */
  private static RadioPrice transferPrice(Pipeline pipeline) {
    boolean known =
        pipeline.cloud().flatMap(Pipeline.Cloud::link).isPresent()
            || pipeline.board().figures().containsKey(DeviceProfile.Key.RADIO_WAKEUP_MILLIJ);
    return known ? price(pipeline) : new RadioPrice(0, 0, 0);
  }

  private static RadioPrice price(Pipeline pipeline) {
    return pipeline
        .cloud()
        .flatMap(Pipeline.Cloud::link)
        .orElseGet(() -> RadioPrice.of(pipeline.board()));
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
      while (!stopping && sensor.read(cutter.block()) != Sensor.END) {
        cutter.commit();
        while (!stopping && cutter.next(window)) {
          window.completedAt(clock.nanoTime());
          window = whole.take(window);
        }
      }
    } catch (IOException | RuntimeException e) {
      sensorFailure = Optional.of(String.valueOf(e.getMessage()));
      errors.accept(e);
    }
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
        long timeoutMs = worker.hasWaiting() ? waitMs(worker.nextLookNs()) : 0;
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
    try (sink;
        model;
        sensor) {
      cloud.ifPresent(CloudInference::close);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
