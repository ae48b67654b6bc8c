package io.millrace.ota.tuf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import io.millrace.node.storage.CrashFolder;
import io.millrace.node.storage.SmallFiles;
import io.millrace.ota.publish.KeyRing;
import io.millrace.ota.publish.Repository;
import io.millrace.ota.transfer.FolderSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against an independent client and an independent maker of repositories, run by Node. */
@Timeout(120)
class InteropTest {
  private static final Path RIG = Path.of("../test-rigs/tuf").toAbsolutePath().normalize();

  @TempDir Path temp;

  @BeforeEach
  void requireRig() {
    boolean there = Files.isDirectory(RIG.resolve("node_modules/tuf-js"));
    String how = "no " + RIG + "/node_modules: run 'npm ci' there (Node 20 or later)";
    if (System.getenv("CI") != null) {
      assertTrue(there, how);
    }
    Assumptions.assumeTrue(there, how);
  }

  private String node(String script, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("node", script));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Path out = temp.resolve("out-" + System.nanoTime());
    Process process =
        new ProcessBuilder(command)
            .directory(RIG.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), script);
    return Files.readString(out).strip();
  }

  private String clientSays(Path folder, Path root) throws Exception {
    HttpServer server =
        SimpleFileServer.createFileServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            folder,
            SimpleFileServer.OutputLevel.NONE);
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort();
      return node("client.mjs", url, root, "file.bin");
    } finally {
      server.stop(0);
    }
  }

  private void publish(Path folder, KeyRing keys, byte[] file, int version) throws Exception {
    // a target of any kind: what a manifest says is not the framework's business
    Repository.Validity validity = Repository.Validity.DEFAULT;
    new Repository(folder).publish(List.of(), keys, 1, validity, Instant.now());
    Target target = Statements.target("file.bin", file, Map.of("version", "v" + version));
    Path at = folder.resolve("targets/" + target.sha256() + ".file.bin");
    Files.createDirectories(at.getParent());
    Files.write(at, file);
    Path metadata = folder.resolve("metadata");
    Instant later = Instant.now().plusSeconds(86_400);
    long next = 1000L + version;
    byte[] targets =
        Statements.targets(
            next, later, Map.of("file.bin", target), keys.byRole().get(Role.TARGETS));
    Files.write(metadata.resolve(Role.TARGETS.file(next)), targets);
    byte[] snapshot =
        Statements.snapshot(next, later, next, targets, keys.byRole().get(Role.SNAPSHOT));
    Files.write(metadata.resolve(Role.SNAPSHOT.file(next)), snapshot);
    Files.write(
        metadata.resolve(Role.TIMESTAMP.file()),
        Statements.timestamp(next, later, next, snapshot, keys.byRole().get(Role.TIMESTAMP)));
  }

  @Test
  void shouldBeBelievedByAnIndependentClientUnlessTamperedWith() throws Exception {
    KeyRing.generate(temp.resolve("keys"), 1);
    KeyRing keys = KeyRing.load(temp.resolve("keys"));
    Path site = temp.resolve("site");
    publish(site, keys, "a model \u00e4".getBytes(StandardCharsets.UTF_8), 1);
    Path root = site.resolve("metadata/1.root.json");
    assertEquals("v1 10", clientSays(site, root));

    // root keys change, and the client follows
    Files.createDirectories(temp.resolve("keys/retired"));
    for (String end : List.of("pem", "pub")) {
      Files.move(temp.resolve("keys/root." + end), temp.resolve("keys/retired/root." + end));
      Files.deleteIfExists(temp.resolve("keys/timestamp." + end));
    }
    SigningKey.generate().save(temp.resolve("keys/root.pem"));
    SigningKey.generate().save(temp.resolve("keys/timestamp.pem"));
    publish(site, KeyRing.load(temp.resolve("keys")), new byte[77], 2);
    assertTrue(Files.exists(site.resolve("metadata/2.root.json")));
    assertEquals("v2 77", clientSays(site, root));

    for (String name :
        List.of("timestamp.json", "1002.snapshot.json", "1002.targets.json", "2.root.json")) {
      Path file = site.resolve("metadata").resolve(name);
      byte[] whole = Files.readAllBytes(file);
      String text = new String(whole, StandardCharsets.UTF_8);
      String changed = text.replaceFirst("\"expires\":\"2", "\"expires\":\"3");
      assertFalse(changed.equals(text));
      Files.writeString(file, changed);
      String says = clientSays(site, root);
      assertTrue(says.startsWith("refused"), name + ": " + says);
      assertThrows(UntrustedException.class, () -> visit(site, root), name);
      Files.write(file, whole);
    }
    assertEquals("v2 77", clientSays(site, root));
    assertEquals(77, visit(site, root).length);
  }

  private byte[] visit(Path site, Path root) throws Exception {
    TufClient client =
        new TufClient(
            new SmallFiles(new CrashFolder()),
            Files.readAllBytes(root),
            new FolderSource(site),
            Instant::now);
    TufClient.Targets targets = client.refresh();
    return targets.read(targets.all().get("file.bin"));
  }

  @Test
  void shouldBelieveARepositoryOfIndependentTools() throws Exception {
    byte[] file = "made elsewhere".getBytes(StandardCharsets.UTF_8);
    Path in = Files.write(temp.resolve("in"), file);
    Path site = temp.resolve("site");
    assertEquals("", node("make.mjs", site, in, "file.bin"));
    Path root = site.resolve("metadata/1.root.json");
    assertArrayEquals(file, visit(site, root));
    Path timestamp = site.resolve("metadata/timestamp.json");
    Files.writeString(
        timestamp, Files.readString(timestamp).replace("\"version\": 1", "\"version\": 2"));
    assertThrows(UntrustedException.class, () -> visit(site, root));
  }
}
