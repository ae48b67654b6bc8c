package io.millrace.ota.tuf;

import io.millrace.ota.disk.Sha256;
import io.millrace.ota.json.BadJsonException;
import io.millrace.ota.json.CanonicalJson;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Map;

/**
 * An Ed25519 public key (RFC 8032).
 *
 * @param id what metadata call it
 * @param publicHex its 32 bytes in hexadecimal digits
 */
public record TufKey(String id, String publicHex) {
  static final int PUBLIC_BYTES = 32;
  static final int SIGNATURE_BYTES = 64;

  /** What stands before the 32 bytes in a SubjectPublicKeyInfo (RFC 8410, section 4). */
  static final String SPKI_PREFIX = "302a300506032b6570032100";

  /** A key under the id that the specification gives it: the SHA-256 of its canonical form. */
  static TufKey of(String publicHex) {
    try {
      return new TufKey(Sha256.of(CanonicalJson.bytes(form(publicHex))), publicHex);
    } catch (BadJsonException e) {
      throw new IllegalStateException("texts have a canonical form", e);
    }
  }

  /** As metadata write it. */
  Map<String, Object> form() {
    return form(publicHex);
  }

  private static Map<String, Object> form(String publicHex) {
    return Map.of("keytype", "ed25519", "scheme", "ed25519", "keyval", Map.of("public", publicHex));
  }

  /** Whether {@code signatureHex} is this key's signature of {@code bytes}; false for nonsense. */
  boolean signed(byte[] bytes, String signatureHex) {
    if (signatureHex.length() != 2 * SIGNATURE_BYTES) {
      return false;
    }
    try {
      byte[] encoded = HexFormat.of().parseHex(SPKI_PREFIX + publicHex);
      PublicKey key =
          KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(key);
      verifier.update(bytes);
      return verifier.verify(HexFormat.of().parseHex(signatureHex));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false; // no point of the curve, or no hexadecimal digits: nobody signed with it
    }
  }
}
