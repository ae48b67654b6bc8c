package io.millrace.node.budget;

import io.millrace.device.DeviceProfile;

/**
 * What the radio takes.
 *
 * @param wakeupNanoJ for one wake-up
 * @param txNanoJPerByte for one byte sent
 * @param rxNanoJPerByte for one byte received
 * @param tailMilliW while it listens: for an answer, and after the last byte
 * @param tailNs how long it listens after the last byte before it sleeps
 * @param txMilliW at the moment at which it sends, listening included; NaN: not known
 */
public record RadioPrice(
    long wakeupNanoJ,
    double txNanoJPerByte,
    double rxNanoJPerByte,
    double tailMilliW,
    long tailNs,
    double txMilliW) {
  public RadioPrice {
    if (wakeupNanoJ < 0
        || !(txNanoJPerByte >= 0)
        || !(rxNanoJPerByte >= 0)
        || !(tailMilliW >= 0)
        || tailNs < 0
        || txMilliW < 0) {
      throw new IllegalArgumentException(
          "radio of %d nJ, %s and %s nJ per byte, %s mW for %d ns, %s mW while it sends: none may be negative"
              .formatted(
                  wakeupNanoJ, txNanoJPerByte, rxNanoJPerByte, tailMilliW, tailNs, txMilliW));
    }
  }

  /** One of which is not known what it takes at the moment at which it sends. */
  public RadioPrice(
      long wakeupNanoJ,
      double txNanoJPerByte,
      double rxNanoJPerByte,
      double tailMilliW,
      long tailNs) {
    this(wakeupNanoJ, txNanoJPerByte, rxNanoJPerByte, tailMilliW, tailNs, Double.NaN);
  }

  /**
   * The most that it takes at one moment, milliwatts; what it listens with, if no more is known.
   */
  public double peakMilliW() {
    return Double.isNaN(txMilliW) ? tailMilliW : Math.max(tailMilliW, txMilliW);
  }

  /** One whose wake-up has all of its tail in it. */
  public RadioPrice(long wakeupNanoJ, double txNanoJPerByte, double rxNanoJPerByte) {
    this(wakeupNanoJ, txNanoJPerByte, rxNanoJPerByte, 0, 0);
  }

  /**
   * The radio of a board.
   *
   * @throws IllegalArgumentException naming the figure that its profile lacks
   */
  public static RadioPrice of(DeviceProfile board) {
    return new RadioPrice(
        Math.round(board.value(DeviceProfile.Key.RADIO_WAKEUP_MILLIJ) * 1e6),
        board.value(DeviceProfile.Key.RADIO_TX_NANOJ_PER_BYTE),
        board.value(DeviceProfile.Key.RADIO_RX_NANOJ_PER_BYTE),
        board.value(DeviceProfile.Key.RADIO_TAIL_MILLIW),
        Math.round(board.value(DeviceProfile.Key.RADIO_TAIL_MS) * 1e6),
        board.value(DeviceProfile.Key.RADIO_TX_MILLIW));
  }

  /** The same without what it listens after the last byte. */
  public long withoutTailNanoJ(long sentBytes, long receivedBytes, long callNs, long idleNs) {
    double bytes = sentBytes * txNanoJPerByte + receivedBytes * rxNanoJPerByte;
    double listening = tailMilliW / 1e3 * (double) callNs;
    return (idleNs < tailNs ? 0 : wakeupNanoJ) + (long) Math.ceil(bytes + listening);
  }

  /** What one call takes by itself, nanojoules, rounded up: wake-up, bytes, tail. */
  public long energyNanoJ(long sentBytes, long receivedBytes) {
    return energyNanoJ(sentBytes, receivedBytes, 0, Long.MAX_VALUE);
  }

  /**
   * What one call takes, nanojoules, rounded up.
   *
   * @param callNs how long it takes, in which the radio listens
   * @param idleNs since its last byte; one that still listens need not wake up, and what it had
   *     been going to listen anyhow is paid for
   */
  public long energyNanoJ(long sentBytes, long receivedBytes, long callNs, long idleNs) {
    double bytes = sentBytes * txNanoJPerByte + receivedBytes * rxNanoJPerByte;
    boolean awake = idleNs < tailNs;
    double listening = tailMilliW / 1e3 * ((double) callNs + (awake ? idleNs : tailNs));
    return (awake ? 0 : wakeupNanoJ) + (long) Math.ceil(bytes + listening);
  }
}
