package io.millrace.node.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.storage.CrashFolder;
import io.millrace.node.storage.SmallFiles;
import io.millrace.sensors.clock.VirtualClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UplinkDayTest {
  private static final long DAY_MS = 86_400_000L;
  private static final long HOUR_NS = 3_600_000_000_000L;
  private static final UplinkLimit LIMIT = new UplinkLimit(32_000, 2_000, Optional.empty());

  private final VirtualClock clock = new VirtualClock(0, 20_000 * DAY_MS + 1000);
  private final Charge call = new Charge();

  private Charge bytes(long bytes) {
    return call.of(0, 0, bytes);
  }

  /** Sends as long as it may, and puts portions down in between. */
  private long sendAll(UplinkDay day, long each) throws IOException {
    long sent = 0;
    while (day.allows(0, bytes(each))) {
      day.take(0, bytes(each));
      sent += each;
      day.renew();
    }
    return sent;
  }

  @Test
  void shouldKeepTheDayAndWhatIsForAlerts() throws IOException {
    UplinkDay day = new UplinkDay(LIMIT, Optional.empty(), clock);
    assertEquals(30_000, sendAll(day, 500));
    assertFalse(day.allows(0, bytes(1)));
    assertTrue(day.allows(0, bytes(0)));
    assertEquals((DAY_MS - 1000) * 1_000_000, day.possibleAtNs(0, bytes(500)));
    assertEquals(Long.MAX_VALUE, day.possibleAtNs(0, bytes(30_001)));
    clock.advance((DAY_MS - 1000) * 1_000_000);
    assertTrue(sendAll(day, 500) <= 30_000);
    assertEquals(30_000, day.mostUsed());
  }

  @Test
  void shouldBeginNoNewDayWhenTheClockGoesBack() throws IOException {
    UplinkDay day = new UplinkDay(LIMIT, Optional.empty(), clock);
    sendAll(day, 500);
    clock.setWall(19_999 * DAY_MS);
    assertEquals(0, sendAll(day, 500));
    clock.setWall(20_000 * DAY_MS + 5000);
    assertEquals(0, sendAll(day, 500));
  }

  @Test
  void shouldFreeADaysBytesAnHourAtATimeBehindAJump() throws IOException {
    UplinkDay day = new UplinkDay(LIMIT, Optional.empty(), clock);
    assertEquals(30_000, sendAll(day, 500));
    clock.advance(HOUR_NS);
    clock.setWall(20_003 * DAY_MS); // three days ahead
    assertEquals(0, sendAll(day, 500));
    clock.advance(22 * HOUR_NS);
    day.renew();
    assertEquals(0, sendAll(day, 500), "23 h");
    clock.advance(2 * HOUR_NS);
    day.renew();
    assertEquals(30_000, sendAll(day, 500), "a day later, though it is no new day by the wall");
  }

  @Test
  void shouldBeStuckInNoDayThatIsYetToCome() throws IOException {
    clock.setWall(20_007 * DAY_MS); // a week fast at first
    UplinkDay day = new UplinkDay(LIMIT, Optional.empty(), clock);
    sendAll(day, 500);
    clock.setWall(20_000 * DAY_MS + 1000);
    assertEquals(0, sendAll(day, 500));
    clock.advance(26 * HOUR_NS);
    day.renew();
    assertEquals(30_000, sendAll(day, 500));
  }

  /**
   * A clock is right, then set to whatever a wrong server says, several times, then right again.
   */
  @Test
  void shouldHoldTheTrueDayUnderAnyJumpsOfTheClock() throws IOException {
    long most = 0;
    for (int seed = 0; seed < 2000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      VirtualClock wrong = new VirtualClock(0, 20_000 * DAY_MS);
      UplinkDay day = new UplinkDay(LIMIT, Optional.empty(), wrong);
      long[] sentOfDay = new long[5];
      long jumpMs = random.nextLong(DAY_MS);
      int jumps = random.nextInt(1, 6);
      long trueMs = 0;
      while (trueMs < 4 * DAY_MS) {
        long stepMs = random.nextLong(1, 3_600_000);
        trueMs += stepMs;
        wrong.advance(stepMs * 1_000_000);
        if (jumps > 0 && trueMs >= jumpMs) {
          jumps--;
          // by a quarter of an hour at least: what is less counts as slow, not as wrong
          long off = jumps == 0 ? 0 : 900_000 * (1 + 2 * jumps + 12 * random.nextLong(-24, 24));
          wrong.setWall(20_000 * DAY_MS + trueMs + off);
          jumpMs = trueMs + random.nextLong(DAY_MS);
        }
        day.renew();
        for (int i = random.nextInt(20); i > 0 && day.allows(0, bytes(500)); i--) {
          day.take(0, bytes(500));
          sentOfDay[(int) (trueMs / DAY_MS)] += 500;
          day.renew();
        }
      }
      for (long sent : sentOfDay) {
        most = Math.max(most, sent);
        assertTrue(sent <= 30_000, "seed " + seed + ": " + sent + " on a day");
      }
    }
    assertEquals(30_000, most, "and all of it is used");
  }

  @Test
  void shouldShareATrueDayAmongTwoAtMostWhereTheClockStaysWrong() throws IOException {
    clock.setWall(20_000 * DAY_MS + 12 * 3_600_000);
    UplinkDay day = new UplinkDay(LIMIT, Optional.empty(), clock);
    long[] sentOfDay = new long[8];
    for (int h = 0; h < 8 * 24; h++) {
      day.renew();
      sentOfDay[h / 24] += sendAll(day, 500);
      clock.advance(HOUR_NS);
    }
    for (long sent : sentOfDay) {
      assertTrue(sent <= 60_000, sent + " bytes");
    }
  }

  @Test
  void shouldNeverForgetABytePastAPowerCut() throws IOException {
    for (CrashFolder.Survival survival : CrashFolder.Survival.values()) {
      CrashFolder folder = new CrashFolder();
      long sent = 0;
      for (int start = 0; start < 40; start++) {
        UplinkDay day = new UplinkDay(LIMIT, Optional.of(new SmallFiles(folder)), clock);
        for (int i = 0; i < 7 && day.allows(0, bytes(300)); i++) {
          day.take(0, bytes(300));
          sent += 300;
          day.renew();
        }
        folder = folder.afterCrash(survival);
      }
      assertTrue(sent <= 32_000, survival + ": " + sent);
      assertTrue(sent >= 10_000, survival + ": " + sent);
    }
  }

  @Test
  void shouldTakeADamagedCountForADayThatIsUsedUp() throws IOException {
    CrashFolder folder = new CrashFolder();
    new SmallFiles(folder).replace("uplink", new byte[] {1, 2, 3});
    UplinkDay day = new UplinkDay(LIMIT, Optional.of(new SmallFiles(folder)), clock);
    assertFalse(day.allows(0, bytes(1)));
    clock.advance(DAY_MS * 1_000_000);
    day.renew();
    assertTrue(day.allows(0, bytes(1)));
  }

  @Test
  void shouldGoOnWithWhatUpdatesCountedBefore() throws IOException {
    CrashFolder folder = new CrashFolder();
    SmallFiles files = new SmallFiles(folder);
    byte[] old = "{\"bytes\":29900,\"day\":20000}".getBytes(StandardCharsets.US_ASCII);
    files.replace("uplink.json", old);
    UplinkDay day = new UplinkDay(LIMIT, Optional.of(files), clock);
    assertEquals(29_900, day.used());
    assertFalse(files.exists("uplink.json"), "the new form has taken its place");
    day = new UplinkDay(LIMIT, Optional.of(files), clock);
    assertTrue(day.used() >= 29_900);

    files = new SmallFiles(new CrashFolder());
    files.replace("uplink.json", new byte[] {1, 2});
    assertEquals(32_000, new UplinkDay(LIMIT, Optional.of(files), clock).used(), "damaged");
  }

  @Test
  void shouldTakeTheBytesOfTheDayAlongWhenTheClockJumpsAhead() throws IOException {
    UplinkDay day = new UplinkDay(LIMIT, Optional.empty(), clock);
    assertTrue(day.take(20_000, Claim.REST));
    clock.setWall(20_001 * DAY_MS + 5000);
    assertEquals(20_000, day.used(), "the true day may not be over");
    assertFalse(day.take(20_000, Claim.REST));
    clock.advance(DAY_MS * 1_000_000);
    assertEquals(0, day.used());
  }

  @Test
  void shouldTakeNothingThatCannotBePutDown() throws IOException {
    CrashFolder folder = new CrashFolder();
    UplinkDay day = new UplinkDay(LIMIT, Optional.of(new SmallFiles(folder)), clock);
    folder.failOnceAfter(folder.operations());
    assertThrows(IOException.class, () -> day.take(5_000, Claim.REST));
    assertEquals(0, day.used());
    assertTrue(day.take(5_000, Claim.REST), "the disk works again");
  }

  @Test
  void shouldSendNoMoreThanWasPutDownWhenTheDiskIsFull() throws IOException {
    CrashFolder folder = new CrashFolder();
    UplinkDay day = new UplinkDay(LIMIT, Optional.of(new SmallFiles(folder)), clock);
    long sent = 0;
    folder.failOnceAfter(folder.operations());
    while (day.allows(0, bytes(100))) {
      day.take(0, bytes(100));
      sent += 100;
    }
    assertTrue(sent <= 1000, "a portion: " + sent);
    assertThrows(IOException.class, day::renew);
  }
}
