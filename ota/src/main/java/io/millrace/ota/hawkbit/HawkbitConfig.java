package io.millrace.ota.hawkbit;

import io.millrace.node.mqtt.TlsConfig;
import io.millrace.node.secret.Secret;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which update server, as which device.
 *
 * @param server {@code https://HOST[:PORT][/PATH]}; plain {@code http://} only for this machine
 *     itself, or where {@code plainHttp} says so
 * @param tenant the server's tenant, {@code DEFAULT} unless it has several
 * @param controllerId the device's name on the server
 * @param token target or gateway token, read at each request
 * @param tokenKind which of both
 * @param tls whom {@code https} trusts; none: what the JVM trusts
 * @param plainHttp whether the token may travel unencrypted to another machine
 * @param confirmsByItself whether actions that wait for a confirmation are confirmed at once;
 *     otherwise somebody has to do so on the server
 * @param limits waits and bounds
 */
public record HawkbitConfig(
    URI server,
    String tenant,
    String controllerId,
    Secret token,
    TokenKind tokenKind,
    Optional<TlsConfig> tls,
    boolean plainHttp,
    boolean confirmsByItself,
    Limits limits) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._~-]{1,128}");

  /** How the token is named in the {@code Authorization} header. */
  public enum TokenKind {
    /** One device's own. */
    TARGET("TargetToken"),
    /** One for all devices of a tenant. */
    GATEWAY("GatewayToken");

    private final String scheme;

    TokenKind(String scheme) {
      this.scheme = scheme;
    }

    String scheme() {
      return scheme;
    }
  }

  public HawkbitConfig {
    Objects.requireNonNull(token);
    Objects.requireNonNull(tokenKind);
    Objects.requireNonNull(tls);
    Objects.requireNonNull(limits);
    requireServer(server, plainHttp);
    requireName("tenant", tenant);
    requireName("controller id", controllerId);
    if (tls.isPresent() && !tls.get().verifyHostname()) {
      throw new IllegalArgumentException(
          "the update server's certificate must name its host; use one that does");
    }
    if (tls.isPresent() && !isScheme(server, "https")) {
      throw new IllegalArgumentException(
          "TLS settings given, but update server " + server + " is not https://");
    }
  }

  /** A device with its own token and the defaults. */
  public static HawkbitConfig of(URI server, String controllerId, Secret token) {
    return new HawkbitConfig(
        server,
        "DEFAULT",
        controllerId,
        token,
        TokenKind.TARGET,
        Optional.empty(),
        false,
        false,
        Limits.DEFAULT);
  }

  /** The same, of another tenant. */
  public HawkbitConfig withTenant(String given) {
    return new HawkbitConfig(
        server, given, controllerId, token, tokenKind, tls, plainHttp, confirmsByItself, limits);
  }

  /** The same, with a token of the other kind. */
  public HawkbitConfig withTokenKind(TokenKind given) {
    return new HawkbitConfig(
        server, tenant, controllerId, token, given, tls, plainHttp, confirmsByItself, limits);
  }

  /** The same, trusting as given. */
  public HawkbitConfig withTls(TlsConfig given) {
    return new HawkbitConfig(
        server,
        tenant,
        controllerId,
        token,
        tokenKind,
        Optional.of(given),
        plainHttp,
        confirmsByItself,
        limits);
  }

  /** The same, confirming what waits for a confirmation. */
  public HawkbitConfig confirming() {
    return new HawkbitConfig(
        server, tenant, controllerId, token, tokenKind, tls, plainHttp, true, limits);
  }

  /** The same, with other waits and bounds. */
  public HawkbitConfig withLimits(Limits given) {
    return new HawkbitConfig(
        server, tenant, controllerId, token, tokenKind, tls, plainHttp, confirmsByItself, given);
  }

  /** The device's own address: what polling asks. */
  URI device() {
    String base = server.toString();
    String stripped = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    return URI.create(stripped + "/" + tenant + "/controller/v1/" + controllerId);
  }

  /** Whether an address leads to the configured server: same scheme, host and port. */
  boolean isOwn(URI address) {
    return address.getHost() != null
        && address.getScheme() != null
        && address.getUserInfo() == null
        && address.getScheme().equalsIgnoreCase(server.getScheme())
        && address.getHost().equalsIgnoreCase(server.getHost())
        && port(address) == port(server);
  }

  static boolean isScheme(URI address, String scheme) {
    return scheme.equalsIgnoreCase(address.getScheme());
  }

  static boolean isLoopback(URI address) {
    String host = address.getHost();
    return "localhost".equalsIgnoreCase(host)
        || "[::1]".equals(host)
        || (host != null && host.matches("127(\\.\\d{1,3}){3}"));
  }

  private static int port(URI address) {
    int implied = isScheme(address, "https") ? 443 : 80;
    return address.getPort() < 0 ? implied : address.getPort();
  }

  private static void requireName(String what, String name) {
    // these go into paths as they are
    if (!NAME.matcher(name).matches() || name.chars().allMatch(c -> c == '.')) {
      throw new IllegalArgumentException(
          what + " '" + name + "' must have 1 to 128 letters, digits or . _ ~ -");
    }
  }

  private static void requireServer(URI server, boolean plainHttp) {
    if (!(isScheme(server, "https") || isScheme(server, "http"))
        || server.getHost() == null
        || server.getUserInfo() != null
        || server.getQuery() != null
        || server.getFragment() != null) {
      throw new IllegalArgumentException(
          "update server must be https://HOST[:PORT][/PATH], without user or query; the token has a"
              + " setting of its own");
    }
    if (isScheme(server, "http") && !plainHttp && !isLoopback(server)) {
      throw new IllegalArgumentException(
          "update server "
              + server
              + " is not https://, so that anyone on the way could read the token; use https, or"
              + " allow plain http expressly");
    }
  }

  /**
   * Waits and bounds.
   *
   * @param connectTimeoutMs for one connection
   * @param requestTimeoutMs for a whole exchange that is not a download
   * @param stallTimeoutMs longest silence within a download
   * @param downloadTimeoutMs for one download, from its first to its last byte
   * @param maxAnswerBytes more than this is not read of an answer
   * @param maxArtifactBytes larger artifacts are refused
   * @param maxArtifacts more artifacts than this in one action are refused
   * @param minPollMs polled at most so often, whatever the server asks
   * @param maxPollMs and at least so often
   * @param backoffMinMs first wait after a failure, doubled each time, with a random part
   * @param backoffMaxMs longest such wait
   */
  public record Limits(
      int connectTimeoutMs,
      int requestTimeoutMs,
      int stallTimeoutMs,
      long downloadTimeoutMs,
      int maxAnswerBytes,
      long maxArtifactBytes,
      int maxArtifacts,
      long minPollMs,
      long maxPollMs,
      long backoffMinMs,
      long backoffMaxMs) {
    /** For a server on the network. */
    public static final Limits DEFAULT =
        new Limits(
            10_000,
            30_000,
            60_000,
            6 * 3_600_000L,
            1024 * 1024,
            4L * 1024 * 1024 * 1024,
            64,
            5_000,
            24 * 3_600_000L,
            2_000,
            600_000);

    public Limits {
      long[] all = {
        connectTimeoutMs,
        requestTimeoutMs,
        stallTimeoutMs,
        downloadTimeoutMs,
        maxAnswerBytes,
        maxArtifactBytes,
        maxArtifacts,
        minPollMs,
        maxPollMs,
        backoffMinMs,
        backoffMaxMs
      };
      for (long value : all) {
        if (value < 1) {
          throw new IllegalArgumentException(
              "a limit of the update server is " + value + "; 1 is the least");
        }
      }
      if (maxPollMs < minPollMs || backoffMaxMs < backoffMinMs) {
        throw new IllegalArgumentException("a longest wait is below the shortest");
      }
    }
  }
}
