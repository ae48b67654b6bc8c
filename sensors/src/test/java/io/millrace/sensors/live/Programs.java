package io.millrace.sensors.live;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Programs for tests: Debian's, and scripts that stand for a device's. */
public final class Programs {
  private Programs() {}

  /**
   * The program's path; skips the test where it is missing, and fails where none may be skipped.
   */
  public static String installed(String name, String debianPackage) {
    for (String folder : System.getenv("PATH").split(":", -1)) {
      Path file = Path.of(folder, name);
      if (Files.isExecutable(file)) {
        return file.toString();
      }
    }
    String missing = name + " is not installed (Debian: " + debianPackage + ")";
    if ("true".equals(System.getenv("CI"))) {
      assertTrue(false, missing);
    }
    assumeTrue(false, missing);
    throw new AssertionError(missing);
  }

  /** A shell script that can be run. */
  public static String script(Path folder, String name, String body) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(
        file,
        Set.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE));
    return file.toString();
  }
}
