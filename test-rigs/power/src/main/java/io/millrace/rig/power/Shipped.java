package io.millrace.rig.power;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The scenarios that come with the rig. */
public final class Shipped {
  /** Their names. */
  public static final List<String> NAMES = List.of("fuse", "solar", "wearable", "lte");

  private static final List<String> PROFILES = List.of("field-camera.profile", "button.profile");

  private Shipped() {}

  /** Unpacks {@code name} with its pipeline and the boards into {@code folder}. */
  public static Path unpack(String name, Path folder) throws IOException {
    for (String profile : PROFILES) {
      copy(profile, folder);
    }
    copy(name + ".pipeline.yaml", folder);
    return copy(name + ".yaml", folder);
  }

  private static Path copy(String resource, Path folder) throws IOException {
    Path target = folder.resolve(resource);
    try (InputStream in = Shipped.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("the build left " + resource + " out of the rig's resources");
      }
      Files.write(target, in.readAllBytes());
    }
    return target;
  }
}
