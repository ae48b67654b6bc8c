package io.millrace.suites.cloud;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority, and two servers of it: one in time, one whose certificate is over. */
final class Authority {
  private static final char[] PASSWORD = "for-tests".toCharArray();

  private final Path folder;

  Authority(Path folder) throws Exception {
    this.folder = folder;
    // in a store of their own each, so that a server presents the one that is meant
    make("ca", "bc:c");
    serve("valid", "-startdate", "-1d", "-validity", "30");
    serve("expired", "-startdate", "-10d", "-validity", "5");
  }

  private void serve(String name, String... time) throws IOException, InterruptedException {
    List<String> more = new ArrayList<>(List.of("-signer", "ca"));
    more.addAll(List.of(time));
    make(name, "SAN=IP:127.0.0.1", more.toArray(String[]::new));
  }

  private void make(String name, String extension, String... more)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", name, "-keyalg", "EC"));
    command.addAll(List.of("-dname", "CN=" + name, "-ext", extension));
    command.addAll(List.of("-keystore", store().toString(), "-storepass", new String(PASSWORD)));
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
  }

  private Path store() {
    return folder.resolve("all.p12");
  }

  private KeyStore stored() throws Exception {
    return KeyStore.getInstance(store().toFile(), PASSWORD);
  }

  private static KeyStore empty() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, PASSWORD);
    return store;
  }

  /** What a server of that name presents. */
  SSLContext server(String name) throws Exception {
    KeyStore all = stored();
    KeyStore own = empty();
    own.setKeyEntry(name, all.getKey(name, PASSWORD), PASSWORD, all.getCertificateChain(name));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  /** What a machine that trusts this authority goes by. */
  SSLContext trusted() throws Exception {
    KeyStore roots = empty();
    roots.setCertificateEntry("ca", stored().getCertificate("ca"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(roots);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
