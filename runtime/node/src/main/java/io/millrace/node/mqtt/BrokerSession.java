package io.millrace.node.mqtt;

import io.millrace.node.uplink.Sender;
import io.millrace.node.uplink.Uplink;
import io.millrace.node.uplink.WireBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/**
 * One connection to the broker, from connect to its end; never used again after that. The library
 * keeps nothing on disk and reconnects nothing: the outbox and the session loop do. All that it
 * sends and receives is taken from the uplink, before it is sent.
 */
final class BrokerSession implements AutoCloseable {
  /** What the connection tells; called from the library's threads, must not block. */
  interface Events {
    /** The broker acknowledged the message that was sent under this number. */
    void acknowledged(long number);

    /** A connection is gone; which one, its {@link #lostCause} tells. */
    void lost();

    /** A message came on a topic that was subscribed to. */
    void arrived(String topic, byte[] message, boolean retained);

    /** The broker does not let this node subscribe to the topic. */
    void refused(String topic);
  }

  /**
   * What the broker says for this client when the connection breaks, at QoS 1.
   *
   * @param retained whether it keeps it
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  record Will(String topic, byte[] payload, boolean retained) {}

  /** What a client says for itself before it takes leave. */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  record LastWords(String topic, byte[] payload, int qos, boolean retained) {}

  /** What the library may hold beyond the alerts in flight: status and what is sent at QoS 0. */
  private static final int EXTRA_IN_FLIGHT = 64;

  /** Return code of SUBACK, MQTT 3.1.1, section 3.9.3. */
  private static final int SUBSCRIPTION_REFUSED = 0x80;

  private static final int CLOSE_TIMEOUT_MS = 5_000;

  private final MqttAsyncClient client;
  private final Uplink uplink;
  private final PacketBytes bytes;
  private final TrackedSockets sockets = new TrackedSockets();
  private final Events events;
  private volatile Throwable lostCause;

  private BrokerSession(MqttConfig config, Uplink uplink, Events events) throws MqttException {
    this.uplink = uplink;
    this.events = events;
    bytes = PacketBytes.of(config.broker().getScheme());
    client =
        new MqttAsyncClient(config.broker().toString(), config.clientId(), new MemoryPersistence());
    client.setCallback(new Callback());
  }

  /** What a connection takes by itself. */
  static long connectionBytes(MqttConfig config, int willBytes) throws IOException {
    return PacketBytes.of(config.broker().getScheme())
        .connection(config.clientId(), config.credentials(), willBytes);
  }

  /**
   * Connects, and waits for the broker's greeting.
   *
   * @param uplink pays for all that travels
   * @param will what the broker publishes when the connection breaks
   */
  static BrokerSession connect(MqttConfig config, Uplink uplink, Will will, Events events)
      throws IOException {
    int willBytes = will.topic().getBytes(StandardCharsets.UTF_8).length + will.payload().length;
    long connectionBytes = connectionBytes(config, willBytes);
    uplink.count(Sender.UPKEEP, connectionBytes);
    BrokerSession session = null;
    boolean connected = false;
    try {
      session = new BrokerSession(config, uplink, events);
      MqttConnectOptions options = session.options(config);
      options.setWill(will.topic(), will.payload(), 1, will.retained());
      session.client.connect(options).waitForCompletion(config.timing().connectTimeoutMs());
      connected = true;
      return session;
    } catch (MqttException e) {
      if (session != null && WireBytes.neverOpened(e)) {
        uplink.giveBack(Sender.UPKEEP, session.bytes.withoutConnection(connectionBytes));
      }
      throw new IOException("no connection to " + config.broker() + ": " + explain(e), e);
    } finally {
      if (!connected && session != null) {
        session.close();
      }
    }
  }

  private MqttConnectOptions options(MqttConfig config) throws IOException {
    MqttConnectOptions options = new MqttConnectOptions();
    options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
    options.setCleanSession(true);
    options.setAutomaticReconnect(false);
    options.setKeepAliveInterval(config.timing().keepAliveS());
    options.setConnectionTimeout(Math.max(1, config.timing().connectTimeoutMs() / 1000));
    options.setMaxInflight(config.maxInFlight() + EXTRA_IN_FLIGHT);
    options.setExecutorServiceTimeout(1);
    if (config.credentials().isPresent()) {
      MqttConfig.Credentials credentials = config.credentials().get();
      options.setUserName(credentials.user());
      options.setPassword(credentials.password().read().toCharArray());
    }
    if (config.tls().isPresent()) {
      TlsConfig tls = config.tls().get();
      options.setHttpsHostnameVerificationEnabled(tls.verifyHostname());
      options.setSocketFactory(sockets.tls(TlsContext.load(tls).getSocketFactory()));
    } else {
      options.setSocketFactory(sockets.plain());
    }
    return options;
  }

  /**
   * Sends at QoS 1.
   *
   * @param sender on whose account
   * @param number given back with the acknowledgement
   * @return false, and nothing sent, if the uplink does not bear it now
   */
  boolean publish(Sender sender, String topic, byte[] payload, boolean retained, long number)
      throws IOException {
    if (!uplink.take(sender, bytes.acknowledged(topic, payload.length))) {
      return false;
    }
    try {
      client.publish(topic, payload, 1, retained, null, new Acknowledgement(number));
      return true;
    } catch (MqttException e) {
      throw new IOException("message to " + topic + " not sent: " + explain(e), e);
    }
  }

  /**
   * Subscribes at QoS 1.
   *
   * @param number given back with the acknowledgement
   */
  void subscribe(String topic, long number) throws IOException {
    uplink.count(Sender.UPKEEP, bytes.subscription(topic));
    try {
      client.subscribe(topic, 1, topic, new Acknowledgement(number));
    } catch (MqttException e) {
      throw new IOException("topic " + topic + " not subscribed: " + explain(e), e);
    }
  }

  /** What {@link #publishOnce} takes of the uplink. */
  long onceBytes(BirthProtocol.Message message) {
    return bytes.once(message.topic(), message.payload().length);
  }

  /**
   * Sends at QoS 0, not retained.
   *
   * @throws IOException also if the broker has not taken what was sent before, or the uplink does
   *     not bear it
   */
  void publishOnce(Sender sender, String topic, byte[] payload) throws IOException {
    if (!uplink.take(sender, bytes.once(topic, payload.length))) {
      throw new IOException("message to " + topic + " not sent: the day's uplink is used up");
    }
    try {
      client.publish(topic, payload, 0, false);
    } catch (MqttException e) {
      throw new IOException("message to " + topic + " not sent: " + explain(e), e);
    }
  }

  /** A ping has passed, or may have. */
  void pinged() {
    uplink.count(Sender.UPKEEP, bytes.ping());
  }

  /**
   * Sends the last message before {@link #disconnect}, and waits until it is sent (QoS 0) or
   * acknowledged (QoS 1): the library lets DISCONNECT pass what still waits to be sent, and the
   * broker then forgets the will.
   *
   * @throws IOException if that takes longer; without DISCONNECT, the will says it instead
   */
  void publishLast(LastWords last, long timeoutMs) throws IOException {
    uplink.count(Sender.UPKEEP, bytes.acknowledged(last.topic(), last.payload().length));
    try {
      client
          .publish(last.topic(), last.payload(), last.qos(), last.retained())
          .waitForCompletion(timeoutMs);
    } catch (MqttException e) {
      throw new IOException("last message to " + last.topic() + " not sent: " + explain(e), e);
    }
  }

  /** Why the connection is gone; empty while it is there. */
  Optional<Throwable> lostCause() {
    return Optional.ofNullable(lostCause);
  }

  private void lost(Throwable cause) {
    if (lostCause == null) {
      lostCause = cause == null ? new IOException("closed by the broker") : cause;
    }
    events.lost();
  }

  /** Takes leave, so that the broker does not publish the last will. */
  void disconnect(long timeoutMs) throws IOException {
    try {
      client.disconnect(0).waitForCompletion(timeoutMs);
    } catch (MqttException e) {
      throw new IOException("no orderly end of the connection: " + explain(e), e);
    }
  }

  /**
   * Ends the connection at once. The library waits for its own threads when it is closed; a thread
   * apart does that, so that the caller's wait has an end.
   */
  @Override
  public void close() {
    sockets.close();
    Thread closer = Thread.ofPlatform().daemon().name("mqtt-close").start(this::closeClient);
    boolean interrupted = false;
    try {
      closer.join(CLOSE_TIMEOUT_MS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeClient() {
    try {
      client.disconnectForcibly(0, 1, false);
    } catch (MqttException alreadyGone) {
      // what was to be reached
    }
    try {
      client.close(true);
    } catch (MqttException alreadyGone) {
      // what was to be reached
    }
  }

  private static String explain(MqttException e) {
    Throwable cause = e.getCause();
    String reason = e.getMessage() + " (" + e.getReasonCode() + ")";
    return cause == null ? reason : reason + ", " + cause;
  }

  private final class Acknowledgement implements IMqttActionListener {
    private final long number;

    private Acknowledgement(long number) {
      this.number = number;
    }

    @Override
    public void onSuccess(IMqttToken token) {
      int[] granted = token.getGrantedQos();
      if (token.getUserContext() instanceof String topic
          && granted != null
          && granted.length == 1
          && granted[0] == SUBSCRIPTION_REFUSED) {
        events.refused(topic);
      }
      events.acknowledged(number);
    }

    @Override
    public void onFailure(IMqttToken token, Throwable cause) {
      lost(cause);
    }
  }

  private final class Callback implements MqttCallback {
    @Override
    public void connectionLost(Throwable cause) {
      lost(cause);
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      uplink.count(Sender.UPKEEP, bytes.acknowledged(topic, message.getPayload().length));
      events.arrived(topic, message.getPayload(), message.isRetained());
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {
      // the acknowledgement says so with the number
    }
  }
}
