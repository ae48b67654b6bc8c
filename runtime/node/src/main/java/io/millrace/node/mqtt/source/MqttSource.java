package io.millrace.node.mqtt.source;

import io.millrace.node.mqtt.MqttConfig;
import io.millrace.node.mqtt.PacketBytes;
import io.millrace.node.uplink.Sender;
import io.millrace.node.uplink.Uplink;
import io.millrace.node.uplink.WireBytes;
import io.millrace.sensors.message.MessageSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/**
 * One subscription. A thread connects and subscribes, waits until the connection is lost, and
 * starts again after a wait that doubles; the library reconnects nothing. Messages that the broker
 * kept (retained) are passed over: when they were sent, nobody knows.
 */
final class MqttSource implements MessageSource {
  private static final int BACKOFF_MIN_MS = 500;
  private static final int BACKOFF_MAX_MS = 60_000;
  private static final int CONNECT_TIMEOUT_MS = 10_000;
  private static final int KEEP_ALIVE_S = 30;
  private static final int REFUSED = 0x80;

  private final MqttTopic topic;
  private final Uplink uplink;
  private final PacketBytes bytes;
  private final Consumer<? super Exception> errors;

  MqttSource(MqttTopic topic, Uplink uplink, Consumer<? super Exception> errors) {
    this.topic = topic;
    this.uplink = uplink;
    bytes = PacketBytes.of(topic.broker().getScheme());
    this.errors = errors;
  }

  @Override
  public String name() {
    return "topic " + topic.topic() + " at " + topic.broker();
  }

  /** What a broker on the board itself sends does not leave it. */
  private void travels(long count) {
    if (!topic.isLocal()) {
      uplink.count(Sender.UPKEEP, count);
    }
  }

  @Override
  public AutoCloseable subscribe(Receiver receiver) throws IOException {
    String id = topic.clientId().orElseGet(() -> "millrace-" + UUID.randomUUID());
    SSLSocketFactory trust = topic.ca().isPresent() ? trusting(topic.ca().get()) : null;
    Subscription subscription = new Subscription(receiver, id, trust);
    subscription.thread.start();
    return subscription;
  }

  private static SSLSocketFactory trusting(Path ca) throws IOException {
    try (InputStream in = Files.newInputStream(ca)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate c : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca" + store.size(), c);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IOException(ca + " holds no certificates that can be used: " + e.getMessage(), e);
    }
  }

  private final class Subscription implements AutoCloseable {
    private final Receiver receiver;
    private final String clientId;
    private final SSLSocketFactory trust;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread =
        Thread.ofPlatform().daemon().name("millrace-mqtt-source").unstarted(this::run);

    Subscription(Receiver receiver, String clientId, SSLSocketFactory trust) {
      this.receiver = receiver;
      this.clientId = clientId;
      this.trust = trust;
    }

    private void run() {
      try (Uplink.Upkeep _ =
          topic.isLocal() ? () -> {} : uplink.keepUp(bytes.ping(), KEEP_ALIVE_S * 1000L)) {
        connections();
      } catch (IllegalArgumentException e) {
        receiver.failed(new IOException(name() + ": " + e.getMessage(), e));
      }
    }

    private void connections() {
      long waitMs = BACKOFF_MIN_MS;
      try {
        while (stopped.getCount() > 0) {
          if (connection()) {
            waitMs = BACKOFF_MIN_MS;
          }
          if (stopped.await(waitMs, TimeUnit.MILLISECONDS)) {
            return;
          }
          waitMs = Math.min(BACKOFF_MAX_MS, 2 * waitMs);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // closed
      } catch (IOException e) {
        receiver.failed(e);
      }
    }

    /** One connection to its end; whether it was subscribed. */
    private boolean connection() throws InterruptedException, IOException {
      CountDownLatch lost = new CountDownLatch(1);
      boolean subscribed = false;
      long connectionBytes = bytes.connection(clientId, topic.credentials(), 0);
      travels(connectionBytes);
      MqttAsyncClient client = null;
      try {
        client = new MqttAsyncClient(topic.broker().toString(), clientId, new MemoryPersistence());
        client.setCallback(new Messages(lost));
        client.connect(options()).waitForCompletion(CONNECT_TIMEOUT_MS);
        travels(bytes.subscription(topic.topic()));
        IMqttToken token = client.subscribe(topic.topic(), 1);
        token.waitForCompletion(CONNECT_TIMEOUT_MS);
        if (token.getGrantedQos().length == 1 && token.getGrantedQos()[0] == REFUSED) {
          throw new IOException(
              name() + " is refused to this user; grant it on the broker, or use another topic");
        }
        subscribed = true;
        while (!lost.await(KEEP_ALIVE_S, TimeUnit.SECONDS)) {
          travels(bytes.ping());
        }
      } catch (MqttException e) {
        if (!topic.isLocal() && WireBytes.neverOpened(e)) {
          uplink.giveBack(Sender.UPKEEP, bytes.withoutConnection(connectionBytes));
        }
        errors.accept(new IOException(name() + ": " + reason(e), e));
      } finally {
        end(client);
      }
      return subscribed;
    }

    private static String reason(MqttException e) {
      return e.getMessage() + (e.getCause() == null ? "" : ", " + e.getCause());
    }

    private MqttConnectOptions options() throws IOException {
      MqttConnectOptions options = new MqttConnectOptions();
      options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
      options.setCleanSession(true);
      options.setAutomaticReconnect(false);
      options.setKeepAliveInterval(KEEP_ALIVE_S);
      options.setConnectionTimeout(CONNECT_TIMEOUT_MS / 1000);
      options.setExecutorServiceTimeout(1);
      if (topic.credentials().isPresent()) {
        MqttConfig.Credentials given = topic.credentials().get();
        options.setUserName(given.user());
        options.setPassword(given.password().read().toCharArray());
      }
      if (trust != null) {
        options.setHttpsHostnameVerificationEnabled(true);
        options.setSocketFactory(trust);
      }
      return options;
    }

    private static void end(MqttAsyncClient client) {
      if (client == null) {
        return;
      }
      try {
        client.disconnectForcibly(0, 100, false);
      } catch (MqttException alreadyGone) {
        // what was to be reached
      }
      try {
        client.close(true);
      } catch (MqttException alreadyGone) {
        // what was to be reached
      }
    }

    @Override
    public void close() {
      stopped.countDown();
      thread.interrupt();
    }

    private final class Messages implements MqttCallback {
      private final CountDownLatch lost;

      Messages(CountDownLatch lost) {
        this.lost = lost;
      }

      @Override
      public void connectionLost(Throwable cause) {
        errors.accept(new IOException(name() + ": connection lost, " + cause, cause));
        lost.countDown();
      }

      @Override
      public void messageArrived(String of, MqttMessage message) {
        travels(bytes.acknowledged(of, message.getPayload().length));
        if (!message.isRetained()) {
          receiver.message(message.getPayload());
        }
      }

      @Override
      public void deliveryComplete(IMqttDeliveryToken token) {
        // nothing is sent
      }
    }
  }
}
