package io.millrace.ota.hawkbit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.jr.ob.JSON;

/**
 * An update server with one device, that answers as hawkBit 0.9 does (no reason phrase in the
 * status line, {@code application/hal+json}, 410 for what is closed), keeps state, and fails when
 * told to.
 */
public final class HawkbitServer implements Closeable {
  /** What goes wrong with a response. */
  public enum Fault {
    RESET,
    RESET_MID_BODY,
    IGNORE_RANGE,
    WRONG_RANGE,
    TOO_SHORT,
    SLOW,
    ERROR_500,
    BUSY_429,
    BROKEN_JSON,
    HUGE_JSON,
    ENDLESS,
    REDIRECT
  }

  /** Where an action is. */
  public enum State {
    CONFIRMING,
    RUNNING,
    CANCELING,
    CANCELED,
    FINISHED,
    ERROR
  }

  /** A request as it came. */
  public record Asked(String method, String path, Map<String, String> headers, String body) {}

  private static final class Action {
    private final Map<String, byte[]> artifacts = new LinkedHashMap<>();
    private State state = State.RUNNING;
    private String handling = "forced";
    private String window = "";
    private final List<String> history = new ArrayList<>();
  }

  private record Planned(Fault fault, String pathPart) {}

  private final ServerSocket listening;
  private final String device;
  private final String token;
  private final TreeMap<Integer, Action> actions = new TreeMap<>();
  private final Map<String, String> attributes = new TreeMap<>();
  private final List<Asked> asked = new ArrayList<>();
  private final List<Planned> planned = new ArrayList<>();
  private final Map<String, String> overrides = new LinkedHashMap<>();
  private final List<Socket> open = new ArrayList<>();
  private boolean wantsAttributes = true;
  private long artifactBytes;
  private int acceptedCloses;
  private String redirectTo = "";

  /** Starts at a free port, or at a given one. */
  public HawkbitServer(String device, String token, int port) throws IOException {
    this.device = device;
    this.token = token;
    listening = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::acceptAll);
  }

  /** Where devices find it. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort());
  }

  /** A new action; its number. */
  public synchronized int assign(Map<String, byte[]> artifacts, String handling) {
    Action action = new Action();
    action.artifacts.putAll(artifacts);
    action.handling = handling;
    actions.put(actions.size() + 1, action);
    return actions.size();
  }

  /** Waits for the device's confirmation. */
  public synchronized void holdForConfirmation(int action) {
    actions.get(action).state = State.CONFIRMING;
  }

  /** {@code available}, {@code unavailable} or nothing. */
  public synchronized void window(int action, String window) {
    actions.get(action).window = window;
  }

  /** Wants an action given up. */
  public synchronized void cancel(int action) {
    actions.get(action).state = State.CANCELING;
  }

  /** Closes an action as an operator may. */
  public synchronized void close(int action) {
    actions.get(action).state = State.CANCELED;
  }

  /** Next time a path holds {@code pathPart}, this goes wrong. */
  public synchronized void fail(Fault fault, String pathPart, int times) {
    for (int i = 0; i < times; i++) {
      planned.add(new Planned(fault, pathPart));
    }
  }

  /** Replaces a text in what is answered as JSON. */
  public synchronized void say(String instead, String of) {
    overrides.put(of, instead);
  }

  /** Where {@link Fault#REDIRECT} leads. */
  public synchronized void redirectTo(String address) {
    redirectTo = address;
  }

  public synchronized State state(int action) {
    return actions.get(action).state;
  }

  /** Executions and results that were told of an action, in order. */
  public synchronized List<String> history(int action) {
    return List.copyOf(actions.get(action).history);
  }

  public synchronized List<Asked> asked() {
    return List.copyOf(asked);
  }

  public synchronized Map<String, String> attributes() {
    return Map.copyOf(attributes);
  }

  /** Bytes of artifacts that were written to sockets. */
  public synchronized long artifactBytes() {
    return artifactBytes;
  }

  /** How often an action was closed by the device, repeats that were refused not counted. */
  public synchronized int acceptedCloses() {
    return acceptedCloses;
  }

  private void acceptAll() {
    try {
      while (true) {
        Socket socket = listening.accept();
        socket.setTcpNoDelay(true);
        synchronized (this) {
          open.add(socket);
        }
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException closed) {
      // the server is over
    }
  }

  private void serve(Socket socket) {
    try (socket;
        InputStream in = new BufferedInputStream(socket.getInputStream())) {
      String first = line(in);
      while (!first.isEmpty()) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String each = line(in); !each.isEmpty(); each = line(in)) {
          int colon = each.indexOf(':');
          headers.put(each.substring(0, colon).strip(), each.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("Content-Length", "0"));
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        int blank = first.indexOf(' ');
        String path = first.substring(blank + 1, first.lastIndexOf(' '));
        if (!answer(socket, new Asked(first.substring(0, blank), path, headers, body))) {
          return;
        }
        first = line(in);
      }
    } catch (IOException gone) {
      // the device left
    }
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int each = in.read();
    while (each >= 0 && each != '\n') {
      if (each != '\r') {
        line.write(each);
      }
      each = in.read();
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  private static final class Response {
    private final int status;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private byte[] body = {};
    private boolean artifact;

    private Response(int status) {
      this.status = status;
    }

    private Response json(String text) {
      body = text.getBytes(StandardCharsets.UTF_8);
      headers.put("Content-Type", "application/hal+json;charset=UTF-8");
      return this;
    }
  }

  private boolean answer(Socket socket, Asked request) throws IOException {
    Fault fault;
    Response response;
    synchronized (this) {
      asked.add(request);
      fault = takeFault(request.path());
      if (fault == Fault.ERROR_500 || fault == Fault.BUSY_429) {
        response = new Response(fault == Fault.ERROR_500 ? 500 : 429);
        response.headers.put("Retry-After", "7");
      } else if (fault == Fault.REDIRECT) {
        response = new Response(302);
        response.headers.put("Location", redirectTo);
      } else {
        response = route(request, fault);
      }
    }
    if (fault == Fault.RESET) {
      socket.setSoLinger(true, 0);
      return false;
    }
    if (fault == Fault.BROKEN_JSON) {
      response.json("{\"config\":{");
    } else if (fault == Fault.HUGE_JSON) {
      response.json("{\"filler\":\"" + "x".repeat(3_000_000) + "\"}");
    }
    return send(socket, response, fault);
  }

  private Fault takeFault(String path) {
    for (Planned each : planned) {
      if (path.contains(each.pathPart())) {
        planned.remove(each);
        return each.fault();
      }
    }
    return null;
  }

  private boolean send(Socket socket, Response response, Fault fault) throws IOException {
    OutputStream out = socket.getOutputStream();
    long stated = response.body.length;
    boolean endless = fault == Fault.ENDLESS;
    StringBuilder head = new StringBuilder("HTTP/1.1 " + response.status + " \r\n");
    head.append("X-Content-Type-Options: nosniff\r\nCache-Control: no-cache, no-store\r\n");
    response.headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    head.append(endless ? "Connection: close\r\n" : "Content-Length: " + stated + "\r\n");
    head.append("Date: Mon, 23 Nov 2026 02:17:12 GMT\r\n\r\n");
    out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    int first =
        fault == Fault.RESET_MID_BODY || fault == Fault.SLOW ? (int) stated / 2 : (int) stated;
    out.write(response.body, 0, first);
    out.flush();
    count(response, first);
    if (endless) {
      byte[] more = new byte[64 * 1024];
      while (true) {
        out.write(more);
      }
    }
    if (fault == Fault.RESET_MID_BODY) {
      pause(150); // what was sent is to be read, and not thrown away by the reset
      socket.setSoLinger(true, 0);
      return false;
    }
    for (int i = first; i < stated; i++) {
      pause(50);
      out.write(response.body, i, 1);
      out.flush();
    }
    return true;
  }

  private synchronized void count(Response response, int bytes) {
    artifactBytes += response.artifact ? bytes : 0;
  }

  private static void pause(long ms) throws IOException {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private Response route(Asked request, Fault fault) {
    String base = "/DEFAULT/controller/v1/" + device;
    String path = request.path().replaceFirst("\\?.*", "");
    String authorization = request.headers().getOrDefault("Authorization", "");
    if (!path.startsWith(base) || !authorization.equals("TargetToken " + token)) {
      return new Response(401);
    }
    String rest = path.substring(base.length());
    if (rest.isEmpty()) {
      return new Response(200).json(edited(poll(uri() + base)));
    }
    String[] parts = rest.substring(1).split("/", -1);
    return switch (parts[0]) {
      case "configData" -> configData(request);
      case "deploymentBase", "cancelAction", "confirmationBase" -> action(request, parts, base);
      case "softwaremodules" -> artifact(request, parts, fault);
      default -> new Response(404);
    };
  }

  private String edited(String json) {
    String text = json;
    for (Map.Entry<String, String> each : overrides.entrySet()) {
      text = text.replace(each.getKey(), each.getValue());
    }
    return text;
  }

  private String poll(String base) {
    List<String> links = new ArrayList<>();
    for (Map.Entry<Integer, Action> each : actions.entrySet()) {
      String kind =
          switch (each.getValue().state) {
            case RUNNING -> "deploymentBase";
            case CANCELING -> "cancelAction";
            case CONFIRMING -> "confirmationBase";
            case CANCELED, FINISHED, ERROR -> "";
          };
      if (!kind.isEmpty()) {
        String query = kind.equals("deploymentBase") ? "?c=411599879" : "";
        links.add(link(kind, base + "/" + kind + "/" + each.getKey() + query));
        break; // one at a time, the oldest first
      }
    }
    if (wantsAttributes) {
      links.add(link("configData", base + "/configData"));
    }
    String all = links.isEmpty() ? "" : ",\"_links\":{" + String.join(",", links) + "}";
    return "{\"config\":{\"polling\":{\"sleep\":\"00:05:00\"}}" + all + "}";
  }

  private static String link(String name, String address) {
    return "\"" + name + "\":{\"href\":\"" + address + "\"}";
  }

  private Response configData(Asked request) {
    Map<?, ?> data = (Map<?, ?>) JSON.std.mapFrom(request.body()).get("data");
    data.forEach((name, value) -> attributes.put(name.toString(), value.toString()));
    wantsAttributes = false;
    return new Response(200);
  }

  private Response action(Asked request, String[] parts, String base) {
    int id = Integer.parseInt(parts[1]);
    Action action = actions.get(id);
    if (action == null) {
      return new Response(404).json("{\"errorCode\":\"hawkbit.server.error.repo.entityNotFound\"}");
    }
    boolean over =
        action.state == State.FINISHED
            || action.state == State.ERROR
            || action.state == State.CANCELED;
    if (request.method().equals("GET")) {
      return switch (parts[0]) {
        case "deploymentBase" -> new Response(200).json(edited(deployment(id, action, base)));
        case "cancelAction" ->
            new Response(200)
                .json("{\"id\":\"" + id + "\",\"cancelAction\":{\"stopId\":\"" + id + "\"}}");
        default -> new Response(404);
      };
    }
    if (over) {
      return new Response(410);
    }
    try {
      Map<String, Object> message = JSON.std.mapFrom(request.body());
      if (parts[0].equals("confirmationBase")) {
        action.state =
            message.get("confirmation").equals("confirmed") ? State.RUNNING : action.state;
      } else {
        hear(action, parts[0], (Map<?, ?>) message.get("status"));
      }
      return new Response(200);
    } catch (JacksonException e) {
      return new Response(400)
          .json("{\"errorCode\":\"hawkbit.server.error.rest.body.notReadable\"}");
    }
  }

  private void hear(Action action, String what, Map<?, ?> status) {
    String execution = status.get("execution").toString();
    String finished = ((Map<?, ?>) status.get("result")).get("finished").toString();
    boolean ofCancel = what.equals("cancelAction");
    action.history.add((ofCancel ? "cancel " : "") + execution + " " + finished);
    if (ofCancel) {
      action.state = execution.equals("rejected") ? State.RUNNING : State.CANCELED;
    } else if (execution.equals("closed")) {
      acceptedCloses++;
      action.state = finished.equals("failure") ? State.ERROR : State.FINISHED;
      wantsAttributes = true;
    } else if (execution.equals("canceled")) {
      action.state = State.CANCELED;
    }
  }

  private String deployment(int id, Action action, String base) {
    List<String> artifacts = new ArrayList<>();
    action.artifacts.forEach((name, bytes) -> {
      String address = uri() + base + "/softwaremodules/" + id + "/artifacts/" + name;
      artifacts.add(
          "{\"filename\":\""
              + name
              + "\",\"hashes\":{\"sha1\":\"00\",\"md5\":\"00\",\"sha256\":\""
              + sha256(bytes)
              + "\"},\"size\":"
              + bytes.length
              + ",\"_links\":{"
              + link("download-http", address)
              + ","
              + link("md5sum-http", address + ".MD5SUM")
              + "}}");
    });
    String window =
        action.window.isEmpty() ? "" : ",\"maintenanceWindow\":\"" + action.window + "\"";
    return "{\"id\":\""
        + id
        + "\",\"deployment\":{\"download\":\""
        + action.handling
        + "\",\"update\":\""
        + action.handling
        + "\""
        + window
        + ",\"chunks\":[{\"part\":\"bApp\",\"version\":\"1.0.0\",\"name\":\"bearing\",\"artifacts\":["
        + String.join(",", artifacts)
        + "],\"metadata\":[{\"key\":\"sha256\",\"value\":\"x\"}]}]}}";
  }

  private Response artifact(Asked request, String[] parts, Fault fault) {
    byte[] whole = actions.get(Integer.parseInt(parts[1])).artifacts.get(parts[3]);
    if (whole == null) {
      return new Response(404);
    }
    int from = 0;
    String range = request.headers().getOrDefault("Range", "");
    if (!range.isEmpty() && fault != Fault.IGNORE_RANGE) {
      from = Integer.parseInt(range.replaceAll("\\D", ""));
    }
    boolean beyond = from >= whole.length;
    Response response = new Response(beyond ? 416 : range.isEmpty() || from == 0 ? 200 : 206);
    int told = fault == Fault.WRONG_RANGE ? from + 1 : from;
    String span = beyond ? "*" : told + "-" + (whole.length - 1);
    response.headers.put("Content-Range", "bytes " + span + "/" + whole.length);
    response.headers.put("Accept-Ranges", "bytes");
    response.headers.put("Content-Type", "application/octet-stream");
    if (!beyond) {
      int end = fault == Fault.TOO_SHORT ? whole.length - 1 : whole.length;
      response.body = java.util.Arrays.copyOfRange(whole, from, end);
      response.artifact = true;
    }
    return response;
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    synchronized (this) {
      for (Socket each : open) {
        each.close();
      }
    }
  }

  /** Serves one action of random bytes until it is stopped: {@code DEVICE TOKEN PORT BYTES}. */
  public static void main(String[] args) throws Exception {
    byte[] bytes = new byte[Integer.parseInt(args[3])];
    new java.util.Random(1).nextBytes(bytes);
    try (HawkbitServer server = new HawkbitServer(args[0], args[1], Integer.parseInt(args[2]))) {
      int action = server.assign(Map.of("model.mill", bytes), "forced");
      System.out.println(server.uri());
      State last = null;
      while (true) {
        if (server.state(action) != last) {
          last = server.state(action);
          System.out.println("action " + action + " " + last.name().toLowerCase(Locale.ROOT));
        }
        Thread.sleep(200);
      }
    }
  }
}
