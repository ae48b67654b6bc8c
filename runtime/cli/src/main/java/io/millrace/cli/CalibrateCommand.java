package io.millrace.cli;

import io.millrace.cli.calibrate.Calibration;
import io.millrace.cli.calibrate.ClockSteps;
import io.millrace.device.DeviceProfile;
import io.millrace.device.DeviceProfiles;
import io.millrace.device.ProfileText;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.power.PowerMeter;
import io.millrace.sensors.power.PowerMeters;
import io.millrace.sensors.power.Thermometer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
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
      "Measures this board: rates of the kernels, memory, and, where there is a meter, the energies"
          + " of the cost model, fitted to measured power with its residuals.",
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

  @Option(
      names = "--heat",
      paramLabel = "SECONDS",
      description = {
        "Keeps all cores busy for so long, after a quarter of it idle, and fits the resistance and",
        "capacity of heat. Twice the board's time constant is needed: some minutes."
      })
  Integer heatSeconds;

  @Option(
      names = "--clocks",
      description = "Measures power at lower clocks too, which only root may set.")
  boolean clocks;

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
    if (heatSeconds != null && !(heatSeconds >= 20 && heatSeconds <= 7200)) {
      throw new ParameterException(
          spec.commandLine(), "--heat " + heatSeconds + ": from 20 to 7200 seconds");
    }
    PrintWriter out = spec.commandLine().getOut();
    DeviceProfile host = DeviceProfiles.named(DeviceProfiles.HOST);
    Calibration calibration =
        new Calibration(
            host,
            seconds,
            LocalDate.now(ZoneOffset.UTC).toString(),
            what -> err.println("millrace: measuring " + what));
    CalibrationReport report = new CalibrationReport(out);
    try (PowerMeters.Found found = PowerMeters.find(root, Clock.system())) {
      // power first, while the processor is cool and has been idle
      measure(calibration, found, report);
    }
    DeviceProfile profile = calibration.profile(name.substring(0, name.length() - 8));
    try (AtomicFile file = new AtomicFile(output)) {
      file.write(ByteBuffer.wrap(ProfileText.format(profile).getBytes(StandardCharsets.UTF_8)));
      file.commit();
    }
    report.figures(calibration);
    out.println("  " + output + ": use it as --device " + output);
    return ExitCode.DONE;
  }

  private void measure(Calibration calibration, PowerMeters.Found found, CalibrationReport report)
      throws Exception {
    Optional<Thermometer> thermometer =
        heatSeconds == null ? Optional.empty() : Optional.of(thermometer());
    Optional<PowerMeter> meter = report.chosen(found);
    if (meter.isPresent()) {
      report.energy(calibration.energy(meter.get()));
    }
    if (clocks) {
      clocks(calibration, meter, report);
    }
    calibration.rates();
    if (thermometer.isPresent()) {
      try (Thermometer processor = thermometer.get()) {
        report.heat(
            calibration.heat(
                processor, meter.filter(m -> m.scope() != PowerMeter.Scope.PART), heatSeconds));
      }
    }
  }

  private Thermometer thermometer() throws IOException {
    return Thermometer.ofProcessor(root)
        .orElseThrow(() ->
            new IOException(
                "--heat: the kernel shows no thermometer of the processor in %s or %s"
                    .formatted(
                        root.resolve("sys/class/thermal"), root.resolve("sys/class/hwmon"))));
  }

  private void clocks(Calibration calibration, Optional<PowerMeter> meter, CalibrationReport report)
      throws Exception {
    if (meter.isEmpty()) {
      report.clocks(calibration, "there is no power meter");
      return;
    }
    try (ClockSteps steps = ClockSteps.open(root)) {
      calibration.clocks(steps, meter.get());
      report.clocks(calibration, steps.problem());
    }
  }
}
