package io.millrace.sensors.iio;

import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.live.SampleRing;
import io.millrace.sensors.live.SteadyTime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * Takes records from a device's node and makes samples of them. Allocates nothing while it does.
 */
final class ScanRecords {
  private static final int RECORDS_AT_ONCE = 256;

  private final SampleRing ring;
  private final SampleFormat format;
  private final Clock clock;
  private final SteadyTime time;
  private final ByteBuffer direct;
  private final byte[] bytes;
  private final float[] values;
  private final ScanElement[] elements;
  private final int[] offsets;
  private final IioDevice.Conversion[] conversions;
  private final int recordBytes;
  private final int width;
  private ScanElement stamp;
  private int stampOffset;
  private int held;
  private long lastStampNs;
  private boolean restarted;
  private long samples;
  private long endNs;
  private long pendingMissing;

  ScanRecords(
      IioDevice device,
      ScanLayout layout,
      java.util.List<String> channels,
      SampleRing ring,
      Clock clock)
      throws IOException {
    this.ring = ring;
    this.format = ring.format();
    this.clock = clock;
    time = new SteadyTime(format.rateHz());
    recordBytes = layout.recordBytes();
    width = channels.size();
    bytes = new byte[RECORDS_AT_ONCE * recordBytes];
    direct = ByteBuffer.allocateDirect(bytes.length);
    values = new float[RECORDS_AT_ONCE * width];
    elements = new ScanElement[width];
    offsets = new int[width];
    conversions = new IioDevice.Conversion[width];
    for (int c = 0; c < width; c++) {
      int at = layout.indexOf(channels.get(c));
      elements[c] = layout.elements().get(at);
      offsets[c] = layout.offsets().get(at);
      conversions[c] = device.conversion(channels.get(c));
    }
    int at = layout.indexOf(ScanLayout.TIMESTAMP);
    if (at >= 0) {
      stamp = layout.elements().get(at);
      stampOffset = layout.offsets().get(at);
    }
  }

  void restart() {
    held = 0;
    restarted = true;
    time.restart();
  }

  long samples() {
    return samples;
  }

  /** Takes what there is, at least something; false at the end. */
  boolean take(ReadableByteChannel in) throws IOException {
    direct.clear().limit(bytes.length - held);
    int read = in.read(direct);
    if (read < 0) {
      return false;
    }
    direct.flip().get(bytes, held, read);
    held += read;
    long arrivedNs = clock.nanoTime();
    int records = held / recordBytes;
    int from = 0;
    for (int r = 0; r < records; r++) {
      long missing = missingBefore(r);
      if (missing > 0) {
        give(from, r, arrivedNs, records - r, missing);
        from = r;
      }
      for (int c = 0; c < width; c++) {
        long raw = elements[c].value(bytes, r * recordBytes + offsets[c]);
        values[r * width + c] = conversions[c].of(raw);
      }
    }
    give(from, records, arrivedNs, 0, 0);
    int used = records * recordBytes;
    System.arraycopy(bytes, used, bytes, 0, held - used);
    held -= used;
    return true;
  }

  /** Writes records {@code from} to {@code until}; then so many are missing. */
  private void give(int from, int until, long arrivedNs, int stillComing, long missingThen) {
    int n = until - from;
    if (n > 0) {
      // what arrived together ends together: those behind it, and the gap, lie between
      long behind = format.spanNs(stillComing + missingThen);
      long firstNs = time.firstNs(n, arrivedNs - behind);
      long missing = pendingMissing;
      if (restarted && samples > 0) {
        missing = Math.max(0, Math.round((firstNs - endNs) * format.rateHz() / 1e9));
      }
      restarted = false;
      pendingMissing = 0;
      ring.write(values, from * width, n, firstNs, missing);
      samples += n;
      endNs = firstNs + format.spanNs(n);
    }
    if (missingThen > 0) {
      pendingMissing += missingThen;
      time.missing(missingThen);
    }
  }

  private long missingBefore(int r) {
    if (stamp == null) {
      return 0;
    }
    long ns = stamp.value(bytes, r * recordBytes + stampOffset);
    long step = ns - lastStampNs;
    boolean first = lastStampNs == 0 || (restarted && r == 0);
    lastStampNs = ns;
    return first ? 0 : Math.max(0, Math.round(step * format.rateHz() / 1e9) - 1);
  }
}
