package io.millrace.cli.sensor;

import io.millrace.node.pipeline.SensorSettings;
import io.millrace.sensors.audio.AlsaCapture;
import io.millrace.sensors.audio.AudioFormat;
import io.millrace.sensors.iio.IioDevice;
import io.millrace.sensors.live.Backoff;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A sensor by its kind and {@code KEY=VALUE} pairs, with the keys of a pipeline file. */
public final class SenseSource {
  private static final List<String> AUDIO =
      List.of("device", "rate", "channels", "encoding", "program");
  private static final List<String> IIO = List.of("device", "rate", "channels", "sysfs");

  private SenseSource() {}

  /** Kinds that can be named. */
  public static List<String> kinds() {
    List<String> kinds = new ArrayList<>(ChipKeys.kinds());
    kinds.add("audio");
    kinds.add("iio");
    return kinds;
  }

  /** The sensor; nothing is opened. */
  public static SensorSettings of(String kind, List<String> pairs, Boards boards)
      throws BadKeyException {
    return switch (kind) {
      case "audio" -> audio(KeyTexts.ofPairs(pairs, AUDIO));
      case "iio" -> iio(KeyTexts.ofPairs(pairs, IIO));
      default -> ChipReader.sensor(kind, KeyTexts.ofPairs(pairs, ChipKeys.of(kind)), boards);
    };
  }

  private static SensorSettings audio(KeyTexts t) throws BadKeyException {
    String device = t.optional("device", "default");
    double rateHz = t.rateHz();
    if (rateHz != Math.rint(rateHz) || rateHz < 1 || rateHz > 768_000) {
      throw new BadKeyException(
          "rate", "'" + t.required("rate") + "' is not a whole number of Hz up to 768 kHz");
    }
    int channels = t.integer("channels", t.optional("channels", "1"));
    AudioFormat.Encoding encoding =
        t.word("encoding", "s16", "s16", "s32").equals("s16")
            ? AudioFormat.Encoding.S16_LE
            : AudioFormat.Encoding.S32_LE;
    String program = t.optional("program", "arecord");
    return KeyTexts.make(() ->
        new SensorSettings.Audio(
            new AlsaCapture(
                program,
                device,
                new AudioFormat(encoding, (int) rateHz, channels),
                2 * (int) rateHz,
                Backoff.DEFAULT)));
  }

  private static SensorSettings iio(KeyTexts t) throws BadKeyException {
    String device = t.required("device");
    double rateHz = t.rateHz();
    Path root = Path.of(t.optional("sysfs", IioDevice.SYSFS.toString()));
    return new SensorSettings.IioPolled(root, device, t.list("channels", ""), rateHz);
  }
}
