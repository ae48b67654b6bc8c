package io.millrace.cli;

import io.millrace.cli.picture.Quantities;
import io.millrace.ota.publish.KeyRing;
import io.millrace.ota.publish.Release;
import io.millrace.ota.publish.Repository;
import io.millrace.ota.tuf.Role;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace publish}. */
@Command(
    name = "publish",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Publishes a compiled model in a folder that any HTTP server can serve, signed.",
      "Without --model it signs anew what is there, as is due before the timestamp expires."
    })
final class PublishCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The folder; made if it is missing.")
  Path folder;

  @Option(
      names = "--keys",
      paramLabel = "KEYS",
      required = true,
      description = "The folder of keys that keygen made.")
  Path keys;

  @Option(names = "--model", paramLabel = "F.mill", description = "What compile made.")
  Path model;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What boards look for; the file's name if left out.")
  String name;

  @Option(names = "--version-name", paramLabel = "V", description = "As people call this release.")
  String version;

  @Option(
      names = "--summary",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "What is new, for people.")
  String summary;

  @Option(
      names = "--golden",
      paramLabel = "IN.bin",
      description =
          "Raw inputs that every board must answer bit for bit before it runs the model; some are"
              + " drawn if left out.")
  Path golden;

  @Option(
      names = "--threshold",
      paramLabel = "N",
      defaultValue = "1",
      description = "So many root keys must sign.")
  int threshold;

  @Option(
      names = "--timestamp-days",
      paramLabel = "D",
      defaultValue = "30",
      description =
          "Boards believe nothing from here that many days after the last publish (${DEFAULT-VALUE}).")
  int timestampDays;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (timestampDays < 1) {
      throw new ParameterException(spec.commandLine(), "--timestamp-days: at least 1");
    }
    List<Release> releases = model == null ? List.of() : List.of(release());
    Repository.Validity usual = Repository.Validity.DEFAULT;
    Repository.Published published =
        new Repository(folder)
            .publish(
                releases,
                KeyRing.load(keys),
                threshold,
                new Repository.Validity(
                    usual.root(),
                    usual.targets(),
                    usual.snapshot(),
                    Duration.ofDays(timestampDays)),
                Instant.now());
    PrintWriter out = spec.commandLine().getOut();
    for (Release release : releases) {
      out.println(
          "%s %s for %s: %s in %d blocks, %s packed"
              .formatted(
                  release.manifest().name(),
                  release.manifest().version(),
                  release.manifest().device(),
                  Quantities.bytes(release.manifest().program().bytes()),
                  release.manifest().program().blocks().size(),
                  Quantities.bytes(release.manifest().program().storedBytes())));
    }
    out.println("written     " + Quantities.bytes(published.newBytes()) + " that were not there");
    for (Role role : Role.values()) {
      out.println("%-11s version %d".formatted(role.word(), published.versions().get(role)));
    }
    out.println("boards need " + published.root());
    return ExitCode.DONE;
  }

  private Release release() throws Exception {
    InputFile.check(model);
    if (!OpenedModel.isProgram(model)) {
      throw new InputException(model + " is not compiled: 'millrace compile' makes a .mill of it");
    }
    Optional<byte[]> inputs = Optional.empty();
    if (golden != null) {
      InputFile.check(golden);
      inputs = Optional.of(Files.readAllBytes(golden));
    }
    String file = model.getFileName().toString();
    String called = name != null ? name : file.replaceFirst("\\.mill$", "");
    byte[] program = Files.readAllBytes(model);
    try {
      String shown =
          version != null ? version : Instant.now().toString().replaceAll("[:TZ]|\\..*", "");
      return Release.of(called, shown, summary, program, inputs);
    } catch (IllegalArgumentException e) {
      throw new InputException(e.getMessage());
    }
  }
}
