package io.millrace.rig.power.sim;

import io.millrace.device.DeviceProfile;
import io.millrace.engine.Executor;
import io.millrace.node.alert.Alert;
import io.millrace.node.alert.AlertSink;
import io.millrace.node.budget.Instruments;
import io.millrace.node.budget.Readings;
import io.millrace.node.cloud.OipCloudInference;
import io.millrace.node.pipeline.Node;
import io.millrace.node.pipeline.NodeSummary;
import io.millrace.node.pipeline.StatesOpener;
import io.millrace.program.Program;
import io.millrace.rig.power.world.EnergyLog;
import io.millrace.rig.power.world.World;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The same scenario in real time: the node with the machine's clock, the engine as fast as it is,
 * the pipeline's own server. What is measured is what is judged: answers, their times, and the
 * power that a meter says, averaged from look to look. Battery, heat and bytes are not.
 */
public final class Live {
  private Live() {}

  /**
   * What came of it.
   *
   * @param instruments what measured, and what is not there, in lines for people
   * @param measured power from look to look
   * @param looks how often the meter was read; 0: power was not measured
   * @param endNs when it ended: before the scenario's end if it was stopped
   */
  public record Run(
      Setup setup,
      Outcomes outcomes,
      NodeSummary summary,
      List<String> instruments,
      EnergyLog measured,
      long looks,
      long endNs,
      List<String> errors) {}

  /**
   * Plays {@code setup} for its whole duration.
   *
   * @param meter the board's own instruments; empty for a meter that is simulated: idle power, and
   *     that of an active core while the engine runs
   * @param stops gets what ends it before its time
   */
  public static Run run(Setup setup, Optional<Instruments> meter, Consumer<Runnable> stops)
      throws Exception {
    Clock clock = Clock.system();
    long startNs = clock.nanoTime();
    World model = setup.world();
    Instruments reads =
        meter.orElseGet(() ->
            new SimulatedInstruments(
                setup.scenario().instruments(), model, setup.scenario().seed() + 3));
    Recorded recorded = new Recorded(reads, model, startNs);
    Outcomes outcomes =
        new Outcomes(setup.windows(), () -> clock.nanoTime() - startNs, Optional.empty());
    List<String> errors = new ArrayList<>();
    double core = setup.pipeline().board().value(DeviceProfile.Key.ACTIVE_CORE_MILLIW);
    Node.Parts parts =
        new Node.Parts(
            clock,
            (file, arena) -> setup.programs().get(file),
            program -> new Watched(Executor.load(program), recorded, core),
            new Nowhere(),
            config -> OipCloudInference.open(config, clock),
            recorded,
            StatesOpener.NONE,
            Policy.MILLRACE.admission(),
            outcomes,
            e -> {
              synchronized (errors) {
                errors.add(String.valueOf(e.getMessage()));
              }
            });
    NodeSummary summary;
    try (Node node = Node.open(Simulation.withSensor(setup.pipeline(), setup.sensor()), parts)) {
      stops.accept(node::stop);
      summary = node.run();
    }
    synchronized (errors) {
      return new Run(
          setup,
          outcomes,
          summary,
          recorded.said(meter.isPresent()),
          recorded.log,
          recorded.looks,
          clock.nanoTime() - startNs,
          List.copyOf(errors));
    }
  }

  /** Alerts are counted by the node and go nowhere. */
  private static final class Nowhere implements AlertSink {
    @Override
    public void accept(Alert alert) {}

    @Override
    public void close() {}
  }

  /** Instruments whose readings of power are written down. */
  private static final class Recorded implements Instruments {
    private final Instruments reads;
    private final World model;
    private final long startNs;
    private final EnergyLog log = new EnergyLog();
    private long lastNs;
    private long looks;
    private boolean gauge;
    private boolean thermometer;

    private Recorded(Instruments reads, World model, long startNs) {
      this.reads = reads;
      this.model = model;
      this.startNs = startNs;
    }

    /** The model's time follows the machine's. */
    private void follow() {
      model.pass(System.nanoTime() - startNs - model.nanoTime());
    }

    @Override
    public boolean measurePower() {
      return reads.measurePower();
    }

    @Override
    public void read(Readings into) throws IOException {
      follow();
      reads.read(into);
      long now = System.nanoTime() - startNs;
      if (!Double.isNaN(into.milliW()) && now > lastNs) {
        log.append(lastNs, now, into.milliW());
        lastNs = now;
        looks++;
      }
      gauge |= !Double.isNaN(into.batteryMilliJ());
      thermometer |= !Double.isNaN(into.celsius());
    }

    private List<String> said(boolean real) {
      List<String> said = new ArrayList<>();
      said.add(power(real));
      said.add(
          "battery: "
              + one(gauge, real, "gauge", "reckoned from what is charged")
              + "; not judged");
      said.add(
          "temperature: "
              + one(thermometer, real, "thermometer", "reckoned from what is charged")
              + "; not judged");
      said.add("bytes of a day: counted by the node; not judged");
      return said;
    }

    private String power(boolean real) {
      if (looks == 0) {
        return "power: there is no meter, neither here nor in the scenario; the node goes by its"
            + " model and its margin, and average power is not judged";
      }
      return real
          ? "power: by the board's meter, read %d times, averaged from look to look"
              .formatted(looks)
          : "power: by a simulated meter, read %d times, since this machine has none; the idle board of the profile and an active core while the engine runs: no measurement"
              .formatted(looks);
    }

    private static String one(boolean there, boolean real, String what, String otherwise) {
      return there
          ? (real ? "by the board's " : "by a simulated ") + what
          : "there is no " + what + ", " + otherwise;
    }

    @Override
    public void close() throws IOException {
      reads.close();
    }
  }

  /** The engine, and for the simulated meter the power of a core while it runs. */
  private record Watched(Executor engine, Recorded recorded, double coreMilliW)
      implements Executor {
    @Override
    public Program program() {
      return engine.program();
    }

    @Override
    public MemorySegment input(int index) {
      return engine.input(index);
    }

    @Override
    public MemorySegment output(int index) {
      return engine.output(index);
    }

    @Override
    public void run() {
      recorded.follow();
      long start = System.nanoTime();
      engine.run();
      long took = System.nanoTime() - start;
      int lanes = program().schedule().lanes().size();
      recorded.model.compute(took, lanes * coreMilliW / 1e3 * took);
    }

    @Override
    public void close() {
      engine.close();
    }
  }
}
