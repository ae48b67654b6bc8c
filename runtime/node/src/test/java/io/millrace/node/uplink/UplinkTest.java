package io.millrace.node.uplink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.budget.Charge;
import io.millrace.node.budget.UplinkDay;
import io.millrace.node.budget.UplinkLimit;
import io.millrace.sensors.clock.VirtualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets a day's bytes, and that none is forgotten. */
class UplinkTest {
  private static final long DAY_MS = 86_400_000L;
  private static final long MINUTE_NS = 60_000_000_000L;

  @TempDir Path folder;
  private final VirtualClock clock = new VirtualClock(0, 20_000 * DAY_MS);
  private final List<Exception> errors = new CopyOnWriteArrayList<>();

  private Uplink open(long perDay, long alerts) throws IOException {
    UplinkLimit limit = new UplinkLimit(perDay, alerts, Optional.of(folder));
    return Uplink.open(Optional.of(limit), clock, errors::add);
  }

  private static boolean call(UplinkDay day, long bytes) throws IOException {
    Charge charge = new Charge().of(0, 0, bytes);
    day.renew();
    if (!day.allows(0, charge)) {
      return false;
    }
    day.take(0, charge);
    return true;
  }

  @Test
  void shouldOnlyCountWithoutALimit() throws Exception {
    try (Uplink uplink = Uplink.open(Optional.empty(), clock, errors::add)) {
      uplink.wants(1_000_000, 1);
      for (Sender sender : Sender.values()) {
        assertTrue(uplink.take(sender, 1L << 40), sender.word());
        assertEquals(1L << 40, uplink.sent(sender));
      }
      assertTrue(uplink.usedToday().isEmpty() && uplink.leftToday().isEmpty());
    }
  }

  @Test
  void shouldSendAlertsInAnyCaseAndKeepRoomForThem() throws Exception {
    try (Uplink uplink = open(100_000, 10_000)) {
      UplinkDay day = uplink.day().orElseThrow();
      while (call(day, 900)) {
        assertTrue(day.used() <= 90_000);
      }
      assertTrue(day.used() > 88_000, "calls get what is there: " + day.used());
      for (Sender later : List.of(Sender.STATES, Sender.UPDATES, Sender.DECISIONS)) {
        assertFalse(uplink.take(later, 2_000), later.word());
      }
      assertTrue(uplink.affords(Sender.UPKEEP, 2_000), "a connection for alerts");
      for (int i = 0; i < 20; i++) {
        assertTrue(uplink.take(Sender.ALERTS, 1_000));
      }
      assertFalse(uplink.affords(Sender.UPKEEP, 2_000), "none, unless an alert waits");
      assertEquals(20_000, uplink.sent(Sender.ALERTS));
      assertEquals(0, day.left());
    }
  }

  @Test
  void shouldKeepPingsFreeForAllOfTheDay() throws Exception {
    try (Uplink uplink = open(100_000, 10_000)) {
      UplinkDay day = uplink.day().orElseThrow();
      Uplink.Upkeep upkeep = uplink.keepUp(30, 60_000); // 43,200 bytes a day
      while (call(day, 500)) {
        assertTrue(day.used() <= 46_800, "used " + day.used());
      }
      for (int minute = 1; minute < 1440; minute++) {
        clock.advance(MINUTE_NS);
        uplink.take(Sender.UPKEEP, 30);
        while (call(day, 500)) {
          assertTrue(day.used() <= 90_000);
        }
      }
      assertTrue(day.used() <= 90_000, "used " + day.used());
      upkeep.close();
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> uplink.keepUp(70, 60_000));
      assertTrue(refused.getMessage().contains("keep-alive"), refused.getMessage());
      uplink.keepUp(60, 60_000).close();
    }
  }

  @Test
  void shouldTellStatesAllDayHoweverMuchTheCallsWant() throws Exception {
    try (Uplink uplink = open(200_000, 20_000)) {
      uplink.wants(800, 10_000); // 6.9 MB a day
      UplinkDay day = uplink.day().orElseThrow();
      int[] told = new int[24];
      long stateBytes = 0;
      for (int tenSeconds = 0; tenSeconds < 8639; tenSeconds++) {
        while (call(day, 1_500)) {
          assertTrue(day.used() <= 180_000);
        }
        if (uplink.take(Sender.STATES, 800)) {
          told[tenSeconds / 360]++;
          stateBytes += 800;
        }
        clock.advance(MINUTE_NS / 6);
      }
      for (int hour = 0; hour < 24; hour++) {
        assertTrue(told[hour] >= 3 && told[hour] <= 12, hour + " h: " + told[hour]);
      }
      assertTrue(stateBytes >= 80_000 && day.used() <= 180_000, stateBytes + " of " + day.used());
    }
  }

  @Test
  void shouldTellStatesAsOftenAsTheyAreWantedWhereBytesAreMany() throws Exception {
    try (Uplink uplink = open(20_000_000, 20_000)) {
      uplink.wants(800, 10_000);
      for (int tenSeconds = 0; tenSeconds < 8639; tenSeconds++) {
        assertTrue(uplink.take(Sender.STATES, 800));
        clock.advance(MINUTE_NS / 6);
      }
    }
  }

  @Test
  void shouldGiveDecisionsWhatNobodyElseWants() throws Exception {
    try (Uplink uplink = open(2_000_000, 20_000)) {
      uplink.wants(100, 10_000); // 864 kB a day
      long decisions = 0;
      for (int tenSeconds = 0; tenSeconds < 8639; tenSeconds++) {
        assertTrue(uplink.take(Sender.STATES, 100), "states come first");
        decisions += uplink.take(Sender.DECISIONS, 300) ? 300 : 0;
        clock.advance(MINUTE_NS / 6);
      }
      assertTrue(decisions > 300_000 && decisions < 1_116_000, decisions + " bytes");
    }
    clock.advance(MINUTE_NS); // the next day
    try (Uplink uplink = open(800_000, 20_000)) {
      uplink.wants(100, 10_000);
      assertFalse(uplink.take(Sender.DECISIONS, 300), "less than the states want");
    }
  }

  @Test
  void shouldSayOnceThatStatesAreHeldBackAndOnceThatTheyAreNot() throws Exception {
    try (Uplink uplink = open(100_000, 10_000)) {
      assertFalse(uplink.isPoor());
      for (int i = 0; i < 3; i++) {
        uplink.heldBack();
        assertTrue(uplink.isPoor());
      }
      assertEquals(3, uplink.statesHeldBack());
      uplink.told();
      assertTrue(uplink.isPoor(), "one now and then is not as often as wanted");
      clock.advance(61 * MINUTE_NS);
      uplink.told();
      assertFalse(uplink.isPoor());
    }
  }

  @Test
  void shouldCountTheBytesOfManyThreads() throws Exception {
    try (Uplink uplink = open(50_000, 15_000)) {
      UplinkDay day = uplink.day().orElseThrow();
      AtomicLong taken = new AtomicLong();
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        Sender sender = t == 0 ? Sender.ALERTS : Sender.UPDATES;
        threads.add(
            Thread.ofPlatform()
                .start(() -> {
                  for (int i = 0; i < 1_000; i++) {
                    taken.addAndGet(uplink.take(sender, 15) ? 15 : 0);
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(taken.get(), day.used());
      // updates stop at 35,000; what alerts took until then is part of that
      assertTrue(day.used() > 34_900 && day.used() <= 50_000, day.used() + " used");
      assertEquals(15_000, uplink.sent(Sender.ALERTS));
    }
    assertEquals(List.of(), errors);
  }

  @Test
  void shouldGoOnToTheByteAfterAnOrderlyEndAndFreeTheFolder() throws Exception {
    long used;
    try (Uplink uplink = open(100_000, 10_000)) {
      assertThrows(IOException.class, () -> open(100_000, 10_000), "one folder, one account");
      uplink.take(Sender.UPDATES, 1_234);
      uplink.count(Sender.UPKEEP, 11);
      used = uplink.usedToday().orElseThrow();
      assertTrue(onDisk() >= used, "put down before it travels");
    }
    assertEquals(1_245, used);
    try (Uplink uplink = open(100_000, 10_000)) {
      assertEquals(1_245, uplink.usedToday().orElseThrow());
    }
  }

  private long onDisk() throws IOException {
    String[] cells = Files.readString(folder.resolve("uplink")).strip().split(" ", -1);
    assertEquals("20000", cells[0]);
    return Long.parseLong(cells[1]);
  }

  @Test
  void shouldHavePutDownEveryByteThatMayHaveTravelled() throws Exception {
    try (Uplink uplink = open(100_000, 10_000)) {
      for (int i = 0; i < 100; i++) {
        for (Sender sender : List.of(Sender.ALERTS, Sender.UPKEEP, Sender.STATES)) {
          uplink.take(sender, 400);
          assertTrue(onDisk() >= uplink.usedToday().orElseThrow(), sender + " at " + i);
        }
      }
      assertTrue(uplink.usedToday().orElseThrow() > 80_000);
    }
  }
}
