package io.millrace.cli;

import io.millrace.cli.sensor.BadKeyException;
import io.millrace.cli.sensor.Boards;
import io.millrace.cli.sensor.CsvRecorder;
import io.millrace.cli.sensor.OutputKinds;
import io.millrace.cli.sensor.SampleSink;
import io.millrace.cli.sensor.SenseSource;
import io.millrace.cli.sensor.Sensing;
import io.millrace.cli.sensor.SensorKinds;
import io.millrace.cli.sensor.Terminal;
import io.millrace.cli.sensor.TerminalPlot;
import io.millrace.cli.sensor.ValueLines;
import io.millrace.cli.sensor.WavRecorder;
import io.millrace.node.pipeline.Node;
import io.millrace.node.pipeline.Pipeline;
import io.millrace.node.pipeline.PipelineFile;
import io.millrace.node.pipeline.SensorSettings;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.Sensor;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace sense}. */
@Command(
    name = "sense",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Reads one sensor: prints its values, draws them or records them.",
      "  millrace sense PIPELINE.yaml",
      "  millrace sense adxl345 bus=i2c-1 address=0x53 rate=100Hz range=16g",
      "  millrace sense audio rate=16kHz --out sound.wav",
      "Keys are those of a pipeline file. Ends after --seconds, or on SIGINT or SIGTERM."
    })
final class SenseCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "PIPELINE.yaml|KIND",
      description = "A file with a sensor section, or a kind of sensor: a chip, gpio, audio, iio.")
  String what;

  @Parameters(index = "1..*", paramLabel = "KEY=VALUE", description = "The sensor's keys.")
  List<String> pairs = List.of();

  @Option(names = "--seconds", description = "End after so many seconds of samples.")
  double seconds = Double.POSITIVE_INFINITY;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Record into a new .csv file, or .wav for sound; 'replay' reads it back.")
  Path file;

  @Option(
      names = "--plot",
      description = "Draw in the terminal, a row for each channel; lines where there is none.")
  boolean plot;

  @Spec CommandSpec spec;

  private final Boards boards;

  SenseCommand() {
    this(Boards.ofMachine());
  }

  /** Over other buses, for tests. */
  SenseCommand(Boards boards) {
    this.boards = boards;
  }

  @Override
  public Integer call() throws Exception {
    if (!(seconds > 0)) {
      throw usage("--seconds " + seconds + "; it must be above 0");
    }
    String name = file == null ? ".csv" : file.toString();
    if (!name.endsWith(".csv") && !name.endsWith(".wav")) {
      throw usage("--out " + file + "; the name must end with .csv or .wav");
    }
    if (what.endsWith(".yaml") || what.endsWith(".yml")) {
      if (!pairs.isEmpty()) {
        throw usage("'" + pairs.getFirst() + "' means nothing with a pipeline file");
      }
      Path path = Path.of(what);
      InputFile.check(path);
      Pipeline pipeline = PipelineFile.read(path, SensorKinds.of(boards), OutputKinds.of(boards));
      return sense(pipeline.sensor(), Node.clockFor(pipeline));
    }
    if (!SenseSource.kinds().contains(what)) {
      throw usage(
          "'%s' is neither a .yaml file nor a kind of sensor; kinds: %s"
              .formatted(what, String.join(", ", SenseSource.kinds())));
    }
    try {
      return sense(SenseSource.of(what, pairs, boards), Clock.system());
    } catch (BadKeyException e) {
      String key = e.key().isEmpty() ? "" : e.key() + ": ";
      throw usage(what + ": " + key + e.getMessage());
    }
  }

  private ParameterException usage(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }

  private int sense(SensorSettings settings, Clock clock) throws IOException, InputException {
    PrintWriter out = spec.commandLine().getOut();
    AtomicBoolean stopping = new AtomicBoolean();
    Thread reader = Thread.currentThread();
    InputFile.checkReplayed(settings);
    try (StopSignal signal = new StopSignal();
        Sensor sensor = settings.open(clock)) {
      signal.stops(() -> {
        stopping.set(true);
        reader.interrupt();
      });
      SampleFormat format = sensor.format();
      if (format.width() != format.channels().size()) {
        throw new InputException(
            format.source() + " gives pictures or tensors; sense shows and records numbers");
      }
      Sensing sensing = new Sensing(sensor);
      if (file == null) {
        try (SampleSink display = display(format, out)) {
          sensing.run(seconds, List.of(display), stopping::get);
        }
        out.println(sensing.text());
      } else {
        String replay = record(sensing, format, out, stopping);
        out.println(sensing.text());
        out.println(file + " is written; in a pipeline file: " + replay);
      }
      out.flush();
      return signal.endsWith(ExitCode.DONE);
    }
  }

  private String record(
      Sensing sensing, SampleFormat format, PrintWriter out, AtomicBoolean stopping)
      throws IOException {
    boolean wav = file.toString().endsWith(".wav");
    List<SampleSink> sinks = new ArrayList<>();
    if (plot) {
      sinks.add(display(format, out));
    }
    if (wav) {
      try (WavRecorder recorder = new WavRecorder(file, format)) {
        sinks.add(recorder);
        sensing.run(seconds, sinks, stopping::get);
        return recorder.replay();
      }
    }
    try (CsvRecorder recorder = new CsvRecorder(file, format)) {
      sinks.add(recorder);
      sensing.run(seconds, sinks, stopping::get);
      return recorder.replay();
    }
  }

  private SampleSink display(SampleFormat format, PrintWriter out) {
    return plot && Terminal.isThere()
        ? new TerminalPlot(format, out, Terminal.ofProcess())
        : new ValueLines(format, out);
  }
}
