package io.millrace.node.uplink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sensors.clock.VirtualClock;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** Sums that can be worked out by hand from the headers that the class names. */
class WireBytesTest {
  private final WireBytes plain = WireBytes.of(false);
  private final WireBytes secure = WireBytes.of(true);

  @Test
  void shouldAddHeadersOfPacketsAndAcknowledgements() {
    // two packets and one that acknowledges, 72 bytes of headers each
    assertEquals(2 + 2 + 3 * 72, plain.exchange(2, 2));
    assertEquals(2 + 2 + 2 * 29 + 3 * 72, secure.exchange(2, 2));
    // 1208 bytes fit into one packet; of two, one more is acknowledged
    assertEquals(1208 + 2 * 72, plain.exchange(1208, 0));
    assertEquals(1209 + 4 * 72, plain.exchange(1209, 0));
    // 100 packets, 50 acknowledgements and the last
    assertEquals(120_800 + 151 * 72, plain.exchange(0, 120_800));
    // records of 16 KiB
    assertEquals(
        plain.exchange(40_000 + 3 * 29, 0), secure.exchange(40_000, 0), "three records of TLS");
  }

  @Test
  void shouldPayForAConnectionOnceWhileItIsUsedAgain() {
    VirtualClock clock = new VirtualClock(0, 0);
    HttpLink link = HttpLink.to(URI.create("https://models.example/"), clock);
    long first = link.exchanged(500, 500, true);
    assertEquals(secure.connection() + secure.exchange(500, 500), first);
    clock.advance(20_000_000_000L);
    assertEquals(secure.exchange(500, 500), link.exchange(500, 500));
    assertEquals(secure.exchange(500, 500), link.exchanged(500, 500, false));
    assertEquals(first, link.exchange(500, 500), "it broke");
    link.exchanged(500, 500, true);
    clock.advance(30_000_000_000L);
    assertEquals(first, link.exchange(500, 500), "it was closed");
    assertTrue(secure.connection() > plain.connection() + 6_000);
  }
}
