package io.millrace.cli;

import io.millrace.cli.calibrate.Calibration;
import io.millrace.cli.calibrate.PowerMeter;
import io.millrace.device.DeviceProfile;
import io.millrace.device.DeviceProfiles;
import io.millrace.device.ProfileText;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace calibrate}. */
@Command(
    name = "calibrate",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Measures this board: rates of the kernels, memory, and power where the kernel shows a meter.",
      "Writes a device profile for --device and a pipeline's board. Best while nothing else runs."
    })
final class CalibrateCommand implements Callable<Integer> {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE.profile",
      required = true,
      description = "Where the profile goes; written whole or not at all.")
  Path output;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "1",
      description = "For each of some ten measurements; ${DEFAULT-VALUE} if left out.")
  double seconds;

  @Spec CommandSpec spec;

  /** Where {@code sys} is; another in tests. */
  private final Path root;

  CalibrateCommand() {
    this(Path.of("/"));
  }

  CalibrateCommand(Path root) {
    this.root = root;
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter err = spec.commandLine().getErr();
    String name = output.getFileName().toString();
    if (!name.endsWith(".profile")) {
      throw new ParameterException(spec.commandLine(), output + ": the name must end in .profile");
    }
    if (!(seconds > 0 && seconds <= 600)) {
      throw new ParameterException(
          spec.commandLine(), "--seconds " + seconds + ": above 0, at most 600");
    }
    DeviceProfile host = DeviceProfiles.named(DeviceProfiles.HOST);
    Calibration calibration =
        new Calibration(
            host,
            seconds,
            LocalDate.now(ZoneOffset.UTC).toString(),
            what -> err.println("millrace: measuring " + what));
    Optional<PowerMeter> meter = PowerMeter.find(root);
    // first, while the processor is cool and has been idle
    if (meter.isPresent()) {
      calibration.power(meter.get());
    }
    calibration.rates();
    DeviceProfile profile = calibration.profile(name.substring(0, name.length() - 8));
    try (AtomicFile file = new AtomicFile(output)) {
      file.write(ByteBuffer.wrap(ProfileText.format(profile).getBytes(StandardCharsets.UTF_8)));
      file.commit();
    }
    PrintWriter out = spec.commandLine().getOut();
    Table table = new Table("figure", "measured", "before", "that was");
    calibration
        .measured()
        .forEach((key, figure) ->
            table.row(
                key.word(),
                number(figure.value()),
                calibration.before(key).map(f -> number(f.value())).orElse(""),
                calibration.before(key).map(f -> f.provenance().words()).orElse("")));
    table.print(out);
    if (meter.isEmpty()) {
      out.println(
          "  no power meter found (hwmon, a discharging battery, RAPL): power stays modelled");
    }
    out.println("  not measured, kept: slot overhead, hand-over and wake-up between cores, radio");
    out.println("  " + output + ": use it as --device " + output);
    return ExitCode.DONE;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }
}
