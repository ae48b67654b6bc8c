package io.millrace.cli;

import io.millrace.node.pipeline.LiveModels;
import io.millrace.node.pipeline.Node;
import io.millrace.node.pipeline.Pipeline;
import io.millrace.node.storage.LocalFolder;
import io.millrace.node.storage.SmallFiles;
import io.millrace.node.uplink.Uplink;
import io.millrace.ota.fleet.SignedInstaller;
import io.millrace.ota.hawkbit.HawkbitAgent;
import io.millrace.ota.hawkbit.HawkbitClient;
import io.millrace.ota.hawkbit.HawkbitConfig;
import io.millrace.ota.slot.SlotStore;
import io.millrace.ota.transfer.Allowance;
import io.millrace.ota.transfer.DayAllowance;
import io.millrace.ota.transfer.FolderSource;
import io.millrace.ota.transfer.HttpSource;
import io.millrace.ota.transfer.RateLimit;
import io.millrace.ota.transfer.Source;
import io.millrace.ota.transfer.UplinkAllowance;
import io.millrace.ota.update.Alone;
import io.millrace.ota.update.Stage;
import io.millrace.ota.update.Updater;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.tinylog.Logger;

/** The updates of a pipeline, opened: the folder is locked until this is closed. */
final class Updates implements AutoCloseable {
  private static final long POWER_WAIT_NS = 500_000_000;
  private static final Duration STALL = Duration.ofSeconds(30);

  private final Pipeline pipeline;
  private final Pipeline.Updates settings;
  private final LocalFolder folder;
  private final SlotStore slots;
  private final Uplink uplink;

  private Updates(
      Pipeline pipeline,
      Pipeline.Updates settings,
      LocalFolder folder,
      SlotStore slots,
      Uplink uplink) {
    this.pipeline = pipeline;
    this.settings = settings;
    this.folder = folder;
    this.slots = slots;
    this.uplink = uplink;
  }

  /**
   * Opens those of a pipeline that has them.
   *
   * @param uplink pays for what travels; open until this is closed
   */
  static Updates open(Pipeline pipeline, Uplink uplink) throws IOException, InputException {
    Pipeline.Updates settings =
        pipeline
            .updates()
            .orElseThrow(() ->
                new InputException(
                    "node " + pipeline.node() + " has no section 'updates' in its pipeline"));
    LocalFolder folder = LocalFolder.open(settings.folder());
    boolean opened = false;
    try {
      Updates updates =
          new Updates(pipeline, settings, folder, SlotStore.open(new SmallFiles(folder)), uplink);
      opened = true;
      return updates;
    } finally {
      if (!opened) {
        folder.close();
      }
    }
  }

  /** The account of what a command takes while no node runs; whoever asks closes it. */
  static Uplink uplink(Pipeline pipeline) throws IOException {
    return Uplink.open(
        pipeline.budget().budgets().uplink(),
        Clock.system(),
        e -> Logger.warn("{}", e.getMessage()));
  }

  SlotStore slots() {
    return slots;
  }

  Pipeline.Updates settings() {
    return settings;
  }

  /** The program that the slots say is to run. */
  Optional<Path> activeFile() {
    return slots.activeFile().map(settings.folder()::resolve);
  }

  /** The folder that is looked at; one whose fleet's server speaks up by itself has none. */
  @SuppressWarnings("resource") // whoever asks closes it
  Source source() throws InputException {
    String from =
        settings
            .from()
            .orElseThrow(() ->
                new InputException(
                    "updates come from a hawkBit server, which the running node asks by itself"));
    try {
      return from.matches("https?://.*")
          ? new HttpSource(URI.create(from), STALL, uplink)
          : new FolderSource(Path.of(from));
    } catch (IllegalArgumentException e) {
      throw new InputException("updates.from: " + e.getMessage());
    }
  }

  private Updater.Wanted wanted() throws IOException, InputException {
    InputFile.check(settings.root());
    return new Updater.Wanted(
        settings.model(),
        pipeline.board().id(),
        Files.readAllBytes(settings.root()),
        settings.trial().within(pipeline.budget().deadlineNs()));
  }

  private Allowance allowance(Optional<LiveModels> node) throws IOException {
    Clock clock = Clock.system();
    Allowance allowance = node.map(Updates::withinPower).orElse(Allowance.UNLIMITED);
    if (settings.bytesPerSecond().isPresent()) {
      allowance = allowance.and(new RateLimit(settings.bytesPerSecond().getAsLong(), clock));
    }
    if (settings.from().filter(from -> !from.matches("https?://.*")).isEmpty()) {
      allowance = allowance.and(new UplinkAllowance(uplink));
    }
    if (settings.bytesPerDay().isPresent()) {
      long bytes = settings.bytesPerDay().getAsLong();
      allowance = allowance.and(DayAllowance.open(bytes, slots.files(), clock));
    }
    return allowance;
  }

  /** Bytes cost what the node's radio takes, out of the budget that its answers live on. */
  private static Allowance withinPower(LiveModels node) {
    return (bytes, waitedNs) -> {
      try {
        return node.payForTransfer(bytes)
            ? Allowance.Answer.GO
            : new Allowance.Answer.Wait(POWER_WAIT_NS, "the node's power budget");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Allowance.Answer.Stop("the node is stopping");
      }
    };
  }

  Updater updater(Source source, Optional<LiveModels> node) throws IOException, InputException {
    return new Updater(wanted(), slots, source, allowance(node), Clock.system());
  }

  /** The client of the fleet's server; whoever asks closes it. */
  HawkbitClient fleetClient() throws IOException, InputException {
    Pipeline.Fleet fleet = settings.fleet().orElseThrow();
    try {
      return HawkbitClient.open(
          HawkbitConfig.of(fleet.server(), fleet.id(), fleet.token())
              .withTenant(fleet.tenant())
              .withTokenKind(
                  fleet.gateway()
                      ? HawkbitConfig.TokenKind.GATEWAY
                      : HawkbitConfig.TokenKind.TARGET),
          uplink);
    } catch (IllegalArgumentException e) {
      throw new InputException("updates.hawkbit: " + e.getMessage());
    }
  }

  /** What carries out the server's actions. */
  HawkbitAgent fleetAgent(
      HawkbitClient client, LiveModels node, Stage stage, Consumer<? super Exception> errors)
      throws IOException, InputException {
    return new HawkbitAgent(
        client,
        new SignedInstaller(wanted(), slots, allowance(Optional.of(node)), stage, Clock.system()),
        Map.of("node", pipeline.node(), "board", pipeline.board().id(), "runtime", "millrace"),
        folder,
        Clock.system(),
        errors);
  }

  /** Where a candidate shows itself while no node runs: it must fit the pipeline's budgets. */
  Stage alone() {
    return new Alone(folder, program -> Node.requireAffordable(pipeline, program));
  }

  @Override
  public void close() throws IOException {
    folder.close();
  }
}
