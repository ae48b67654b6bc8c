package io.millrace.node.feature;

import io.millrace.node.window.Span;
import io.millrace.node.window.Window;
import io.millrace.node.window.WindowCutter;
import io.millrace.node.window.WindowSettings;
import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import java.util.ArrayList;
import java.util.List;

/** Windows cut from one channel at 16 kHz, each of them kept. */
final class Windows {
  static final int LENGTH = 16_000;
  static final SampleFormat FORMAT =
      new SampleFormat("s", List.of(new SampleFormat.Channel("ch0", "1", 1)), 16_000);

  private final WindowCutter cutter;
  private final List<Window> all = new ArrayList<>();
  private long given;

  Windows(int hop, WindowSettings.Gaps gaps) {
    cutter =
        new WindowCutter(
            FORMAT, new WindowSettings(Span.ofSamples(LENGTH), Span.ofSamples(hop), gaps), 1111);
  }

  static Windows of(float[] stream, int hop) {
    return new Windows(hop, WindowSettings.Gaps.DROP).add(stream, 0);
  }

  /** Goes on with {@code samples}, before which {@code missing} are lost. */
  Windows add(float[] samples, int missing) {
    given += missing;
    for (int at = 0; at < samples.length; ) {
      SampleBlock block = cutter.block();
      int n = Math.min(block.capacity(), samples.length - at);
      System.arraycopy(samples, at, block.values(), block.offset(), n);
      block.filled(n, FORMAT.spanNs(given), at == 0 ? missing : 0);
      cutter.commit();
      for (Window w = new Window(LENGTH); cutter.next(w); w = new Window(LENGTH)) {
        all.add(w);
      }
      at += n;
      given += n;
    }
    return this;
  }

  List<Window> all() {
    return all;
  }
}
