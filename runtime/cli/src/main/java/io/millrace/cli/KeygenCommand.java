package io.millrace.cli;

import io.millrace.ota.publish.KeyRing;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace keygen}. */
@Command(
    name = "keygen",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Makes the keys that updates are signed with: root, targets, snapshot, timestamp (Ed25519).",
      "Keep root's away from the machine that publishes; the others it needs."
    })
final class KeygenCommand implements Callable<Integer> {
  private static final int MOST_ROOT_KEYS = 16;

  @Parameters(paramLabel = "KEYS", description = "The folder to make; keys are never written over.")
  Path folder;

  @Option(
      names = "--root-keys",
      paramLabel = "N",
      defaultValue = "1",
      description = "So many keys for root; more than one let one be lost or stolen.")
  int rootKeys;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (rootKeys < 1 || rootKeys > MOST_ROOT_KEYS) {
      throw new ParameterException(
          spec.commandLine(), "--root-keys " + rootKeys + ": 1 to " + MOST_ROOT_KEYS);
    }
    for (Path file : KeyRing.generate(folder, rootKeys)) {
      spec.commandLine().getOut().println(file);
    }
    return ExitCode.DONE;
  }
}
