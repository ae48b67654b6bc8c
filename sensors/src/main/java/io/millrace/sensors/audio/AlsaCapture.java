package io.millrace.sensors.audio;

import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.live.Backoff;
import io.millrace.sensors.live.ChildCapture;
import io.millrace.sensors.live.LiveSensor;
import io.millrace.sensors.live.SampleRing;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Sound from an ALSA device, recorded by {@code arecord} of Debian's alsa-utils as a child process.
 *
 * @param program what to run, usually {@code arecord}
 * @param device ALSA's name of the device: {@code default}, {@code plughw:1,0}, …; {@code arecord
 *     -L} lists them
 * @param format what is asked of it; a {@code plug} device converts what the hardware cannot give
 * @param bufferSamples how many samples wait for a late reader
 * @param backoff how a recorder that dies is started again
 */
public record AlsaCapture(
    String program, String device, AudioFormat format, int bufferSamples, Backoff backoff) {
  public AlsaCapture {
    Objects.requireNonNull(program);
    Objects.requireNonNull(format);
    Objects.requireNonNull(backoff);
    if (device.isBlank() || device.startsWith("-")) {
      throw new IllegalArgumentException(
          "'" + device + "' is no ALSA device; arecord -L lists them, such as plughw:1,0");
    }
  }

  /** From {@code device}, with two seconds of buffer. */
  public static AlsaCapture of(String device, AudioFormat format) {
    return new AlsaCapture("arecord", device, format, 2 * format.rateHz(), Backoff.DEFAULT);
  }

  /** The command that is run; see arecord(1). */
  public List<String> command() {
    return List.of(
        program,
        "-q",
        "-t",
        "raw",
        "-D",
        device,
        "-f",
        format.encoding().name(),
        "-r",
        Integer.toString(format.rateHz()),
        "-c",
        Integer.toString(format.channels()));
  }

  /**
   * A sensor that records.
   *
   * @param errors gets every death of the recorder that it is started again after
   */
  public LiveSensor open(Clock clock, Consumer<? super Exception> errors) {
    SampleFormat samples = format.samples("audio " + device);
    SampleRing ring =
        new SampleRing(samples, Math.max(1, bufferSamples), SampleRing.WhenFull.LOSE_NEWEST);
    PcmDecoder decoder = new PcmDecoder(format, samples, clock);
    return new LiveSensor(ring, new ChildCapture(command(), decoder, backoff, clock, errors));
  }
}
