package io.millrace.suites.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.device.DeviceProfile;
import io.millrace.device.DeviceProfiles;
import io.millrace.peers.cloud.StandInCloudServer;
import io.millrace.program.ProgramFile;
import io.millrace.program.Schedule;
import io.millrace.suites.Models;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A power budget that pays for half of the windows on the board; the cloud, over a cheap link, has
 * the other half. Energy is as the device profile models it.
 */
class PowerBudgetTest {
  private static final int WINDOWS = 200;
  private static final int WINDOWS_PER_SECOND = 40;

  @TempDir private Path folder;
  private Keywords keywords;

  @BeforeEach
  void prepare() throws Exception {
    keywords = Keywords.in(folder, WINDOWS);
  }

  @Test
  void shouldOffloadWhatTheBudgetDoesNotHold() throws Exception {
    try (Mosquitto broker = Mosquitto.in(folder.resolve("broker"));
        StandInCloudServer cloud = cloud()) {
      broker.start();
      try (Subscriber listener = Subscriber.of(broker, "rig/alert/#", folder);
          NodeProcess node =
              NodeProcess.millrace(output(), "run", pipeline(broker, cloud, "fast").toString())) {
        assertEquals(0, node.await(60), node::printedNow);
        String printed = node.printed();
        System.out.println("power budget for half of the windows:\n" + printed);
        long onBoard = count(printed, "answers +(\\d+) on the board");
        long byCloud = count(printed, "answers .*?(\\d+) by the cloud");
        assertEquals(WINDOWS, onBoard + byCloud, printed);
        // A slow cloud stretches the recording and lets energy lapse, so that the board gets less.
        assertTrue(onBoard > WINDOWS * 3 / 10 && onBoard < WINDOWS * 6 / 10, printed);
        assertEquals(byCloud, cloud.inferences());
        List<Keywords.Expected> expected = keywords.expected();
        assertTrue(listener.awaitPayloads(p -> p.size() >= expected.size(), 30));
        Received received = Received.of(listener.payloads());
        assertEquals(expected, received.contents(received.starts().getFirst()));
        assertTrue(computedOn(received, "board") > 0 && computedOn(received, "cloud") > 0);
      }
    }
  }

  @Test
  void shouldDeferOrDropAndCountWhenTheCloudStops() throws Exception {
    try (Mosquitto broker = Mosquitto.in(folder.resolve("broker"))) {
      StandInCloudServer cloud = cloud();
      broker.start();
      try (Subscriber listener = Subscriber.of(broker, "rig/alert/#", folder);
          NodeProcess node =
              NodeProcess.millrace(output(), "run", pipeline(broker, cloud, "real").toString())) {
        assertTrue(
            listener.awaitPayloads(p -> p.size() > 20 && cloud.inferences() > 3, 60),
            node::printedNow);
        cloud.close();
        assertEquals(0, node.await(60), node::printedNow);
        String printed = node.printed();
        System.out.println("the cloud stopped on the way:\n" + printed);
        long answered =
            count(printed, "answers +(\\d+) on the board")
                + count(printed, "answers .*?(\\d+) by the cloud");
        long dropped = count(printed, "no answer +(\\d+) dropped");
        long failed = count(printed, "no answer .*?(\\d+) failed");
        long whole = count(printed, "windows +(\\d+) whole");
        assertEquals(whole, answered + dropped + failed, printed);
        assertEquals(WINDOWS, whole + count(printed, "(\\d+) overrun"), printed);
        assertTrue(dropped > 0, printed);
        assertTrue(count(printed, "DEFER +(\\d+)") > 0, printed);
        assertTrue(cloud.inferences() > 0);
      }
    }
  }

  private static StandInCloudServer cloud() throws IOException {
    return StandInCloudServer.start(
        Map.of("kws", Models.folder().resolve("onnx/kws_ref_model.u8.onnx")), 0);
  }

  /**
   * @param pace {@code fast}: budgets see the time of the recording, however busy the machine is;
   *     {@code real}: a cloud that is gone costs time
   */
  private Path pipeline(Mosquitto broker, StandInCloudServer cloud, String pace) throws Exception {
    double idleMilliW = DeviceProfiles.named("rpi4b").value(DeviceProfile.Key.IDLE_MILLIW);
    double answersMilliW = runMilliJ() * WINDOWS_PER_SECOND;
    return keywords.pipeline(
        "power",
        pace,
        WINDOWS_PER_SECOND,
        broker.port(),
        "file: kws.mill",
        String.format(
            Locale.ROOT,
            """
            budget:
              power: %.3f mW
              over: 1 s
              burst: %.4f mJ
              deadline: %s
              waiting: %d
            cloud:
              server: %s
              model: kws
              input: {name: input, shape: [1, 49, 10, 1], type: int8, scale: 0.5847029089927673, zero-point: 83}
              outputs: [{name: output, elements: 12, scale: 0.00390625, zero-point: -128}]
              encoding: binary
              expected: 5 ms
              link: {wakeup: 0.001 mJ, sent-byte: 1 nJ, received-byte: 1 nJ}
              limits: {attempt: %s, attempts: 1, breaker-failures: 2, breaker-open: 500 ms, breaker-open-max: 1 s}
            """,
            // a run besides: what is left when half of the runs are spent must pay the radio, and
            // what an alert takes is always kept free
            idleMilliW + answersMilliW / 2 + runMilliJ(),
            runMilliJ() * (WINDOWS_PER_SECOND + 1) / 2,
            pace.equals("fast") ? "20 s" : "1 s",
            8,
            cloud.uri(),
            pace.equals("fast") ? "10 s" : "900 ms"));
  }

  /** What one run takes above idle, as the program says. */
  private double runMilliJ() throws Exception {
    long nanoJ = 0;
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("kws.mill")));
    for (Schedule.Lane lane : ProgramFile.read(file).schedule().lanes()) {
      for (Schedule.Slot slot : lane.slots()) {
        nanoJ += slot.cost().energyNanoJ();
      }
    }
    return nanoJ / 1e6;
  }

  private Path output() {
    return folder.resolve("printed");
  }

  private static long computedOn(Received received, String where) {
    return received.alerts().values().stream().filter(m -> m.computedOn().equals(where)).count();
  }

  private static long count(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertTrue(matcher.find(), () -> "no " + pattern + " in:\n" + text);
    return Long.parseLong(matcher.group(1));
  }
}
