package io.millrace.sensors.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.Sensor;
import io.millrace.sensors.live.SampleRing.WhenFull;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SampleRingTest {
  private static final SampleFormat FORMAT =
      new SampleFormat("ring", List.of(new SampleFormat.Channel("x", "1", 3)), 1000);

  private static SampleBlock block(int samples) {
    return new SampleBlock(new float[3 * samples], FORMAT);
  }

  private static float[] samples(int first, int count) {
    float[] values = new float[3 * count];
    for (int i = 0; i < values.length; i++) {
      values[i] = first + i / 3;
    }
    return values;
  }

  @Test
  void shouldGiveOutWhatWasPutInWithItsTimes() throws Exception {
    SampleRing ring = new SampleRing(FORMAT, 8, WhenFull.LOSE_NEWEST);
    ring.write(samples(1, 5), 0, 5, 7_000_000, 0);
    SampleBlock block = block(4);
    assertEquals(4, ring.read(block));
    assertEquals(7_000_000, block.firstNs());
    assertEquals(0, block.missingBefore());
    assertEquals(3, block.values()[8]);
    block.aim(0, 4);
    assertEquals(1, ring.read(block));
    assertEquals(11_000_000, block.firstNs());
    assertEquals(5, block.values()[0]);
  }

  @Test
  void shouldEndABlockBeforeAHole() throws Exception {
    SampleRing ring = new SampleRing(FORMAT, 8, WhenFull.LOSE_NEWEST);
    ring.write(samples(1, 2), 0, 2, 0, 0);
    ring.write(samples(6, 2), 0, 2, 5_000_000, 3);
    SampleBlock block = block(8);
    assertEquals(2, ring.read(block));
    block.aim(0, 8);
    assertEquals(2, ring.read(block));
    assertEquals(3, block.missingBefore());
    assertEquals(5_000_000, block.firstNs());
  }

  @Test
  void shouldLoseTheNewestWhenFullAndSayHowMany() throws Exception {
    SampleRing ring = new SampleRing(FORMAT, 4, WhenFull.LOSE_NEWEST);
    ring.write(samples(0, 6), 0, 6, 0, 0);
    assertEquals(2, ring.overruns());
    SampleBlock block = block(8);
    assertEquals(4, ring.read(block));
    assertEquals(0, block.values()[0]);
    ring.write(samples(10, 1), 0, 1, 10_000_000, 4);
    block.aim(0, 8);
    assertEquals(1, ring.read(block));
    assertEquals(2 + 4, block.missingBefore(), "what was lost, and what the source missed");
  }

  @Test
  void shouldKeepTheLatestWhereThoseCount() throws Exception {
    SampleRing ring = new SampleRing(FORMAT, 1, WhenFull.LOSE_OLDEST);
    for (int i = 0; i < 5; i++) {
      ring.write(samples(i, 1), 0, 1, i * 1_000_000L, 0);
    }
    assertEquals(4, ring.overruns());
    SampleBlock block = block(2);
    assertEquals(1, ring.read(block));
    assertEquals(4, block.values()[0]);
    assertEquals(4, block.missingBefore());
    assertEquals(4_000_000, block.firstNs());
  }

  @Test
  void shouldGiveOutAllBeforeItEndsOrFails() throws Exception {
    SampleRing ring = new SampleRing(FORMAT, 4, WhenFull.LOSE_NEWEST);
    ring.write(samples(0, 1), 0, 1, 0, 0);
    ring.end();
    assertEquals(1, ring.read(block(4)));
    assertEquals(Sensor.END, ring.read(block(4)));
    SampleRing broken = new SampleRing(FORMAT, 4, WhenFull.LOSE_NEWEST);
    broken.write(samples(0, 1), 0, 1, 0, 0);
    broken.fail(new IOException("unplugged"));
    assertEquals(1, broken.read(block(4)));
    IOException e = assertThrows(IOException.class, () -> broken.read(block(4)));
    assertTrue(e.getMessage().contains("unplugged"));
  }

  @Test
  void shouldRefuseSizesThatCannotBe() {
    assertThrows(
        IllegalArgumentException.class, () -> new SampleRing(FORMAT, 0, WhenFull.LOSE_NEWEST));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SampleRing(FORMAT, Integer.MAX_VALUE, WhenFull.LOSE_NEWEST));
  }

  /** Two threads at full speed: every sample is whole, in order, and lost or given out once. */
  @ParameterizedTest
  @EnumSource(WhenFull.class)
  void shouldNeverGiveOutATornOrRepeatedSample(WhenFull whenFull) throws Exception {
    int total = 400_000;
    SampleRing ring = new SampleRing(FORMAT, 7, whenFull);
    AtomicReference<Throwable> failed = new AtomicReference<>();
    Thread writer =
        Thread.ofPlatform()
            .uncaughtExceptionHandler((t, e) -> failed.set(e))
            .start(() -> {
              float[] chunk = new float[3 * 5];
              for (int at = 0; at < total; at += 5) {
                System.arraycopy(samples(at, 5), 0, chunk, 0, chunk.length);
                ring.write(chunk, 0, 5, at * 1_000_000L, 0);
              }
              ring.end();
            });
    SampleBlock block = block(3);
    long position = 0;
    long given = 0;
    for (int n = ring.read(block); n != Sensor.END; n = ring.read(block)) {
      position += block.missingBefore();
      for (int i = 0; i < n; i++) {
        float wanted = position + i;
        assertEquals(wanted, block.values()[3 * i]);
        assertEquals(wanted, block.values()[3 * i + 1]);
        assertEquals(wanted, block.values()[3 * i + 2]);
      }
      assertEquals(position * 1_000_000L, block.firstNs());
      position += n;
      given += n;
      block.aim(0, 3);
    }
    writer.join();
    assertEquals(null, failed.get());
    assertEquals(total, given + ring.overruns());
  }

  @Test
  void shouldAllocateNothing() throws Exception {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    SampleRing ring = new SampleRing(FORMAT, 64, WhenFull.LOSE_NEWEST);
    float[] chunk = samples(0, 32);
    SampleBlock block = block(32);
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 8; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1000; i++) {
        ring.write(chunk, 0, 32, i, 0);
        block.aim(0, 32);
        ring.read(block);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertEquals(0, least);
  }
}
