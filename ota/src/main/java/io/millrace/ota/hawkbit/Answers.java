package io.millrace.ota.hawkbit;

import io.millrace.ota.hawkbit.Deployment.Handling;
import io.millrace.ota.hawkbit.Deployment.Window;
import io.millrace.ota.hawkbit.HawkbitException.Kind;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.jr.ob.JSON;

/** Reads the server's JSON; whatever is not as DDI has it is an error that names the place. */
record Answers(HawkbitConfig config) {
  private static final Pattern SLEEP = Pattern.compile("(\\d{1,4}):([0-5]\\d):([0-5]\\d)");
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern WAITING = Pattern.compile(".*/confirmationBase/[A-Za-z0-9_-]{1,64}");

  Poll poll(byte[] json) throws HawkbitException {
    Map<?, ?> root = parse(json);
    Map<?, ?> links = root.containsKey("_links") ? object(root, "_links") : Map.of();
    Optional<URI> confirmation =
        link(links, "confirmationBase").filter(link -> WAITING.matcher(link.getPath()).matches());
    return new Poll(
        sleepMs(root),
        link(links, "configData"),
        link(links, "deploymentBase"),
        link(links, "cancelAction"),
        confirmation);
  }

  private long sleepMs(Map<?, ?> root) throws HawkbitException {
    HawkbitConfig.Limits limits = config.limits();
    String text = text(object(object(root, "config"), "polling"), "sleep");
    Matcher sleep = SLEEP.matcher(text);
    if (!sleep.matches()) {
      throw bad("'config.polling.sleep' is '" + shorten(text) + "', not HH:MM:SS");
    }
    long seconds =
        Long.parseLong(sleep.group(1)) * 3600
            + Long.parseLong(sleep.group(2)) * 60
            + Long.parseLong(sleep.group(3));
    return Math.clamp(seconds * 1000, limits.minPollMs(), limits.maxPollMs());
  }

  Deployment deployment(byte[] json) throws HawkbitException {
    Map<?, ?> root = parse(json);
    Map<?, ?> deployment = object(root, "deployment");
    List<Artifact> artifacts = new ArrayList<>();
    for (Map<?, ?> chunk : objects(deployment, "chunks")) {
      for (Map<?, ?> artifact : objects(chunk, "artifacts")) {
        artifacts.add(artifact(artifact));
      }
    }
    String window = optionalText(deployment, "maintenanceWindow");
    return new Deployment(
        id(root),
        choice(Handling.class, text(deployment, "download")),
        choice(Handling.class, text(deployment, "update")),
        window.isEmpty() ? Window.NONE : choice(Window.class, window),
        artifacts);
  }

  private Artifact artifact(Map<?, ?> artifact) throws HawkbitException {
    if (!(artifact.get("size") instanceof Number size)) {
      throw bad("an artifact has no 'size'");
    }
    return new Artifact(
        text(artifact, "filename"),
        size.longValue(),
        optionalText(object(artifact, "hashes"), "sha256").toLowerCase(Locale.ROOT),
        downloadLink(object(artifact, "_links"), text(artifact, "filename")));
  }

  /** The configured server's own first; then another host, to which no token goes. */
  private URI downloadLink(Map<?, ?> links, String name) throws HawkbitException {
    List<URI> found = new ArrayList<>();
    for (String key : List.of("download", "download-http")) {
      if (links.containsKey(key)) {
        found.add(address(text(object(links, key), "href")));
      }
    }
    for (URI each : found) {
      if (config.isOwn(each)) {
        return each;
      }
    }
    for (URI each : found) {
      if (mayFetch(each)) {
        return each;
      }
    }
    throw bad(
        "artifact "
            + shorten(name)
            + " has no usable download link in "
            + shorten(found.toString())
            + "; the server's own or one with https is wanted");
  }

  /** Whether something may be downloaded there, without the token. */
  boolean mayFetch(URI address) {
    boolean plain = HawkbitConfig.isScheme(address, "http");
    boolean open = config.plainHttp() || HawkbitConfig.isScheme(config.server(), "http");
    return address.getHost() != null
        && address.getUserInfo() == null
        && (HawkbitConfig.isScheme(address, "https") || (plain && open));
  }

  String cancelled(byte[] json) throws HawkbitException {
    Map<?, ?> root = parse(json);
    String id = text(object(root, "cancelAction"), "stopId");
    requireId(id);
    return id;
  }

  private Optional<URI> link(Map<?, ?> links, String name) throws HawkbitException {
    if (!links.containsKey(name)) {
      return Optional.empty();
    }
    URI address = address(text(object(links, name), "href"));
    if (!config.isOwn(address)) {
      throw bad(
          "link "
              + name
              + " leads to "
              + shorten(address.toString())
              + ", which is not "
              + config.server()
              + "; the token does not go there. Behind a proxy, tell the server its outer address");
    }
    return Optional.of(address);
  }

  private static URI address(String text) throws HawkbitException {
    try {
      URI address = new URI(text);
      if (address.getHost() != null && address.getPath() != null) {
        return address.normalize();
      }
    } catch (java.net.URISyntaxException e) {
      throw new HawkbitException(
          Kind.BAD_ANSWER, "the server gave '" + shorten(text) + "' as a link", -1, e);
    }
    throw bad("'" + shorten(text) + "' is not a whole link");
  }

  private static String id(Map<?, ?> root) throws HawkbitException {
    String id = text(root, "id");
    requireId(id);
    return id;
  }

  private static void requireId(String id) throws HawkbitException {
    if (!ID.matcher(id).matches()) {
      throw bad("'" + shorten(id) + "' is not an action's id");
    }
  }

  static Map<?, ?> parse(byte[] json) throws HawkbitException {
    try {
      if (JSON.std.anyFrom(json) instanceof Map<?, ?> object) {
        return object;
      }
    } catch (JacksonException e) {
      throw new HawkbitException(
          Kind.BAD_ANSWER,
          "the update server's answer is not JSON (" + shorten(e.getOriginalMessage()) + ")",
          -1,
          e);
    }
    throw bad("a JSON object was expected");
  }

  private static Map<?, ?> object(Map<?, ?> from, String name) throws HawkbitException {
    if (from.get(name) instanceof Map<?, ?> object) {
      return object;
    }
    throw bad("'" + name + "' is missing or not an object");
  }

  private static List<Map<?, ?>> objects(Map<?, ?> from, String name) throws HawkbitException {
    Object found = from.get(name);
    List<Map<?, ?>> objects = new ArrayList<>();
    if (found instanceof List<?> list) {
      for (Object each : list) {
        if (!(each instanceof Map<?, ?> object)) {
          throw bad("'" + name + "' holds something that is not an object");
        }
        objects.add(object);
      }
    } else if (found != null) {
      throw bad("'" + name + "' is not a list");
    }
    return objects;
  }

  private static String text(Map<?, ?> from, String name) throws HawkbitException {
    if (from.get(name) instanceof String text) {
      return text;
    }
    throw bad("'" + name + "' is missing or not a text");
  }

  private static String optionalText(Map<?, ?> from, String name) throws HawkbitException {
    return from.get(name) == null ? "" : text(from, name);
  }

  private static <T extends Enum<T>> T choice(Class<T> type, String text) throws HawkbitException {
    for (T each : type.getEnumConstants()) {
      if (each.name().equalsIgnoreCase(text)) {
        return each;
      }
    }
    throw bad("'" + shorten(text) + "' is not a " + type.getSimpleName().toLowerCase(Locale.ROOT));
  }

  private static HawkbitException bad(String what) {
    return new HawkbitException(
        Kind.BAD_ANSWER, "the update server's answer cannot be used: " + what);
  }

  static String shorten(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() > 200 ? line.substring(0, 200) + "..." : line;
  }
}
