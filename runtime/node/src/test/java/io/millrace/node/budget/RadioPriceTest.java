package io.millrace.node.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.device.DeviceProfiles;
import org.junit.jupiter.api.Test;

class RadioPriceTest {
  private static final long MS = 1_000_000L;

  /** 1 mJ to wake up, 100 mW while it listens, for 200 ms after its last byte. */
  private static final RadioPrice RADIO = new RadioPrice(1_000_000, 10, 5, 100, 200 * MS);

  @Test
  void shouldTakeWakeUpBytesAndTailForACallByItself() {
    // 1 mJ, 1000 x 10 nJ, 100 x 5 nJ, 200 ms at 100 mW
    assertEquals(1_000_000 + 10_000 + 500 + 20_000_000, RADIO.energyNanoJ(1000, 100));
    assertEquals(21_010_500 + 5_000_000, RADIO.energyNanoJ(1000, 100, 50 * MS, 200 * MS));
  }

  @Test
  void shouldTakeOnlyTheLongerListeningWhileItIsAwake() {
    // 60 ms after the last byte, a call of 50 ms: the tail ends 110 ms later than it would have
    assertEquals(10_500 + 11_000_000, RADIO.energyNanoJ(1000, 100, 50 * MS, 60 * MS));
    long apart = RADIO.energyNanoJ(0, 0, 50 * MS, Long.MAX_VALUE);
    long first = RADIO.energyNanoJ(0, 0, 50 * MS, Long.MAX_VALUE);
    long second = RADIO.energyNanoJ(0, 0, 50 * MS, 0);
    // one wake-up, 100 ms of calls, one tail
    assertEquals(1_000_000 + 10_000_000 + 20_000_000, first + second);
    assertEquals(26_000_000, apart);
  }

  @Test
  void shouldTakeTheBoardsFigures() {
    RadioPrice radio = RadioPrice.of(DeviceProfiles.named("rpi4b"));
    assertEquals(200 * MS, radio.tailNs());
    assertEquals(31_500_000, radio.energyNanoJ(0, 0));
  }

  @Test
  void shouldRefuseNegativeFigures() {
    assertThrows(IllegalArgumentException.class, () -> new RadioPrice(0, -1, 0));
    assertThrows(IllegalArgumentException.class, () -> new RadioPrice(0, 0, 0, -1, 0));
    assertThrows(IllegalArgumentException.class, () -> new RadioPrice(0, 0, 0, 0, -1));
  }
}
