package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.InProcess.Outcome;
import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.Sensor;
import io.millrace.sensors.clock.SkippingClock;
import io.millrace.sensors.clock.VirtualClock;
import io.millrace.sensors.pi4j.Board;
import io.millrace.sensors.pi4j.settings.Adxl345Settings;
import io.millrace.sensors.pi4j.settings.Wire;
import io.millrace.sensors.pi4j.simulated.Signal;
import io.millrace.sensors.pi4j.simulated.SimulatedAdxl345;
import io.millrace.sensors.pi4j.simulated.SimulatedBoard;
import io.millrace.sensors.replay.CsvRecording;
import io.millrace.sensors.replay.Recording;
import io.millrace.sensors.replay.ReplayOptions;
import io.millrace.sensors.replay.ReplaySensor;
import io.millrace.sensors.replay.WavRecording;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SenseCommandTest {
  private static final long MS = 1_000_000;
  private static final String[] CHIP = {
    "sense", "adxl345", "bus=i2c-1", "address=0x53", "rate=800 Hz", "range=16g"
  };

  @TempDir Path temp;

  /** A machine with one chip, which is gone for 300 ms. The same each time. */
  private static SimulatedBoard machine() {
    VirtualClock clock = new VirtualClock(-5_000 * MS, 0);
    SimulatedBoard machine = new SimulatedBoard(clock);
    SimulatedAdxl345 chip = new SimulatedAdxl345(clock, 1.004, Signal.COUNTING);
    machine.i2c(1).plug(0x53, chip);
    machine.i2c(1).speed(400_000);
    machine.at(clock.nanoTime() + 400 * MS, chip::unplug);
    machine.at(clock.nanoTime() + 700 * MS, chip::plugAgain);
    return machine;
  }

  private static Outcome sense(SimulatedBoard machine, Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = Stream.of(args).map(Object::toString).toArray(String[]::new);
    SenseCommand command = new SenseCommand((_, problems) -> machine.board(problems));
    int exit =
        Millrace.execute(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            Map.of("sense", command),
            words);
    return new Outcome(exit, out.toString(), err.toString());
  }

  private static Object[] with(Object... more) {
    return Stream.concat(Stream.of(CHIP), Stream.of(more)).toArray();
  }

  /** Every sample in order; a missing one is null. */
  private static List<float[]> all(Sensor sensor, int most) throws Exception {
    List<float[]> samples = new ArrayList<>();
    int width = sensor.format().width();
    SampleBlock block = new SampleBlock(new float[80 * width], sensor.format());
    while (samples.size() < most) {
      block.aim(0, Math.min(80, most - samples.size()));
      if (sensor.read(block) == Sensor.END) {
        break;
      }
      for (long i = 0; i < block.missingBefore(); i++) {
        samples.add(null);
      }
      for (int i = 0; i < block.samples(); i++) {
        float[] sample = new float[width];
        System.arraycopy(block.values(), i * width, sample, 0, width);
        samples.add(sample);
      }
    }
    return samples;
  }

  private static List<float[]> replayed(Recording recording) throws Exception {
    try (Sensor sensor = ReplaySensor.open(recording, ReplayOptions.ONCE, new SkippingClock())) {
      return all(sensor, Integer.MAX_VALUE);
    }
  }

  private static void assertSame(List<float[]> expected, List<float[]> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i), "sample " + i);
    }
  }

  @Test
  void shouldRecordValuesAndGapsThatReplayReadsBackExactly() throws Exception {
    Path file = temp.resolve("a.csv");

    Outcome outcome = sense(machine(), with("--seconds", 2, "--out", file));

    assertEquals(0, outcome.exit(), outcome.err());
    List<float[]> expected;
    try (Board board = machine().board(e -> {});
        Sensor sensor = board.open(new Adxl345Settings(new Wire.I2c(1, 0x53), 800, 16))) {
      expected = all(sensor, 1600);
    }
    long missing = expected.stream().filter(s -> s == null).count();
    assertTrue(missing > 200, missing + " samples are missing");
    CsvRecording.Options options =
        new CsvRecording.Options(
            List.of(), Optional.of(new CsvRecording.TimeColumn("time", 1)), OptionalDouble.of(800));
    CsvRecording recording = CsvRecording.open(file, options);
    assertEquals(
        "[x, y, z]", recording.format().channels().stream().map(c -> c.name()).toList().toString());
    assertEquals("m/s2", recording.format().channels().getFirst().unit());
    assertSame(expected, replayed(recording));
    assertTrue(outcome.out().contains(missing + " missing in 1 gaps"), outcome.out());
  }

  @Test
  void shouldTellHowAPipelineFileReadsTheRecording() throws Exception {
    Path file = temp.resolve("a.csv");
    Outcome recorded = sense(machine(), with("--seconds", 2, "--out", file));
    String section = recorded.out().lines().filter(l -> l.contains("sensor: ")).findFirst().get();
    section = section.substring(section.indexOf("sensor: "));
    Path pipeline = pipeline(section.replace("}}", "}, pace: fast}"));

    Outcome outcome = sense(machine(), "sense", pipeline, "--out", temp.resolve("b.csv"));

    assertEquals(0, outcome.exit(), outcome.err());
    assertEquals(-1, Files.mismatch(file, temp.resolve("b.csv")));
  }

  private Path pipeline(String sensor) throws Exception {
    return Files.writeString(
        temp.resolve("p.yaml"),
        "node: n\nboard: host\nmodel: {file: none.mill}\nwindow: {length: 1 samples}\n"
            + sensor
            + "\n");
  }

  @Test
  void shouldSenseTheChipOfAPipelineFile() throws Exception {
    Path pipeline =
        pipeline("sensor:\n  adxl345: {bus: i2c-1, address: 0x53, rate: 800 Hz, range: 16 g}");

    Outcome outcome = sense(machine(), "sense", pipeline, "--seconds", "0.25");

    assertEquals(0, outcome.exit(), outcome.err());
    assertTrue(outcome.out().contains("200 samples in 0.250 s; 0 missing"), outcome.out());
    assertEquals(4, outcome.out().lines().count(), outcome.out());
    assertTrue(outcome.out().lines().findFirst().get().matches(" +0\\.099 s  x .* m/s2  y .*"));
  }

  @Test
  void shouldPrintPlainLinesWhereThereIsNoTerminal() {
    Outcome outcome = sense(machine(), with("--seconds", "0.2", "--plot"));

    assertEquals(0, outcome.exit(), outcome.err());
    assertTrue(outcome.out().indexOf('\033') < 0, outcome.out());
  }

  @Test
  void shouldRecordSoundThatReplayReadsBackExactly() throws Exception {
    ByteBuffer raw = ByteBuffer.allocate(2 * 8000).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 8000; i++) {
      raw.putShort((short) (i * 37));
    }
    Files.write(temp.resolve("raw"), raw.array());
    Path recorder = temp.resolve("recorder");
    Files.writeString(recorder, "#!/bin/sh\ncat '" + temp.resolve("raw") + "'\nexec sleep 600\n");
    Files.setPosixFilePermissions(recorder, PosixFilePermissions.fromString("rwx------"));
    Path file = temp.resolve("a.wav");

    Outcome outcome =
        sense(
            machine(),
            "sense",
            "audio",
            "rate=16 kHz",
            "program=" + recorder,
            "--seconds",
            "0.5",
            "--out",
            file);

    assertEquals(0, outcome.exit(), outcome.err());
    List<float[]> heard = replayed(WavRecording.open(file));
    assertEquals(8000, heard.size());
    for (int i = 0; i < heard.size(); i++) {
      assertEquals((short) (i * 37) / 32768f, heard.get(i)[0], "sample " + i);
    }
  }

  @Test
  void shouldNotWriteOverARecording() throws Exception {
    Path file = Files.writeString(temp.resolve("a.csv"), "precious");

    Outcome outcome = sense(machine(), with("--seconds", 1, "--out", file));

    InProcess.assertError(5, "a.csv: is there already", outcome);
    assertEquals("precious", Files.readString(file));
  }

  @Test
  void shouldSayWhatIsWrongOnTheCommandLine() {
    InProcess.assertError(2, "kinds: ads1115, adxl345", sense(machine(), "sense", "adxl34"));
    InProcess.assertError(
        2, "range: '16' is not a quantity such as", sense(machine(), wrong("range=16")));
    InProcess.assertError(2, "it can be 2, 4, 8, 16 g", sense(machine(), wrong("range=3g")));
    InProcess.assertError(2, "'ranje=16g' is not KEY=VALUE", sense(machine(), wrong("ranje=16g")));
    InProcess.assertError(
        2, "key 'rate' is missing", sense(machine(), "sense", CHIP[1], CHIP[2], CHIP[3]));
    InProcess.assertError(
        2, "must end with .csv or .wav", sense(machine(), with("--out", "a.txt")));
    InProcess.assertError(2, "above 0", sense(machine(), with("--seconds", "0")));
    InProcess.assertError(2, "above 0", sense(machine(), with("--seconds", "NaN")));
    InProcess.assertError(3, "no such file", sense(machine(), "sense", temp.resolve("no.yaml")));
  }

  private static Object[] wrong(String last) {
    Object[] words = CHIP.clone();
    words[words.length - 1] = last;
    return words;
  }

  @Test
  void shouldSayThatAChipIsNotThere() {
    Outcome outcome = sense(machine(), "sense", "bme280", "bus=i2c-1", "address=0x76", "rate=1Hz");

    InProcess.assertError(5, "i2c-1 address 0x76", outcome);
  }
}
