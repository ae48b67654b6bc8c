package io.millrace.node.pipeline;

import io.millrace.sensors.iio.BufferedIioCapture;
import io.millrace.sensors.iio.IioDevice;
import io.millrace.sensors.live.Backoff;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** The {@code sensor.iio} section. */
final class IioSection {
  /** What the buffer is sized for where the device alone knows its rate. */
  private static final double ASSUMED_HZ = 4096;

  private IioSection() {}

  static SensorSettings read(Entry entry) throws PipelineException {
    Section s =
        entry.section("device", "channels", "mode", "rate", "trigger", "buffer", "sysfs", "dev");
    String device = s.required("device").text();
    List<String> channels = new ArrayList<>();
    for (Entry channel : s.optional("channels", List.<Entry>of(), Entry::list)) {
      channels.add(channel.text());
    }
    Path root = s.optional("sysfs", IioDevice.SYSFS, Entry::path);
    if (s.optional("mode", "buffer", e -> e.word("buffer", "poll")).equals("poll")) {
      s.refuse("means nothing at 'mode: poll'", "trigger", "buffer", "dev");
      double rateHz = s.required("rate").quantity(Unit.RATE, false);
      return new SensorSettings.IioPolled(root, device, channels, rateHz);
    }
    OptionalDouble rate =
        s.optional(
            "rate", OptionalDouble.empty(), e -> OptionalDouble.of(e.quantity(Unit.RATE, false)));
    int buffer = LiveKeys.buffer(s, 1, rate.orElse(ASSUMED_HZ));
    return new SensorSettings.IioBuffer(
        new BufferedIioCapture.Settings(
            root,
            s.optional("dev", Path.of("/dev"), Entry::path),
            device,
            channels,
            rate,
            s.optional("trigger", Entry::text),
            buffer,
            Backoff.DEFAULT));
  }
}
