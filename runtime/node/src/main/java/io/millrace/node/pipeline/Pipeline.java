package io.millrace.node.pipeline;

import io.millrace.device.DeviceProfile;
import io.millrace.node.admission.AdmissionSettings;
import io.millrace.node.budget.RadioPrice;
import io.millrace.node.cloud.CloudConfig;
import io.millrace.node.feature.FeatureSettings;
import io.millrace.node.mqtt.MqttConfig;
import io.millrace.node.outbox.OutboxConfig;
import io.millrace.node.report.ReportSettings;
import io.millrace.node.rule.RuleSettings;
import io.millrace.node.secret.Secret;
import io.millrace.node.window.WindowSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All that a node is told, as {@link PipelineFile} reads it.
 *
 * @param node the node's name
 * @param board what answers and the radio cost
 * @param sensor where samples come from
 * @param window how windows are cut
 * @param features what a window becomes, one behind the other
 * @param model what answers
 * @param budget what answers may take
 * @param instruments whether the board's power meter, thermometer and battery gauge are read
 * @param rules what becomes an alert
 * @param mqtt where alerts go; empty: to the log only
 * @param cloud who else answers; empty: nobody
 * @param ladder the ways to answer, best first
 * @param updates where newer models come from; empty: from nowhere
 * @param outputs lamps and relays that follow rules
 */
public record Pipeline(
    String node,
    DeviceProfile board,
    SensorSettings sensor,
    WindowSettings window,
    List<FeatureSettings> features,
    Model model,
    AdmissionSettings budget,
    boolean instruments,
    List<RuleSettings> rules,
    Optional<Mqtt> mqtt,
    Optional<Cloud> cloud,
    List<PlanSettings> ladder,
    Optional<Updates> updates,
    List<RuleOutput> outputs) {
  public Pipeline {
    features = List.copyOf(features);
    rules = List.copyOf(rules);
    ladder = List.copyOf(ladder);
    outputs = List.copyOf(outputs);
  }

  /** Without outputs. */
  public Pipeline(
      String node,
      DeviceProfile board,
      SensorSettings sensor,
      WindowSettings window,
      List<FeatureSettings> features,
      Model model,
      AdmissionSettings budget,
      boolean instruments,
      List<RuleSettings> rules,
      Optional<Mqtt> mqtt,
      Optional<Cloud> cloud,
      List<PlanSettings> ladder,
      Optional<Updates> updates) {
    this(
        node,
        board,
        sensor,
        window,
        features,
        model,
        budget,
        instruments,
        rules,
        mqtt,
        cloud,
        ladder,
        updates,
        List.of());
  }

  /**
   * The model.
   *
   * @param file a {@code .mill} file, or what the {@link ModelLoader} knows besides
   * @param name as alerts give it; empty for the program's own
   * @param labels what the elements of its first output stand for; may be empty
   * @param energyNanoJ what one run takes above idle, instead of the program's prediction
   * @param timeNs how long one run takes, instead of the program's prediction
   */
  public record Model(
      Path file,
      Optional<String> name,
      List<String> labels,
      OptionalLong energyNanoJ,
      OptionalLong timeNs) {
    public Model {
      labels = List.copyOf(labels);
    }
  }

  /** The same with another model file. */
  public Pipeline withModelFile(Path file) {
    Model other =
        new Model(file, model.name(), model.labels(), model.energyNanoJ(), model.timeNs());
    return new Pipeline(
        node,
        board,
        sensor,
        window,
        features,
        other,
        budget,
        instruments,
        rules,
        mqtt,
        cloud,
        ladder,
        updates,
        outputs);
  }

  /**
   * Where newer models come from.
   *
   * @param folder keeps slots and what is trusted; of this pipeline alone
   * @param root the root of trust that the board was given by hand
   * @param from a folder, or its address, as {@code millrace publish} makes it; empty where a
   *     fleet's server brings it
   * @param fleet the server of a fleet; empty where {@code from} is given
   * @param model what to look for there
   * @param everyNs how often to look
   * @param bytesPerSecond no faster; empty: as fast as it comes
   * @param bytesPerDay no more; empty: as much as it takes
   * @param trial what a candidate must show beside the model that answers
   */
  public record Updates(
      Path folder,
      Path root,
      Optional<String> from,
      Optional<Fleet> fleet,
      String model,
      long everyNs,
      OptionalLong bytesPerSecond,
      OptionalLong bytesPerDay,
      UpdateTrial trial) {}

  /**
   * An Eclipse hawkBit server.
   *
   * @param server its address
   * @param tenant whose devices
   * @param id this device's name there
   * @param token what the device shows
   * @param gateway whether the token is the tenant's, for all its devices
   */
  public record Fleet(URI server, String tenant, String id, Secret token, boolean gateway) {}

  /**
   * A candidate's trial on live windows.
   *
   * @param windows how many; 0 for none
   * @param patienceNs how long at most
   * @param mayDiffer after which share of them its alerts may stand otherwise, 0 to 1
   * @param latestNs 99 of 100 of its answers must take at most so long
   */
  public record UpdateTrial(int windows, long patienceNs, double mayDiffer, long latestNs) {
    /** With any latency. */
    public UpdateTrial(int windows, long patienceNs, double mayDiffer) {
      this(windows, patienceNs, mayDiffer, AdmissionSettings.NO_DEADLINE);
    }

    /** The same, with answers that must keep a deadline. */
    public UpdateTrial within(long deadlineNs) {
      return new UpdateTrial(windows, patienceNs, mayDiffer, deadlineNs);
    }
  }

  /**
   * Where alerts go.
   *
   * @param report what is told there besides
   */
  public record Mqtt(MqttConfig broker, OutboxConfig outbox, ReportSettings report) {
    /** Where the node remembers what it told a broker that keeps it. */
    public Path memory() {
      Path outboxFolder = outbox.folder().toAbsolutePath();
      return outboxFolder.resolveSibling(outboxFolder.getFileName() + ".told");
    }
  }

  /**
   * Who else answers.
   *
   * @param client the server and its model
   * @param expectedNs how long a call takes, until calls have shown it
   * @param link what a call takes, where the board's profile does not know its network
   */
  public record Cloud(CloudConfig client, long expectedNs, Optional<RadioPrice> link) {}
}
