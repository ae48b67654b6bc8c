package io.millrace.ota.transfer;

import io.millrace.node.uplink.Sender;
import io.millrace.node.uplink.Uplink;
import io.millrace.node.uplink.WireBytes;

/**
 * Asks the node's uplink before bytes are fetched. Nothing is taken: whoever brings them over the
 * link, such as {@link HttpSource}, does that, and a folder that is at hand takes nothing.
 */
public final class UplinkAllowance implements Allowance {
  private static final WireBytes WIRE = WireBytes.of(true);

  private final Uplink uplink;

  public UplinkAllowance(Uplink uplink) {
    this.uplink = uplink;
  }

  @Override
  public Answer ask(int bytes, long waitedNs) {
    long needed = WIRE.exchange(0, bytes);
    return uplink.affords(Sender.UPDATES, needed)
        ? Answer.GO
        : new Answer.Stop(
            "the uplink has not %d bytes of this day left for updates".formatted(needed));
  }
}
