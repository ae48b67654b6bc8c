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
  private final boolean travel;
  private long sent;

  /**
   * @param travel whether there is a broker; else alerts stay on the board
   */
  RadioAlerts(World world, Link link, boolean travel) {
    this.world = world;
    this.link = link;
    this.travel = travel;
  }

  @Override
  public void accept(Alert alert) {
    if (travel) {
      world.sendBehind(BYTES, link.transferNs(BYTES));
    }
    sent++;
  }

  long sent() {
    return sent;
  }

  @Override
  public void close() {}
}
