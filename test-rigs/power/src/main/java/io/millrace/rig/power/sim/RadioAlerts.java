package io.millrace.rig.power.sim;

import io.millrace.node.alert.Alert;
import io.millrace.node.alert.AlertSink;
import io.millrace.rig.power.world.Link;
import io.millrace.rig.power.world.World;

/** Sends alerts over the world's radio, while the node works on; kept until the link is there. */
final class RadioAlerts implements AlertSink {
  /** A small alert with its MQTT and TLS framing; less than the ledger reckons with. */
  private static final int BYTES = 700;

  private final World world;
  private final Link link;
  private long sent;

  RadioAlerts(World world, Link link) {
    this.world = world;
    this.link = link;
  }

  @Override
  public void accept(Alert alert) {
    world.sendBehind(BYTES, link.transferNs(BYTES));
    sent++;
  }

  long sent() {
    return sent;
  }

  @Override
  public void close() {}
}
