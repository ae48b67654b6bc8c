package io.millrace.ota.fleet;

import io.millrace.ota.hawkbit.Artifacts;
import io.millrace.ota.hawkbit.Installation;
import io.millrace.ota.hawkbit.Installer;
import io.millrace.ota.slot.ModelRelease;
import io.millrace.ota.slot.SlotStore;
import io.millrace.ota.transfer.Allowance;
import io.millrace.ota.transfer.Download;
import io.millrace.ota.update.Outcome;
import io.millrace.ota.update.Stage;
import io.millrace.ota.update.Updater;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Installs what an action brings, if it is signed and shows itself. */
public final class SignedInstaller implements Installer {
  /** How long an installation that waits for bytes or room waits before it looks again. */
  private static final long PAUSE_NS = 60_000_000_000L;

  private final Updater.Wanted wanted;
  private final SlotStore slots;
  private final Allowance allowance;
  private final Stage stage;
  private final Clock clock;

  public SignedInstaller(
      Updater.Wanted wanted, SlotStore slots, Allowance allowance, Stage stage, Clock clock) {
    this.wanted = wanted;
    this.slots = slots;
    this.allowance = allowance;
    this.stage = stage;
    this.clock = clock;
  }

  @Override
  public Installation install(Artifacts artifacts, Progress progress, BooleanSupplier cancelled)
      throws IOException, InterruptedException {
    // who sends an action again wants it tried again
    Updater updater = new Updater(wanted, slots, new ArtifactSource(artifacts), allowance, clock);
    Download.Progress downloading = (done, of) -> progress.report("downloading", done, of);
    Outcome outcome = updater.update(stage, true, cancelled, downloading);
    while (outcome instanceof Outcome.Paused && !cancelled.getAsBoolean()) {
      progress.report(outcome.text(), 0, 0);
      clock.sleep(PAUSE_NS);
      outcome = updater.update(stage, true, cancelled, downloading);
    }
    String runs = outcome.running().map(ModelRelease::version).orElse("none");
    List<String> details = List.of(outcome.text());
    return switch (outcome) {
      case Outcome.Installed _, Outcome.UpToDate _ -> Installation.installed(runs, details);
      case Outcome.Untrusted _ -> Installation.rejected(runs, details);
      case Outcome.Paused _ -> {
        slots.drop();
        yield Installation.rejected(runs, details);
      }
      case Outcome.Failed failed -> {
        if (failed.cause() != null) {
          throw failed.cause();
        }
        yield Installation.failed(runs, details);
      }
      case Outcome.Refused _, Outcome.Available _, Outcome.RolledBack _ ->
          Installation.failed(runs, details);
    };
  }
}
