package io.millrace.node.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.feature.FeatureSettings;
import io.millrace.sensors.Sensor;
import io.millrace.sensors.align.AlignSettings;
import io.millrace.sensors.audio.AudioFormat;
import io.millrace.sensors.camera.PictureSettings;
import io.millrace.sensors.camera.RawFormat;
import io.millrace.sensors.clock.VirtualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SensorSectionTest {
  private static final String REST =
      """
      node: n
      board: host
      model: {file: m.mill}
      """;
  private static final String WINDOW = "window: {length: 1 s}\n";
  private static final Path FILE = Path.of("/etc/millrace/p.yaml");

  @TempDir Path folder;

  private static SensorSettings sensor(String yaml) throws PipelineException {
    return PipelineFile.parse(REST + WINDOW + yaml, FILE).sensor();
  }

  @Test
  void shouldReadAudioAndItsRate() throws Exception {
    SensorSettings.Resampled resampled =
        assertInstanceOf(
            SensorSettings.Resampled.class,
            sensor(
                """
                sensor:
                  audio: {device: "plughw:1,0", rate: 44.1 kHz, channels: 2, encoding: s32, buffer: 500 ms}
                  resample: 16 kHz
                """));
    assertEquals(16_000, resampled.rateHz());
    SensorSettings.Audio audio = assertInstanceOf(SensorSettings.Audio.class, resampled.source());
    assertEquals(
        List.of(
            "arecord",
            "-q",
            "-t",
            "raw",
            "-D",
            "plughw:1,0",
            "-f",
            "S32_LE",
            "-r",
            "44100",
            "-c",
            "2"),
        audio.capture().command());
    assertEquals(22_050, audio.capture().bufferSamples());
    assertEquals(new AudioFormat(AudioFormat.Encoding.S32_LE, 44_100, 2), audio.capture().format());
    assertFalse(resampled.asFastAsPossible());
  }

  @Test
  void shouldReadACamera() throws Exception {
    Pipeline p =
        PipelineFile.parse(
            REST
                + """
                sensor:
                  camera:
                    command: [rpicam-vid, -n, -t, "0", --codec, yuv420, -o, "-"]
                    format: yuv420p
                    size: [640, 480]
                    rate: 10 Hz
                    picture: {size: [96, 96], colours: gray, range: full}
                features:
                  image: {mean: [1, 2], scale: 127.5, layout: chw}
                """,
            FILE);
    SensorSettings.Camera camera = assertInstanceOf(SensorSettings.Camera.class, p.sensor());
    assertEquals(8, camera.capture().command().size());
    assertEquals(RawFormat.YUV420P, camera.capture().format());
    assertEquals(
        new PictureSettings(96, 96, PictureSettings.Colours.GRAY, PictureSettings.Range.FULL),
        camera.capture().picture());
    assertEquals(1, p.window().length().samples(10), "a picture is a window");
    assertEquals(
        List.of(new FeatureSettings.Image(List.of(1.0, 2.0), List.of(127.5), true)), p.features());
  }

  @Test
  void shouldReadIndustrialIo() throws Exception {
    SensorSettings.IioBuffer buffer =
        assertInstanceOf(
            SensorSettings.IioBuffer.class,
            sensor(
                """
                sensor:
                  iio: {device: adxl345, channels: [accel_x, accel_z], rate: 3.2 kHz, trigger: t0}
                """));
    assertEquals(OptionalDouble.of(3200), buffer.settings().rateHz());
    assertEquals(3200, buffer.settings().bufferSamples());
    assertEquals(Path.of("/dev"), buffer.settings().dev());
    SensorSettings.IioPolled polled =
        assertInstanceOf(
            SensorSettings.IioPolled.class,
            sensor("sensor: {iio: {device: bme280, mode: poll, rate: 1 Hz, sysfs: tree}}\n"));
    assertEquals(Path.of("/etc/millrace/tree"), polled.root());
  }

  @Test
  void shouldReadATopic() throws Exception {
    SensorSettings.Topic topic =
        assertInstanceOf(
            SensorSettings.Topic.class,
            sensor(
                """
                sensor:
                  mqtt:
                    broker: tcp://b.example:1883
                    topic: plant/+/climate
                    user: u
                    password: {env: P}
                    fields: [temperature, humidity.value]
                    rate: 0.1 Hz
                """));
    assertEquals("plant/+/climate", topic.topic().topic());
    assertEquals(2, topic.format().width());
    assertEquals("humidity.value", topic.format().channels().get(1).name());
    assertEquals(0.1, topic.format().rateHz());
  }

  @Test
  void shouldAlignReplayedSensors() throws Exception {
    Files.writeString(folder.resolve("a.csv"), "x\n1\n2\n3\n4\n");
    Files.writeString(folder.resolve("b.csv"), "y\n10\n20\n30\n40\n");
    Path file = folder.resolve("p.yaml");
    Files.writeString(
        file,
        REST
            + WINDOW
            + """
            sensor:
              align:
                sensors:
                  - {replay: a.csv, rate: 10 Hz, pace: fast}
                  - {replay: b.csv, rate: 10 Hz, pace: fast}
                rate: 10 Hz
                method: linear
                skew: 50 ms
                late: 2 s
            """);
    SensorSettings.Aligned aligned =
        assertInstanceOf(SensorSettings.Aligned.class, PipelineFile.read(file).sensor());
    assertEquals(AlignSettings.Method.LINEAR, aligned.settings().method());
    assertTrue(aligned.asFastAsPossible());
    try (Sensor sensor = aligned.open(new VirtualClock(0, 0))) {
      assertEquals(2, sensor.format().width());
    }
  }

  @Test
  void shouldReplayAFolderOfPictures() throws Exception {
    Files.writeString(folder.resolve("1.pgm"), "P5 2 1 255 ab");
    Path file = folder.resolve("p.yaml");
    Files.writeString(
        file,
        REST
            + "sensor: {replay: ., rate: 2 Hz, pictures: {size: [2, 1], colours: gray}, pace: fast}\n");
    SensorSettings settings = PipelineFile.read(file).sensor();
    assertTrue(settings.givesWindows());
    try (Sensor sensor = settings.open(new VirtualClock(0, 0))) {
      var block = new io.millrace.sensors.SampleBlock(new float[2], sensor.format());
      assertEquals(1, sensor.read(block));
      assertEquals('b', block.values()[1]);
    }
  }

  @Test
  void shouldTakeKindsThatAreHandedIn() throws Exception {
    SensorSettings chip =
        new SensorSettings() {
          @Override
          public Sensor open(io.millrace.sensors.clock.Clock clock) {
            throw new UnsupportedOperationException();
          }

          @Override
          public boolean asFastAsPossible() {
            return false;
          }
        };
    SensorKind kind =
        entry -> {
          Section s = entry.section("bus");
          assertEquals(1, s.required("bus").integer(0, 9));
          return chip;
        };
    Path file = folder.resolve("p.yaml");
    Files.writeString(file, REST + WINDOW + "sensor: {adxl345: {bus: 1}}\n");
    assertEquals(chip, PipelineFile.read(file, Map.of("adxl345", kind)).sensor());
    PipelineException unknown =
        assertThrows(PipelineException.class, () -> PipelineFile.read(file));
    assertTrue(
        unknown.getMessage().contains("p.yaml:5:10: sensor.adxl345: unknown key"),
        unknown.getMessage());
    Files.writeString(file, REST + WINDOW + "sensor: {adxl345: {bus: 11}}\n");
    PipelineException wrong =
        assertThrows(
            PipelineException.class, () -> PipelineFile.read(file, Map.of("adxl345", kind)));
    assertTrue(wrong.getMessage().contains("sensor.adxl345.bus: '11'"), wrong.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> PipelineFile.read(file, Map.of("audio", kind)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|name one kind of sensor",
        "{audio: {rate: 16 kHz}, camera: {}}|name one kind of sensor, not 2",
        "{audo: {rate: 16 kHz}}|did you mean 'audio'?",
        "{audio: {}}|sensor.audio: key 'rate' is missing",
        "{audio: {rate: 16.5 Hz}}|sensor.audio.rate: '16.5 Hz' is not a whole number",
        "{audio: {rate: 16 kHz, device: '-f'}}|is no ALSA device",
        "{audio: {rate: 16 kHz, buffer: 1 h}}|sensor.audio.buffer",
        "{camera: {command: x, format: yuv420p, size: [3, 2], rate: 1 Hz, picture: {size: [1, 1]}}}|sensor.camera.size",
        "{camera: {command: x, format: yuv420, size: [3, 2], rate: 1 Hz, picture: {size: [1, 1]}}}|did you mean",
        "{camera: {command: x, format: gray, size: 3, rate: 1 Hz, picture: {size: [1, 1]}}}|width and height",
        "{camera: {command: x, format: gray, size: [3, 2], rate: 1 Hz, picture: {size: [1, 1]}}, resample: 1 Hz}|sensor.resample: means nothing",
        "{iio: {device: a, mode: poll}}|key 'rate' is missing",
        "{iio: {device: a, mode: poll, rate: 1 Hz, trigger: t}}|sensor.iio.trigger: means nothing",
        "{mqtt: {broker: 'http://x:1', topic: t, rate: 1 Hz}}|must be tcp://",
        "{mqtt: {broker: 'tcp://x:1', topic: 'a/#/b', rate: 1 Hz}}|no topic filter",
        "{mqtt: {broker: 'tcp://x:1', topic: t, rate: 1 Hz, user: u}}|go together",
        "{mqtt: {broker: 'tcp://x:1', topic: t, rate: 1 Hz, fields: [a], values: 1}}|sensor.mqtt.values",
        "{align: {sensors: [{replay: a.wav, pace: fast}, {replay: b.wav}], rate: 1 Hz}}|sensor.align.sensors[1]",
        "{align: {sensors: [{replay: a.wav}], rate: 1 Hz, method: cubic}}|sensor.align.method",
        "{replay: x.bin, type: int8, shape: [1], rate: 1 Hz, resample: 1 Hz}|sensor.resample: means nothing"
      })
  void shouldNameThePlaceOfAMistake(String section, String part) {
    PipelineException e =
        assertThrows(PipelineException.class, () -> sensor("sensor: " + section + "\n"));
    assertTrue(e.getMessage().startsWith("/etc/millrace/p.yaml:"), e.getMessage());
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  @Test
  void shouldReadFrontEnds() throws Exception {
    Pipeline p =
        PipelineFile.parse(
            REST
                + WINDOW
                + """
                sensor: {replay: a.wav, resample: 16 kHz}
                features:
                  - micro-speech: default
                  - micro-speech: {hop: 10 ms, pcan: false, scale: real, to: 7 kHz}
                  - mfcc: {frame: 30 ms, hop: 20 ms, bands: 40, from: 20 Hz, to: 4 kHz, coefficients: 10, peak: true}
                  - filterbank-energy: {frame: 64 ms, hop: 32 ms, bands: 40, from: 0 Hz, to: 8 kHz}
                """,
            FILE);
    assertInstanceOf(SensorSettings.Resampled.class, p.sensor());
    assertEquals(FeatureSettings.MicroSpeech.DEFAULT, p.features().getFirst());
    FeatureSettings.MicroSpeech micro =
        assertInstanceOf(FeatureSettings.MicroSpeech.class, p.features().get(1));
    assertEquals(7000, micro.range().toHz());
    assertEquals(FeatureSettings.MicroScale.REAL, micro.scale());
    FeatureSettings.Mfcc mfcc = assertInstanceOf(FeatureSettings.Mfcc.class, p.features().get(2));
    assertTrue(mfcc.peak() && mfcc.coefficients() == 10 && mfcc.mel().bands() == 40);
    assertInstanceOf(FeatureSettings.FilterbankEnergy.class, p.features().get(3));
  }
}
