package io.millrace.cli;

import io.millrace.node.mqtt.MqttAlertSink;
import io.millrace.ota.report.HomeAssistantUpdate;
import io.millrace.ota.report.UpdateStatus;
import io.millrace.ota.slot.ModelRelease;
import io.millrace.ota.update.Outcome;
import java.util.OptionalInt;

/** Shows updates as an entity of Home Assistant, with a button that installs at once. */
final class UpdateEntity implements UpdateLoop.Watcher {
  private final HomeAssistantUpdate entity;
  private final String title;
  private String installed;
  private String latest;
  private int percent = -1;

  /**
   * @param installed the version that runs; empty if no slot is filled
   * @param look called when somebody presses the button
   */
  UpdateEntity(
      MqttAlertSink sink, String baseTopic, String model, String installed, Runnable look) {
    title = model;
    this.installed = installed;
    latest = installed;
    entity = HomeAssistantUpdate.open(sink, baseTopic, status("", false), look);
  }

  private UpdateStatus status(String summary, boolean inProgress) {
    return new UpdateStatus(
        installed,
        latest,
        title,
        summary,
        inProgress,
        percent < 0 ? OptionalInt.empty() : OptionalInt.of(percent));
  }

  @Override
  public void progress(long done, long of) {
    int now = (int) (done * 100 / Math.max(1, of));
    if (now != percent) {
      percent = now;
      entity.publish(status("", true));
    }
  }

  @Override
  public void ended(Outcome outcome) {
    installed = outcome.running().map(ModelRelease::version).orElse("");
    latest =
        switch (outcome) {
          case Outcome.Refused refused -> refused.release().version();
          case Outcome.Paused paused -> paused.release().version();
          case Outcome.Available available -> available.release().version();
          default -> installed;
        };
    percent = -1;
    entity.publish(status(outcome.text(), false));
  }
}
