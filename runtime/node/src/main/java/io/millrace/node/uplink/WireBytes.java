package io.millrace.node.uplink;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;

/**
 * What messages take on the link, with all that carries them: estimates from above, as a metered
 * network counts whole IP packets in both directions.
 *
 * <p>A packet has an IPv6 header of 40 bytes (RFC 8200, section 3; IPv4 has 20) and a TCP header of
 * 20 bytes (RFC 9293, section 3.1) with time stamps, 10 bytes and 2 of padding (RFC 7323, section
 * 3.2). It carries what fits into the least MTU, 1280 bytes (RFC 8200, section 5). Every second
 * packet is acknowledged by one of its own (RFC 9293, section 3.8.6.3), and one more at the end of
 * an exchange. A TLS record adds 29 bytes: 5 of header, 8 of explicit nonce and 16 of tag with
 * AES-GCM in TLS 1.2 (RFC 5246, section 6.2.3.3, RFC 5288, section 3); TLS 1.3 adds 22 (RFC 8446,
 * section 5.2). What a network loses and TCP repeats is not known here and not counted.
 */
public final class WireBytes {
  private static final int PACKET_HEADERS = 40 + 20 + 12;
  private static final int PACKET_PAYLOAD = 1280 - PACKET_HEADERS;
  private static final int RECORD_OVERHEAD = 29;
  private static final int RECORD_PAYLOAD = 1 << 14;

  /** SYN, SYN-ACK, ACK with up to 20 bytes of further options; FIN and ACK from either side. */
  private static final int TCP_OPEN_AND_CLOSE = 3 * (PACKET_HEADERS + 20) + 4 * PACKET_HEADERS;

  /** A question and an answer for each of A and AAAA over UDP; answers with a name or two more. */
  private static final int NAME_LOOKUP = 2 * (2 * 48 + 60 + 160);

  /**
   * A handshake after RFC 8446, section 2: hellos of half a kilobyte and less, the server's chain
   * of two or three certificates of up to one and a half, one of the client's perhaps, signatures,
   * and two session tickets.
   */
  private static final int TLS_HANDSHAKE = 6_500;

  private final boolean secure;

  private WireBytes(boolean secure) {
    this.secure = secure;
  }

  /** Of connections with TLS or without. */
  public static WireBytes of(boolean secure) {
    return new WireBytes(secure);
  }

  /** A connection by itself: looked up, opened, agreed upon, closed. */
  public long connection() {
    long bytes = NAME_LOOKUP + TCP_OPEN_AND_CLOSE;
    if (secure) {
      bytes += TLS_HANDSHAKE + (packets(TLS_HANDSHAKE) + 4) * PACKET_HEADERS;
    }
    return bytes;
  }

  /**
   * A connection that nobody accepted: looked up, and asked for four times, as Linux does within
   * ten seconds (RFC 6298, section 5: after 1, 2, 4 s).
   */
  public long attempt() {
    return NAME_LOOKUP + 4 * (PACKET_HEADERS + 20) + PACKET_HEADERS;
  }

  /** Whether a connection failed before it was there. */
  public static boolean neverOpened(Throwable failure) {
    Throwable each = failure;
    for (int depth = 0; each != null && depth < 8; depth++) {
      if (each instanceof ConnectException
          || each instanceof NoRouteToHostException
          || each instanceof UnknownHostException
          || each instanceof UnresolvedAddressException) {
        return true;
      }
      each = each.getCause();
    }
    return false;
  }

  /**
   * A message and its answer on an open connection.
   *
   * @param sent bytes of the message, 0 for none
   * @param received bytes of the answer, 0 for none
   */
  public long exchange(long sent, long received) {
    long out = sealed(sent);
    long in = sealed(received);
    long acknowledgements = 1 + packets(out) / 2 + packets(in) / 2;
    return out + in + (packets(out) + packets(in) + acknowledgements) * PACKET_HEADERS;
  }

  private long sealed(long bytes) {
    long records = (bytes + RECORD_PAYLOAD - 1) / RECORD_PAYLOAD;
    return secure ? bytes + records * RECORD_OVERHEAD : bytes;
  }

  private static long packets(long bytes) {
    return (bytes + PACKET_PAYLOAD - 1) / PACKET_PAYLOAD;
  }
}
