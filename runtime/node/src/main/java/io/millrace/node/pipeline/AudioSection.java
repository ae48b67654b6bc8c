package io.millrace.node.pipeline;

import io.millrace.sensors.audio.AlsaCapture;
import io.millrace.sensors.audio.AudioFormat;
import io.millrace.sensors.audio.AudioFormat.Encoding;
import io.millrace.sensors.live.Backoff;

/** The {@code sensor.audio} section. */
final class AudioSection {
  private AudioSection() {}

  static SensorSettings read(Entry entry) throws PipelineException {
    Section s = entry.section("device", "rate", "channels", "encoding", "buffer", "program");
    String device = s.optional("device", "default", Entry::text);
    Entry rateEntry = s.required("rate");
    double rateHz = rateEntry.quantity(Unit.RATE, false);
    if (rateHz != Math.rint(rateHz) || rateHz > 768_000) {
      throw rateEntry.bad("'" + rateEntry.text() + "' is not a whole number of Hz up to 768 kHz");
    }
    int channels = s.optional("channels", 1, e -> e.integer(1, 64));
    Encoding encoding =
        s.optional("encoding", "s16", e -> e.word("s16", "s32")).equals("s16")
            ? Encoding.S16_LE
            : Encoding.S32_LE;
    String program = s.optional("program", "arecord", Entry::text);
    int buffer = LiveKeys.buffer(s, 2, rateHz);
    return entry.make(() ->
        new SensorSettings.Audio(
            new AlsaCapture(
                program,
                device,
                new AudioFormat(encoding, (int) rateHz, channels),
                buffer,
                Backoff.DEFAULT)));
  }
}
