package io.millrace.node.pipeline;

import io.millrace.node.mqtt.source.MqttTopic;
import io.millrace.node.uplink.Uplink;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.Sensor;
import io.millrace.sensors.align.AlignSettings;
import io.millrace.sensors.align.AlignedSensor;
import io.millrace.sensors.audio.AlsaCapture;
import io.millrace.sensors.audio.ResampledSensor;
import io.millrace.sensors.camera.CameraCapture;
import io.millrace.sensors.camera.PictureFolder;
import io.millrace.sensors.camera.PictureSettings;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.iio.BufferedIioCapture;
import io.millrace.sensors.iio.IioDevice;
import io.millrace.sensors.iio.PolledIioSensor;
import io.millrace.sensors.message.MessageCapture;
import io.millrace.sensors.message.NumberText;
import io.millrace.sensors.replay.CsvRecording;
import io.millrace.sensors.replay.Recording;
import io.millrace.sensors.replay.ReplayOptions;
import io.millrace.sensors.replay.ReplaySensor;
import io.millrace.sensors.replay.TensorRecording;
import io.millrace.sensors.replay.WavRecording;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.tinylog.Logger;

/**
 * Where samples come from. A pipeline file knows those that are here; whoever wires may bring more
 * kinds ({@link SensorKind}).
 */
public interface SensorSettings {
  /** Opens the sensor. */
  Sensor open(Clock clock) throws IOException;

  /** Whether time may be skipped while nothing is to do. */
  boolean asFastAsPossible();

  /** The same, whose bytes are paid from the uplink where they travel. */
  default SensorSettings over(Uplink uplink) {
    return this;
  }

  /** Whether each sample is a window's worth, so that windows need not be described. */
  default boolean givesWindows() {
    return false;
  }

  /**
   * What it takes of the machine for itself alone, such as {@code gpio 17}: the same line may not
   * be an output too.
   */
  default List<String> places() {
    return List.of();
  }

  /**
   * A recording.
   *
   * @param file where it is
   * @param format how to read it
   * @param asFastAsPossible whether waits are skipped
   * @param options loop, limit, buffer
   */
  record Replay(Path file, Format format, boolean asFastAsPossible, ReplayOptions options)
      implements SensorSettings {
    @Override
    public Sensor open(Clock clock) throws IOException {
      return ReplaySensor.open(format.open(file), options, clock);
    }

    @Override
    public boolean givesWindows() {
      return format instanceof Format.Tensor || format instanceof Format.Pictures;
    }
  }

  /** Another sensor at another rate; see {@link ResampledSensor}. */
  record Resampled(SensorSettings source, double rateHz) implements SensorSettings {
    @Override
    public SensorSettings over(Uplink uplink) {
      return new Resampled(source.over(uplink), rateHz);
    }

    @Override
    @SuppressWarnings("resource") // closed by what is returned
    public Sensor open(Clock clock) throws IOException {
      Sensor opened = source.open(clock);
      try {
        return opened.format().rateHz() == rateHz ? opened : new ResampledSensor(opened, rateHz);
      } catch (IllegalArgumentException e) {
        opened.close();
        throw e;
      }
    }

    @Override
    public boolean asFastAsPossible() {
      return source.asFastAsPossible();
    }

    @Override
    public List<String> places() {
      return source.places();
    }
  }

  /** Several sensors in time as one; see {@link AlignedSensor}. */
  record Aligned(List<SensorSettings> sources, AlignSettings settings) implements SensorSettings {
    public Aligned {
      sources = List.copyOf(sources);
    }

    @Override
    public SensorSettings over(Uplink uplink) {
      return new Aligned(sources.stream().map(s -> s.over(uplink)).toList(), settings);
    }

    @Override
    public Sensor open(Clock clock) throws IOException {
      List<Sensor> opened = new ArrayList<>();
      boolean done = false;
      try {
        for (SensorSettings source : sources) {
          opened.add(source.open(clock));
        }
        Sensor aligned = new AlignedSensor(opened, settings, clock);
        done = true;
        return aligned;
      } finally {
        for (int i = 0; i < opened.size() && !done; i++) {
          opened.get(i).close();
        }
      }
    }

    @Override
    public boolean asFastAsPossible() {
      return sources.getFirst().asFastAsPossible();
    }

    @Override
    public List<String> places() {
      return sources.stream().flatMap(s -> s.places().stream()).toList();
    }
  }

  /** A sensor of the machine's own: it runs in real time, and its errors go to the log. */
  interface Live extends SensorSettings {
    /** Opens it. {@code errors} gets what goes wrong in the background and is mended by itself. */
    Sensor open(Clock clock, Consumer<? super Exception> errors) throws IOException;

    @Override
    default Sensor open(Clock clock) throws IOException {
      return open(clock, e -> Logger.warn("sensor: {}", e.getMessage()));
    }

    @Override
    default boolean asFastAsPossible() {
      return false;
    }
  }

  /** Sound from an ALSA device. */
  record Audio(AlsaCapture capture) implements Live {
    @Override
    public Sensor open(Clock clock, Consumer<? super Exception> errors) {
      return capture.open(clock, errors);
    }
  }

  /** Pictures from a child process. */
  record Camera(CameraCapture capture) implements Live {
    @Override
    public Sensor open(Clock clock, Consumer<? super Exception> errors) {
      return capture.open(clock, errors);
    }

    @Override
    public boolean givesWindows() {
      return true;
    }
  }

  /** A device of the kernel's Industrial I/O, read in step with its own clock. */
  record IioBuffer(BufferedIioCapture.Settings settings) implements Live {
    @Override
    public Sensor open(Clock clock, Consumer<? super Exception> errors) throws IOException {
      return BufferedIioCapture.open(settings, clock, errors);
    }
  }

  /**
   * A device of the kernel's Industrial I/O, read from its files at a rate of ours.
   *
   * @param root where the devices' folders are
   * @param device name of the device or its folder
   * @param channels wanted ones in order; empty for all
   */
  record IioPolled(Path root, String device, List<String> channels, double rateHz)
      implements SensorSettings {
    public IioPolled {
      channels = List.copyOf(channels);
    }

    @Override
    public Sensor open(Clock clock) throws IOException {
      return PolledIioSensor.open(IioDevice.find(root, device), channels, rateHz, clock);
    }

    @Override
    public boolean asFastAsPossible() {
      return false;
    }
  }

  /**
   * Messages of an MQTT topic; opened {@link #over} an uplink alone.
   *
   * @param topic which one, at which broker
   * @param fields of JSON messages; empty where messages are numbers alone
   * @param format what a message's numbers are, at the nominal rate
   * @param bufferSamples how many samples wait for a late reader
   */
  record Topic(MqttTopic topic, List<String> fields, SampleFormat format, int bufferSamples)
      implements Live {
    public Topic {
      fields = List.copyOf(fields);
    }

    @Override
    public Sensor open(Clock clock, Consumer<? super Exception> errors) {
      throw new IllegalStateException("messages of " + topic.topic() + " travel: who pays?");
    }

    @Override
    public SensorSettings over(Uplink uplink) {
      return new PaidTopic(this, uplink);
    }
  }

  /** Messages of an MQTT topic, and what pays for them. */
  record PaidTopic(Topic of, Uplink uplink) implements Live {
    @Override
    public Sensor open(Clock clock, Consumer<? super Exception> errors) {
      NumberText text =
          of.fields().isEmpty()
              ? NumberText.numbers(of.format().width())
              : NumberText.json(of.fields());
      return MessageCapture.open(
          of.topic().source(uplink, errors), text, of.format(), of.bufferSamples(), clock, errors);
    }
  }

  /** How a recording is read. */
  sealed interface Format {
    /** Opens a recording. */
    Recording open(Path file) throws IOException;

    /** A WAVE file. */
    record Wav() implements Format {
      @Override
      public Recording open(Path file) throws IOException {
        return WavRecording.open(file);
      }
    }

    /** Comma-separated numbers. */
    record Csv(CsvRecording.Options options) implements Format {
      @Override
      public Recording open(Path file) throws IOException {
        return CsvRecording.open(file, options);
      }
    }

    /**
     * Raw tensors.
     *
     * @param shape of one tensor; only the number of elements counts
     */
    record Tensor(TensorRecording.Type type, List<Integer> shape, double rateHz) implements Format {
      public Tensor {
        shape = List.copyOf(shape);
      }

      @Override
      public Recording open(Path file) throws IOException {
        int elements = 1;
        for (int d : shape) {
          elements = Math.multiplyExact(elements, d);
        }
        return TensorRecording.open(file, type, elements, rateHz);
      }
    }

    /** A folder of pictures. */
    record Pictures(PictureSettings picture, double rateHz) implements Format {
      @Override
      public Recording open(Path folder) throws IOException {
        return PictureFolder.open(folder, picture, rateHz);
      }
    }
  }
}
