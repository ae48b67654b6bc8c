package io.millrace.ota.tuf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;

/**
 * An Ed25519 key that can sign. On disk it is two PEM files: {@code NAME.pem}, PKCS#8, for its
 * owner's eyes only, and {@code NAME.pub}, the public key.
 */
public final class SigningKey {
  private static final byte[] PROBE = {'m', 'i', 'l', 'l'};

  private final PrivateKey secret;
  private final TufKey key;

  private SigningKey(PrivateKey secret, TufKey key) {
    this.secret = secret;
    this.key = key;
  }

  /** A new key, from the platform's strong random numbers. */
  public static SigningKey generate() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      return new SigningKey(pair.getPrivate(), TufKey.of(publicHex(pair.getPublic().getEncoded())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform since 15 has Ed25519", e);
    }
  }

  private static String publicHex(byte[] spki) {
    return HexFormat.of().formatHex(spki, spki.length - TufKey.PUBLIC_BYTES, spki.length);
  }

  /** The public half. */
  public TufKey key() {
    return key;
  }

  /** The signature of {@code bytes}, in hexadecimal digits. */
  String sign(byte[] bytes) {
    try {
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(secret);
      signer.update(bytes);
      return HexFormat.of().formatHex(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key that could sign cannot any more", e);
    }
  }

  /**
   * Writes both files.
   *
   * @param file where the private key goes, usually {@code NAME.pem}
   * @throws IOException also if either is there already: a key is never written over
   */
  public void save(Path file) throws IOException {
    Path publicFile = publicFile(file);
    if (Files.exists(publicFile)) {
      throw new java.nio.file.FileAlreadyExistsException(publicFile.toString());
    }
    byte[] text = pem("PRIVATE KEY", secret.getEncoded());
    try (var channel =
        Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      channel.write(java.nio.ByteBuffer.wrap(text));
    }
    byte[] spki = HexFormat.of().parseHex(TufKey.SPKI_PREFIX + key.publicHex());
    Files.write(publicFile, pem("PUBLIC KEY", spki), StandardOpenOption.CREATE_NEW);
  }

  private static Path publicFile(Path file) {
    String name = file.getFileName().toString();
    String stem = name.endsWith(".pem") ? name.substring(0, name.length() - 4) : name;
    return file.resolveSibling(stem + ".pub");
  }

  /**
   * Reads both files.
   *
   * @throws IOException if one is missing, is no Ed25519 key, or they do not belong together
   */
  public static SigningKey load(Path file) throws IOException {
    Path publicFile = publicFile(file);
    byte[] pkcs8 = unwrapped(file, "PRIVATE KEY");
    byte[] spki = unwrapped(publicFile, "PUBLIC KEY");
    byte[] prefix = HexFormat.of().parseHex(TufKey.SPKI_PREFIX);
    if (spki.length != prefix.length + TufKey.PUBLIC_BYTES
        || !Arrays.equals(Arrays.copyOf(spki, prefix.length), prefix)) {
      throw new IOException(publicFile + ": is no Ed25519 public key");
    }
    try {
      PrivateKey secret =
          KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      SigningKey both = new SigningKey(secret, TufKey.of(publicHex(spki)));
      if (!both.key.signed(PROBE, both.sign(PROBE))) {
        throw new IOException(file + " and " + publicFile + " do not belong together");
      }
      return both;
    } catch (GeneralSecurityException e) {
      throw new IOException(file + ": is no Ed25519 private key: " + e.getMessage(), e);
    }
  }

  private static byte[] pem(String kind, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return ("-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] unwrapped(Path file, String kind) throws IOException {
    String text = Files.readString(file, StandardCharsets.US_ASCII);
    String begin = "-----BEGIN " + kind + "-----";
    int from = text.indexOf(begin);
    int to = text.indexOf("-----END " + kind + "-----");
    if (from < 0 || to < from) {
      throw new IOException(file + ": holds no PEM block '" + kind + "'");
    }
    try {
      return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to).strip());
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": is no PEM file: " + e.getMessage(), e);
    }
  }
}
