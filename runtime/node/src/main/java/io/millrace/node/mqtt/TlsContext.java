package io.millrace.node.mqtt;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Trust and identity from PEM files, with the JDK's own classes. */
public final class TlsContext {
  private static final Pattern PEM_KEY =
      Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----([^-]*)-----END ");

  private TlsContext() {}

  /**
   * Reads the files and makes a context of them.
   *
   * @throws IOException if one is missing or not what it should be; the message names it
   */
  public static SSLContext load(TlsConfig config) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(identity(config), trust(config), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS settings cannot be used: " + e.getMessage(), e);
    }
  }

  private static TrustManager[] trust(TlsConfig config)
      throws IOException, GeneralSecurityException {
    if (config.caFile().isEmpty()) {
      return null; // the JVM's own
    }
    KeyStore store = emptyStore();
    int number = 0;
    for (Certificate certificate : certificates(config.caFile().get())) {
      store.setCertificateEntry("ca" + number++, certificate);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager[] identity(TlsConfig config)
      throws IOException, GeneralSecurityException {
    if (config.client().isEmpty()) {
      return null; // none is shown
    }
    TlsConfig.ClientIdentity client = config.client().get();
    Certificate[] chain = certificates(client.certificate()).toArray(new Certificate[0]);
    PrivateKey key = privateKey(client.key(), chain[0].getPublicKey().getAlgorithm());
    KeyStore store = emptyStore();
    char[] inMemoryOnly = {};
    store.setKeyEntry("client", key, inMemoryOnly, chain);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, inMemoryOnly);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static Collection<? extends Certificate> certificates(Path file) throws IOException {
    try {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
      if (found.isEmpty()) {
        throw new IOException(
            "no certificate in " + file + "; a PEM file (BEGIN CERTIFICATE) is expected");
      }
      return found;
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "no readable certificate in " + file + " (" + e.getMessage() + "); PEM is expected", e);
    }
  }

  private static PrivateKey privateKey(Path file, String algorithm) throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    Matcher pem = PEM_KEY.matcher(text);
    if (!pem.find() || !pem.group(1).isEmpty()) {
      throw new IOException(
          "no usable key in "
              + file
              + "; a PKCS#8 key without password (BEGIN PRIVATE KEY) is expected, which"
              + " 'openssl pkcs8 -topk8 -nocrypt' makes");
    }
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(pem.group(2));
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(
          "the key in " + file + " is not a readable " + algorithm + " key as the certificate has",
          e);
    }
  }
}
