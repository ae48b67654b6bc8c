package io.millrace.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeviceProfilesTest {
  @Test
  void shouldListBoardsAndHost() {
    assertEquals(List.of("rpi-zero2w", "rpi3b+", "rpi4b", "rpi5", "host"), DeviceProfiles.ids());
  }

  @Test
  void shouldHoldEveryFigureOfAShippedBoard() {
    for (String id : DeviceProfiles.ids()) {
      DeviceProfile board = DeviceProfiles.named(id);
      assertEquals(id, board.id());
      assertEquals(DeviceProfile.Key.values().length, board.figures().size(), id);
    }
  }

  @Test
  void shouldKnowThisMachine() {
    DeviceProfile host = DeviceProfiles.named("host");
    assertEquals(DeviceProfile.Key.values().length, host.figures().size());
    assertTrue(host.value(DeviceProfile.Key.CORES) >= 1);
  }

  @Test
  void shouldNameAllIdsWhereOneIsUnknown() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> DeviceProfiles.named("rpi9"))
            .getMessage();
    assertEquals(
        "no device profile \"rpi9\"; there are rpi-zero2w, rpi3b+, rpi4b, rpi5, host", message);
  }

  /** An active core that does one kind of work at its rate takes what the profile says it takes. */
  @Test
  void shouldSplitTheActiveCoreIntoSpinningAndWork() {
    for (String id : DeviceProfiles.ids()) {
      DeviceProfile board = DeviceProfiles.named(id);
      double spinning = board.value(DeviceProfile.Key.SPINNING_CORE_MILLIW);
      double active = board.value(DeviceProfile.Key.ACTIVE_CORE_MILLIW);
      DeviceProfile.Key[][] each = {
        {DeviceProfile.Key.INT8_MAC_PICOJ, DeviceProfile.Key.INT8_MACS_PER_SECOND},
        {DeviceProfile.Key.DEPTHWISE_MAC_PICOJ, DeviceProfile.Key.INT8_DEPTHWISE_MACS_PER_SECOND},
        {DeviceProfile.Key.ELEMENT_PICOJ, DeviceProfile.Key.ELEMENTS_PER_SECOND},
        {DeviceProfile.Key.RAM_BYTE_PICOJ, DeviceProfile.Key.RAM_BYTES_PER_SECOND},
      };
      for (DeviceProfile.Key[] pair : each) {
        double workMilliW = board.value(pair[0]) * board.value(pair[1]) / 1e9;
        assertEquals(active, spinning + workMilliW, 0.01 * active, id + " " + pair[0].word());
      }
    }
  }

  @Test
  void shouldHaveClocksUpToTheHighestWithRisingPowerAndRisingEnergyPerClock() {
    for (String id : List.of("rpi-zero2w", "rpi3b+", "rpi4b", "rpi5")) {
      DeviceProfile board = DeviceProfiles.named(id);
      List<FrequencyStep> steps = board.steps();
      assertTrue(steps.size() > 1, id);
      assertEquals(
          board.figure(DeviceProfile.Key.ACTIVE_CORE_MILLIW), steps.getLast().activeCoreMilliW());
      assertEquals(board.value(DeviceProfile.Key.CLOCK_HZ), steps.getLast().hz());
      for (int i = 1; i < steps.size(); i++) {
        assertTrue(steps.get(i - 1).hz() < steps.get(i).hz(), id);
        assertTrue(joulePerClock(steps.get(i - 1)) < joulePerClock(steps.get(i)), id);
      }
    }
  }

  private static double joulePerClock(FrequencyStep step) {
    return step.activeCoreMilliW().value() / step.hz();
  }

  @Test
  void shouldPriceClocksBetweenSteps() {
    DeviceProfile board = DeviceProfiles.named("rpi4b");
    assertEquals(0, board.activeCoreMilliW(0));
    assertEquals(287.0 / 2, board.activeCoreMilliW(300e6), 1e-9);
    assertEquals(287, board.activeCoreMilliW(600e6), 1e-9);
    assertEquals((287 + 470) / 2.0, board.activeCoreMilliW(750e6), 1e-9);
    assertEquals(925, board.activeCoreMilliW(1500e6), 1e-9);
    assertEquals(925, board.activeCoreMilliW(9e9), 1e-9);
  }

  @Test
  void shouldKeepOnlyStepsBelowAChangedClock() {
    DeviceProfile board = DeviceProfiles.named("rpi4b");
    Figure gigahertz = new Figure(1e9, Provenance.MEASURED_HERE, "the kernel");
    DeviceProfile slower = board.with(Map.of(DeviceProfile.Key.CLOCK_HZ, gigahertz));
    assertEquals(List.of(600e6, 900e6), slower.lowerSteps().stream().map(s -> s.hz()).toList());
    assertEquals(gigahertz, slower.figure(DeviceProfile.Key.CLOCK_HZ));
    assertThrows(
        IllegalArgumentException.class,
        () -> new DeviceProfile("b", "b", slower.figures(), board.lowerSteps()));
  }

  @Test
  void shouldHoldLimitsThatABoardCanKeep() {
    for (String id : DeviceProfiles.ids()) {
      DeviceProfile board = DeviceProfiles.named(id);
      double soft = board.value(DeviceProfile.Key.THERMAL_SOFT_LIMIT_CELSIUS);
      assertTrue(soft <= board.value(DeviceProfile.Key.THERMAL_THROTTLE_CELSIUS), id);
      double idle = board.value(DeviceProfile.Key.IDLE_MILLIW);
      double warm = 25 + idle / 1e3 * board.value(DeviceProfile.Key.THERMAL_KELVIN_PER_WATT);
      assertTrue(warm < soft, id + " is too hot when idle");
      double busy =
          idle
              + board.value(DeviceProfile.Key.CORES)
                  * board.value(DeviceProfile.Key.ACTIVE_CORE_MILLIW);
      assertTrue(
          id.equals(DeviceProfiles.HOST) || busy < board.value(DeviceProfile.Key.SUPPLY_MILLIW),
          id);
    }
  }
}
