package io.millrace.sensors.audio;

import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.live.ChildCapture;

/** The decoder of recorders, for tests in other packages. */
public final class PcmDecoders {
  private PcmDecoders() {}

  /** A decoder with the machine's clock. */
  public static ChildCapture.Decoder of(AudioFormat audio, SampleFormat format) {
    return new PcmDecoder(audio, format, Clock.system());
  }
}
