package io.millrace.sensors.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.Sensor;
import io.millrace.sensors.audio.AlsaCapture;
import io.millrace.sensors.audio.AudioFormat;
import io.millrace.sensors.audio.AudioFormat.Encoding;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recorders that are scripts: what they write, how they die. */
class ChildCaptureTest {
  @TempDir Path folder;

  private final List<Exception> errors = Collections.synchronizedList(new ArrayList<>());

  private LiveSensor sensor(String program, Encoding encoding, int channels, Backoff backoff) {
    AudioFormat format = new AudioFormat(encoding, 16_000, channels);
    return new AlsaCapture(program, "hw:0", format, 32_000, backoff)
        .open(Clock.system(), errors::add);
  }

  private static final Backoff SOON = new Backoff(1, 2, 3);

  /** Reads until so many samples are there, or the end. */
  private static List<Float> read(Sensor sensor, int wanted, long[] missing) throws Exception {
    List<Float> all = new ArrayList<>();
    int width = sensor.format().width();
    SampleBlock block = new SampleBlock(new float[512 * width], sensor.format());
    while (all.size() < wanted * width) {
      block.aim(0, 512);
      int n = sensor.read(block);
      if (n == Sensor.END) {
        break;
      }
      missing[0] += block.missingBefore();
      for (int i = 0; i < n * width; i++) {
        all.add(block.values()[i]);
      }
    }
    return all;
  }

  @Test
  void shouldDecodeBothEncodings() throws Exception {
    // 0x4000, -0x8000 as 16 bits; printf writes octal
    String s16 = Programs.script(folder, "s16", "printf '\\000\\100\\000\\200'; exec sleep 60");
    try (LiveSensor sensor = sensor(s16, Encoding.S16_LE, 2, SOON)) {
      assertEquals(List.of(0.5f, -1f), read(sensor, 1, new long[1]));
      assertEquals("1", sensor.format().channels().getFirst().unit());
    }
    String s32 = Programs.script(folder, "s32", "printf '\\000\\000\\000\\300'; exec sleep 60");
    try (LiveSensor sensor = sensor(s32, Encoding.S32_LE, 1, SOON)) {
      assertEquals(List.of(-0.5f), read(sensor, 1, new long[1]));
    }
  }

  @Test
  void shouldStartARecorderThatDiedAgainAndReportTheGap() throws Exception {
    String dying =
        Programs.script(
            folder, "dying", "head -c 3200 /dev/zero; echo 'device gone' >&2; sleep 0.05; exit 1");
    try (LiveSensor sensor = sensor(dying, Encoding.S16_LE, 1, SOON)) {
      long[] missing = new long[1];
      assertEquals(4800, read(sensor, 4800, missing).size());
      assertTrue(missing[0] > 0, "the time without a recorder is missing");
    }
    String said = errors.getFirst().getMessage();
    assertTrue(said.contains("device gone") && said.contains("exit code 1"), said);
  }

  @Test
  void shouldGiveUpOnARecorderThatNeverGivesAnything() throws Exception {
    String broken = Programs.script(folder, "broken", "echo 'no such device' >&2; exit 1");
    try (LiveSensor sensor = sensor(broken, Encoding.S16_LE, 1, SOON)) {
      IOException e = assertThrows(IOException.class, () -> read(sensor, 1, new long[1]));
      assertTrue(e.getMessage().contains("no such device"), e.getMessage());
      assertEquals(2, errors.size());
    }
  }

  @Test
  void shouldSayThatAProgramIsMissing() throws Exception {
    try (LiveSensor sensor = sensor("no-such-recorder", Encoding.S16_LE, 1, SOON)) {
      IOException e = assertThrows(IOException.class, () -> read(sensor, 1, new long[1]));
      assertTrue(e.getMessage().contains("'no-such-recorder'"), e.getMessage());
      assertTrue(e.getMessage().contains("installed"), e.getMessage());
    }
  }

  @Test
  void shouldReportWhatTheDeviceLost() throws Exception {
    Path go = folder.resolve("go");
    String overrun =
        Programs.script(
            folder,
            "overrun",
            "head -c 3200 /dev/zero; echo 'overrun!!! (at least 12.500 ms long)' >&2\n"
                + "while ! [ -e "
                + go
                + " ]; do sleep 0.01; done; head -c 3200 /dev/zero; exec sleep 60");
    try (LiveSensor sensor = sensor(overrun, Encoding.S16_LE, 1, SOON)) {
      long[] missing = new long[1];
      read(sensor, 1600, missing);
      long early = missing[0]; // the line is read by another thread, before or after the samples
      Thread.sleep(100);
      Files.createFile(go);
      missing[0] = 0;
      read(sensor, 1600, missing);
      assertEquals(200, early + missing[0]);
    }
  }

  @Test
  void shouldEndTheRecorderWhenItIsClosed() throws Exception {
    Path pid = folder.resolve("pid");
    String long1 =
        Programs.script(
            folder, "long", "echo $$ >" + pid + "; head -c 3200 /dev/zero; exec sleep 600");
    try (LiveSensor sensor = sensor(long1, Encoding.S16_LE, 1, SOON)) {
      read(sensor, 1600, new long[1]);
    }
    long child = Long.parseLong(Files.readString(pid).strip());
    ProcessHandle.of(child).ifPresent(p -> p.onExit().join());
    assertTrue(ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
    assertEquals(List.of(), errors);
  }

  /** Debian's own recorder on a device that gives silence at the asked rate. */
  @Test
  void shouldRecordWithArecord() throws Exception {
    String arecord = Programs.installed("arecord", "alsa-utils");
    AudioFormat format = new AudioFormat(Encoding.S16_LE, 16_000, 1);
    AlsaCapture capture = new AlsaCapture(arecord, "null", format, 32_000, SOON);
    try (LiveSensor sensor = capture.open(Clock.system(), errors::add)) {
      long[] missing = new long[1];
      assertEquals(3200, read(sensor, 3200, missing).subList(0, 3200).size());
    }
    assertEquals(List.of(), errors);
  }

  @Test
  void shouldSayWhatArecordSays() throws Exception {
    String arecord = Programs.installed("arecord", "alsa-utils");
    AudioFormat format = new AudioFormat(Encoding.S16_LE, 16_000, 1);
    AlsaCapture capture =
        new AlsaCapture(arecord, "no-such-device", format, 32_000, new Backoff(1, 1, 1));
    try (LiveSensor sensor = capture.open(Clock.system(), errors::add)) {
      IOException e = assertThrows(IOException.class, () -> read(sensor, 1, new long[1]));
      assertTrue(e.getMessage().contains("no-such-device"), e.getMessage());
    }
  }

  @Test
  void shouldAllocateNothingWhileAChildRuns() throws Exception {
    SampleFormat format = new AudioFormat(Encoding.S16_LE, 16_000, 1).samples("zero");
    SampleRing ring = new SampleRing(format, 65_536, SampleRing.WhenFull.LOSE_NEWEST);
    String zero = Programs.script(folder, "zero", "exec head -c 64000000 /dev/zero");
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    long[] least = {Long.MAX_VALUE};
    ChildCapture.Decoder counting =
        new ChildCapture.Decoder() {
          private final ChildCapture.Decoder pcm =
              io.millrace.sensors.audio.PcmDecoders.of(
                  new AudioFormat(Encoding.S16_LE, 16_000, 1), format);
          private long before;
          private int takes;

          @Override
          public void start() {
            pcm.start();
          }

          @Override
          public boolean take(java.io.InputStream data, SampleRing to) throws IOException {
            if (takes++ % 500 == 0) {
              long now = threads.getCurrentThreadAllocatedBytes();
              least[0] = takes > 1 ? Math.min(least[0], now - before) : least[0];
              before = now;
            }
            return pcm.take(data, to);
          }

          @Override
          public long samples() {
            return pcm.samples();
          }
        };
    ChildCapture capture =
        new ChildCapture(
            List.of(zero),
            counting,
            SOON,
            Clock.system(),
            e -> {
              throw new IllegalStateException("done");
            });
    assertThrows(IllegalStateException.class, () -> capture.run(ring));
    assertEquals(0, least[0]);
  }
}
