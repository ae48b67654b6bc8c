package io.millrace.cli;

import io.millrace.device.DeviceProfile;
import io.millrace.device.DeviceProfiles;
import io.millrace.device.Figure;
import io.millrace.device.FrequencyStep;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code millrace devices}. */
@Command(
    name = "devices",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Lists the boards that networks can be compiled for, with every figure's origin.")
final class DevicesCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", arity = "0..*", description = "Boards to list; all if left out.")
  List<String> names = List.of();

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<DeviceProfile> listed =
        (names.isEmpty() ? DeviceProfiles.ids() : names).stream().map(this::named).toList();
    for (DeviceProfile device : listed) {
      out.println(device.id() + ": " + device.title());
      Table table = new Table("figure", "value", "how", "from");
      for (Map.Entry<DeviceProfile.Key, Figure> entry : device.figures().entrySet()) {
        Figure figure = entry.getValue();
        table.row(
            entry.getKey().word(),
            number(figure.value()),
            figure.provenance().words(),
            figure.source());
      }
      for (FrequencyStep step : device.lowerSteps()) {
        Figure figure = step.activeCoreMilliW();
        table.row(
            String.format(Locale.ROOT, "step, %.0f MHz: core-milliw", step.hz() / 1e6),
            number(figure.value()),
            figure.provenance().words(),
            figure.source());
      }
      table.print(out);
      out.println();
    }
    return ExitCode.DONE;
  }

  /** Not a converter of picocli's: where arguments are a list, it hides what a converter says. */
  private DeviceProfile named(String name) {
    try {
      return new DeviceOption().convert(name);
    } catch (TypeConversionException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,.0f", value)
        : Double.toString(value);
  }
}
