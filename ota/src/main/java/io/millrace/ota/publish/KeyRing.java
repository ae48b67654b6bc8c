package io.millrace.ota.publish;

import io.millrace.ota.tuf.Role;
import io.millrace.ota.tuf.SigningKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A folder of signing keys: {@code ROLE.pem} or {@code ROLE-ANYTHING.pem} sign for a role; those of
 * root in the folder {@code retired} sign the next root only, so that boards which trust them
 * follow.
 *
 * @param byRole the keys of each role
 * @param retiredRoot root keys that are being replaced
 */
public record KeyRing(Map<Role, List<SigningKey>> byRole, List<SigningKey> retiredRoot) {
  private static final String RETIRED = "retired";

  public KeyRing {
    byRole = Map.copyOf(byRole);
    retiredRoot = List.copyOf(retiredRoot);
  }

  /**
   * Makes a folder with one key for each role, and {@code rootKeys} for root.
   *
   * @return the files of the private keys
   * @throws IOException also if there are keys already
   */
  public static List<Path> generate(Path folder, int rootKeys) throws IOException {
    Files.createDirectories(folder);
    if (!pemFiles(folder).isEmpty()) {
      throw new FileAlreadyExistsException(
          folder.toString(), null, "holds keys already, and keys are never written over");
    }
    List<Path> files = new ArrayList<>();
    for (Role role : Role.values()) {
      int count = role == Role.ROOT ? rootKeys : 1;
      for (int i = 1; i <= count; i++) {
        Path file = folder.resolve(role.word() + (count == 1 ? "" : "-" + i) + ".pem");
        SigningKey.generate().save(file);
        files.add(file);
      }
    }
    return files;
  }

  /**
   * Reads a folder.
   *
   * @throws IOException also if a role has no key
   */
  public static KeyRing load(Path folder) throws IOException {
    Map<Role, List<SigningKey>> keys = new EnumMap<>(Role.class);
    List<Path> files = pemFiles(folder);
    for (Role role : Role.values()) {
      List<SigningKey> mine = new ArrayList<>();
      for (Path file : files) {
        if (file.getFileName().toString().matches(role.word() + "(-.*)?\\.pem")) {
          mine.add(SigningKey.load(file));
        }
      }
      if (mine.isEmpty()) {
        throw new IOException(
            "%s holds no key %s.pem; 'millrace keygen %s' makes a set"
                .formatted(folder, role.word(), folder));
      }
      keys.put(role, mine);
    }
    List<SigningKey> retired = new ArrayList<>();
    if (Files.isDirectory(folder.resolve(RETIRED))) {
      for (Path file : pemFiles(folder.resolve(RETIRED))) {
        retired.add(SigningKey.load(file));
      }
    }
    return new KeyRing(keys, retired);
  }

  private static List<Path> pemFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.getFileName().toString().endsWith(".pem")).sorted().toList();
    }
  }
}
