package io.millrace.node.pipeline;

import io.millrace.device.DeviceProfile;
import io.millrace.device.Figure;
import io.millrace.engine.Executor;
import io.millrace.node.admission.Admission;
import io.millrace.node.admission.AdmissionController;
import io.millrace.node.admission.LocalCost;
import io.millrace.node.admission.Plan;
import io.millrace.node.budget.Ledger;
import io.millrace.node.budget.RadioPrice;
import io.millrace.node.cloud.CloudInference;
import io.millrace.node.feature.FeatureExtractor;
import io.millrace.node.feature.FrontEnd;
import io.millrace.node.feature.TensorValues;
import io.millrace.node.report.NodeStates;
import io.millrace.node.rule.AlertRules;
import io.millrace.node.uplink.Uplink;
import io.millrace.node.window.WindowCutter;
import io.millrace.program.BadProgramException;
import io.millrace.program.Program;
import io.millrace.program.TensorSpec;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.Sensor;
import io.millrace.sensors.clock.Clock;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What is worked out from pipeline, sensor and programs before a node exists. */
final class Wiring {
  final ErrorCounter errors;
  final WindowCutter cutter;
  final int maxDeferred;
  final Uplink uplink;
  final WindowWorker.Parts parts;
  final NodeStates states;
  final RuleOutputs outputs;
  private final Pipeline pipeline;
  private final Node.Parts given;
  private final Deque<Closeable> opened;
  private final SampleFormat format;
  private final int windowSamples;
  private final FrontEnd frontEnd;
  private final int boardPlan;
  private final Answering model;
  private LocalCost first;

  /**
   * @param uplink what pays for all that travels
   * @param opened gets whatever is opened here, to be closed if the node does not come about
   */
  Wiring(Pipeline pipeline, Node.Parts given, Uplink uplink, Sensor sensor, Deque<Closeable> opened)
      throws IOException, BadProgramException {
    this.pipeline = pipeline;
    this.given = given;
    this.opened = opened;
    errors = new ErrorCounter(given.errors());
    maxDeferred = pipeline.budget().maxDeferred();
    format = sensor.format();
    windowSamples = pipeline.window().length().samples(format.rateHz());
    int hopSamples = pipeline.window().hop().samples(format.rateHz());
    cutter = new WindowCutter(format, pipeline.window(), Math.min(hopSamples, windowSamples));
    frontEnd = new FrontEnd(pipeline.features(), format, windowSamples);
    boardPlan = boardPlan(pipeline.ladder());
    model = open(pipeline.model().file());
    List<PlanParts> plans = new ArrayList<>();
    List<Plan> ladder = new ArrayList<>();
    for (PlanSettings settings : pipeline.ladder()) {
      PlanParts carriedOutBy = parts(settings);
      opened.push(carriedOutBy);
      plans.add(carriedOutBy);
      ladder.add(plan(settings, carriedOutBy));
    }
    requireMemory(plans);
    this.uplink = uplink;
    Admission admission = admission(ladder);
    states = given.reports().open(format);
    opened.push(states::close);
    outputs = new RuleOutputs(pipeline.outputs(), errors);
    opened.push(outputs);
    AlertDelivery alerts =
        new AlertDelivery(given.sink(), given.listener(), outputs, given.clock(), states, errors);
    parts =
        new WindowWorker.Parts(
            pipeline.node(),
            given.clock(),
            pipeline.budget(),
            admission,
            given.instruments(),
            states,
            frontEnd,
            model,
            List.copyOf(plans),
            boardPlan,
            alerts,
            given.listener(),
            errors);
  }

  private static int boardPlan(List<PlanSettings> ladder) {
    for (int i = 0; i < ladder.size(); i++) {
      if (ladder.get(i) instanceof PlanSettings.Board) {
        return i;
      }
    }
    throw new IllegalArgumentException("no plan of the ladder is the pipeline's own model");
  }

  // --- programs ----------------------------------------------------------------------------------

  /** The program of {@code file}, ready to answer; what it gives is not looked at yet. */
  @SuppressWarnings({"resource", "MustBeClosedChecker"}) // the node closes them
  private Answering open(Path file) throws IOException, BadProgramException {
    Arena arena = Arena.ofShared();
    opened.push(arena::close);
    Program program = given.models().load(file, arena);
    Executor executor = given.executors().load(program);
    opened.push(executor::close);
    Answering answering =
        answering(executor, arena, file.equals(pipeline.model().file()) ? version(file) : "");
    // from here on, closing it closes both
    opened.pop();
    opened.pop();
    opened.push(answering);
    return answering;
  }

  private static String version(Path file) throws IOException {
    return ModelVersion.of(file);
  }

  /** A model for this pipeline that takes the first one's place. */
  Answering fit(Executor executor, Arena arena, String version) throws PipelineException {
    try {
      Answering candidate = answering(executor, arena, version);
      requireSameOutputs(candidate.executor.program(), candidate);
      parts.admission().requireAffordable(boardPlan, candidate.cost);
      return candidate;
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
    FeatureExtractor extractor = frontEnd.extractor(input.quantization());
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
    boolean counts = !version.isEmpty();
    AlertRules rules =
        new AlertRules(
            pipeline.node(),
            pipeline.model().name().orElse(program.name()),
            version,
            given.clock(),
            counts ? pipeline.rules() : List.of(),
            extractor.length(),
            outputElements);
    return new Answering(executor, extractor, rules, cost(program), arena::close);
  }

  /**
   * As the pipeline states it for the first model, in proportion for those that follow and for a
   * front part of it.
   */
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

  private void requireSameOutputs(Program program, Answering other) {
    List<Integer> wanted = model.outputs.stream().map(o -> o.length).toList();
    List<Integer> found = other.outputs.stream().map(o -> o.length).toList();
    if (!wanted.equals(found)) {
      throw new IllegalArgumentException(
          "model %s gives outputs of %s values, the pipeline's model %s"
              .formatted(program.name(), found, wanted));
    }
  }

  // --- plans -------------------------------------------------------------------------------------

  private PlanParts parts(PlanSettings settings) throws IOException, BadProgramException {
    return switch (settings) {
      case PlanSettings.Board board -> new PlanParts(model, null, false);
      case PlanSettings.Program program -> {
        Answering answering = open(program.file());
        requireSameOutputs(answering.executor.program(), answering);
        yield handOver(answering, null);
      }
      case PlanSettings.Split split -> {
        Answering front = open(split.front());
        requireActivation(split, front);
        yield handOver(front, given.clouds().open(split.tail()));
      }
      case PlanSettings.Cloud cloud ->
          new PlanParts(null, given.clouds().open(pipeline.cloud().orElseThrow().client()), false);
    };
  }

  /** All programs lie in memory at once, so that a change of plan takes no time. */
  private void requireMemory(List<PlanParts> plans) {
    OptionalLong limit = pipeline.budget().memoryBytes();
    if (limit.isEmpty()) {
      return;
    }
    long bytes = bytes(model);
    for (PlanParts plan : plans) {
      bytes += plan.owned() && plan.board() != null ? bytes(plan.board()) : 0;
    }
    if (bytes > limit.getAsLong()) {
      throw new IllegalArgumentException(
          "arenas and weights of the ladder's programs take %d bytes, the memory budget is %d; allow more, or fewer plans"
              .formatted(bytes, limit.getAsLong()));
    }
  }

  private static long bytes(Answering answering) {
    Program program = answering.executor.program();
    return program.memory().arenaBytes() + program.constants().byteSize();
  }

  /** Closing the plan closes its program from now on. */
  private PlanParts handOver(Answering answering, CloudInference cloud) {
    opened.remove(answering);
    return new PlanParts(answering, cloud, true);
  }

  private static void requireActivation(PlanSettings.Split split, Answering front) {
    long sent = 1;
    for (long extent : split.tail().input().shape()) {
      sent = Math.multiplyExact(sent, extent);
    }
    if (front.outputs.size() != 1 || front.outputs.getFirst().length != sent) {
      throw new IllegalArgumentException(
          "plan %s: the front part gives %s values, the tail's input takes %d"
              .formatted(split.name(), front.outputs.stream().map(o -> o.length).toList(), sent));
    }
  }

  private Plan plan(PlanSettings settings, PlanParts carriedOutBy) {
    double core = pipeline.board().value(DeviceProfile.Key.ACTIVE_CORE_MILLIW);
    return switch (settings) {
      case PlanSettings.Board board -> board(settings, model, model.cost, core);
      case PlanSettings.Program program -> {
        LocalCost predicted = LocalCost.of(carriedOutBy.board().executor.program());
        LocalCost stated =
            new LocalCost(
                program.energyNanoJ().orElse(predicted.energyNanoJ()),
                program.timeNs().orElse(predicted.timeNs()));
        yield board(settings, carriedOutBy.board(), stated, core);
      }
      case PlanSettings.Split split ->
          new Plan(
              split.name(),
              Plan.Where.SPLIT,
              cost(carriedOutBy.board().executor.program()),
              carriedOutBy.board().executor.program().schedule().lanes().size() * core,
              Optional.of(PlanParts.link(carriedOutBy.cloud())),
              split.expectedNs(),
              java.util.OptionalDouble.empty(),
              OptionalInt.empty());
      case PlanSettings.Cloud cloud ->
          Plan.cloud(
              cloud.name(),
              PlanParts.link(carriedOutBy.cloud()),
              0,
              pipeline.cloud().orElseThrow().expectedNs());
    };
  }

  private Plan board(PlanSettings settings, Answering answering, LocalCost cost, double core) {
    int lanes = answering.executor.program().schedule().lanes().size();
    Plan plan = Plan.board(settings.name(), cost, lanes * core);
    if (settings.unsure().isEmpty()) {
      return plan;
    }
    PlanSettings.Unsure unsure = settings.unsure().get();
    List<String> names = pipeline.ladder().stream().map(PlanSettings::name).toList();
    int ask = names.indexOf(unsure.ask());
    if (ask < 0) {
      throw new IllegalArgumentException(
          "plan " + settings.name() + " asks " + unsure.ask() + ", which is no plan");
    }
    return plan.unsureBelow(unsure.below(), ask);
  }

  // --- budgets -----------------------------------------------------------------------------------

  private Admission admission(List<Plan> ladder) throws IOException {
    if (pipeline.budget().budgets().peakMilliW().isPresent()
        && pipeline.cloud().flatMap(Pipeline.Cloud::link).isPresent()
        && Double.isNaN(price().txMilliW())) {
      throw new IllegalArgumentException(
          "the budget has a peak, and the cloud's link does not say what its radio takes at the"
              + " moment at which it sends; state 'sending' beside 'listening'");
    }
    return given.policy().admission(pipeline.budget(), ladder, price(), ledger(ladder));
  }

  private Ledger ledger(List<Plan> ladder) throws IOException {
    RadioPrice radio = price(pipeline);
    long dearest = 0;
    for (Plan plan : ladder) {
      long asked = plan.where() == Plan.Where.BOARD ? 0 : radio.energyNanoJ(0, 0);
      dearest = Math.max(dearest, plan.cost().energyNanoJ() + asked);
    }
    Ledger ledger =
        new Ledger(
            pipeline.budget().budgets(),
            idleMilliW(pipeline),
            radio.tailMilliW(),
            dearest,
            uplink.day());
    if (pipeline.mqtt().isPresent()) {
      if (given.uplink().isPresent()) {
        ledger.alertBytesAreCounted();
      }
      ledger.keepForAlerts(radio.energyNanoJ(Ledger.ALERT_BYTES, 0));
    }
    return ledger;
  }

  private static double idleMilliW(Pipeline pipeline) {
    DeviceProfile board = pipeline.board();
    Figure sensor = board.figures().get(DeviceProfile.Key.SENSOR_MILLIW);
    return board.value(DeviceProfile.Key.IDLE_MILLIW) + (sensor == null ? 0 : sensor.value());
  }

  private RadioPrice price() {
    return price(pipeline);
  }

  /** What bytes cost; nothing where the board's radio is not known and nobody asks a cloud. */
  private static RadioPrice price(Pipeline pipeline) {
    Optional<RadioPrice> link = pipeline.cloud().flatMap(Pipeline.Cloud::link);
    if (link.isPresent()) {
      return link.get();
    }
    boolean known = pipeline.board().figures().containsKey(DeviceProfile.Key.RADIO_WAKEUP_MILLIJ);
    return known || pipeline.cloud().isPresent()
        ? RadioPrice.of(pipeline.board())
        : new RadioPrice(0, 0, 0);
  }

  /**
   * Demands that a pipeline's budgets can pay for a program in its model's place.
   *
   * @throws IllegalArgumentException saying what is missing
   */
  static void requireAffordable(Pipeline pipeline, Program program) throws IOException {
    LocalCost cost = LocalCost.of(program);
    RadioPrice radio = price(pipeline);
    List<Plan> plans = new ArrayList<>();
    plans.add(Plan.board("board", cost, 0));
    if (pipeline.cloud().isPresent()) {
      plans.add(Plan.cloud("cloud", NO_LINK, 0, 1));
    }
    Ledger ledger =
        new Ledger(
            pipeline.budget().budgets(),
            idleMilliW(pipeline),
            radio.tailMilliW(),
            cost.energyNanoJ(),
            Clock.system(),
            Optional.empty());
    AdmissionController asked = new AdmissionController(pipeline.budget(), plans, radio, ledger);
    asked.requireAffordable(0, cost);
  }

  private static final Plan.Link NO_LINK =
      new Plan.Link() {
        @Override
        public boolean available() {
          return false;
        }

        @Override
        public long sentBytes() {
          return 0;
        }

        @Override
        public long receivedBytes() {
          return 0;
        }
      };
}
