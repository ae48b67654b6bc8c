package io.millrace.sensors.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.clock.VirtualClock;
import io.millrace.sensors.live.LiveSensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageCaptureTest {
  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static double[] read(NumberText how, int count, String message) {
    double[] to = new double[count];
    assertEquals("", how.read(text(message), to).orElse(""));
    return to;
  }

  @Test
  void shouldReadNumbersAlone() {
    assertArrayEquals(new double[] {21.5}, read(NumberText.numbers(1), 1, " 21.5\n"));
    assertArrayEquals(
        new double[] {-1, 2e3, 0.25}, read(NumberText.numbers(3), 3, "-1, +2E3 25e-2"));
    for (String bad : List.of("", "1 2", "on", "1e", "nan", "1,,2")) {
      assertTrue(NumberText.numbers(1).read(text(bad), new double[1]).isPresent(), bad);
    }
  }

  @Test
  void shouldReadFieldsOfJson() {
    NumberText how = NumberText.json(List.of("accel.z", "t", "list.1"));
    String message =
        """
        {"name":"a\\"}{", "t" : -3.5e1, "x": null, "nested":{"t":9}, "list":[1, 2, [3]],
         "accel": {"x": 1, "z": 0.125}, "ok": true}\
        """;
    assertArrayEquals(new double[] {0.125, -35, 2}, read(how, 3, message));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{\"t\"}",
        "{\"t\":}",
        "{\"t\":1",
        "{\"t\":1}x",
        "{\"t\":\"1\"}",
        "{\"u\":1}",
        "{\"t\":1,}",
        "[1]",
        "{\"t\":tru}",
        "{t:1}",
        "{\"t\":1 \"u\":2}",
        "{\"t\":[1]}"
      })
  void shouldSayWhatIsWrongWithAMessage(String message) {
    assertTrue(NumberText.json(List.of("t")).read(text(message), new double[1]).isPresent());
  }

  @Test
  void shouldSurviveAnyBytes() {
    NumberText how = NumberText.json(List.of("a.b", "c"));
    byte[] good = text("{\"a\":{\"b\":1.5e3},\"c\":[{},[],\"\\u00e4\",-2]}");
    Random random = new Random(2);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = java.util.Arrays.copyOf(good, 1 + random.nextInt(good.length));
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      how.read(bytes, new double[2]);
    }
    String deep = "[".repeat(100_000);
    assertTrue(how.read(text(deep), new double[2]).orElse("").contains("deeper"));
  }

  private static final SampleFormat FORMAT =
      new SampleFormat("topic", List.of(new SampleFormat.Channel("t", "1", 1)), 10);

  private final List<Exception> errors = new ArrayList<>();
  private final VirtualClock clock = new VirtualClock(0, 0);
  private final CountDownLatch subscribed = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private MessageSource.Receiver receiver;

  private LiveSensor open() {
    MessageSource source =
        new MessageSource() {
          @Override
          public AutoCloseable subscribe(Receiver to) {
            receiver = to;
            subscribed.countDown();
            return closed::countDown;
          }

          @Override
          public String name() {
            return "topic t";
          }
        };
    return MessageCapture.open(source, NumberText.numbers(1), FORMAT, 8, clock, errors::add);
  }

  private void send(long ms, String message) {
    clock.advance(ms * 1_000_000 - clock.nanoTime());
    receiver.message(text(message));
  }

  @Test
  void shouldGiveOneSampleAMessageAndGapsWhereItIsSilent() throws Exception {
    try (LiveSensor sensor = open()) {
      sensor.start();
      subscribed.await();
      send(1000, "1");
      send(1103, "2");
      send(1196, "3");
      send(1210, "too soon");
      send(1500, "4");
      send(1600, "bad");
      send(1700, "5");
      SampleBlock block = new SampleBlock(new float[8], FORMAT);
      assertEquals(3, sensor.read(block));
      assertEquals(1_000_000_000, block.firstNs());
      block.aim(0, 8);
      assertEquals(1, sensor.read(block));
      assertEquals(2, block.missingBefore());
      assertEquals(4, block.values()[0]);
      block.aim(0, 8);
      assertEquals(1, sensor.read(block));
      assertEquals(1, block.missingBefore());
      assertEquals(5, block.values()[0]);
      assertEquals(1, errors.size());
      assertTrue(errors.getFirst().getMessage().contains("topic t"));
    }
    closed.await();
  }

  @Test
  void shouldFailWhenTheSourceDoes() throws Exception {
    try (LiveSensor sensor = open()) {
      sensor.start();
      subscribed.await();
      receiver.failed(new IOException("not authorized"));
      IOException e =
          assertThrows(IOException.class, () -> sensor.read(new SampleBlock(new float[8], FORMAT)));
      assertTrue(e.getMessage().contains("not authorized"));
    }
  }

  /** A day of a sender half a percent fast or slow, each message up to a third of a period late. */
  @Test
  void shouldFollowASenderForADay() throws Exception {
    for (double error : new double[] {-0.005, 0, 0.005}) {
      Random random = new Random(1);
      NominalTime time = new NominalTime(10);
      for (int i = 0; i < 864_000; i++) {
        double sent = i * 1e8 * (1 + error);
        assertEquals(1, time.place(Math.round(sent + random.nextDouble() * 3e7)), "message " + i);
      }
    }
  }

  @Test
  void shouldCountWhatALateReaderLost() throws Exception {
    try (LiveSensor sensor = open()) {
      sensor.start();
      subscribed.await();
      for (int i = 0; i < 12; i++) {
        send(100L * i, "" + i);
      }
      assertEquals(4, sensor.overruns());
      assertEquals(8, sensor.read(new SampleBlock(new float[8], FORMAT)));
    }
  }
}
