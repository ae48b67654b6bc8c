package io.millrace.cli.calibrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.device.DeviceProfile;
import io.millrace.device.DeviceProfiles;
import io.millrace.device.Provenance;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Resistance and capacity of heat, fitted to a board whose true figures are hidden. */
class ThermalCalibrationTest {
  private static final double TOLERANCE = 0.1;
  private static final DeviceProfile BEFORE = DeviceProfiles.named("rpi4b");

  private final SimulatedBoard board = new SimulatedBoard();
  private final Calibration calibration =
      new Calibration(BEFORE, 1, "2026-01-02", _ -> {}, board, board.clock);

  private ThermalFit heat(int seconds) throws Exception {
    return calibration.heat(board, "simulated thermometer", Optional.of(board), seconds);
  }

  @Test
  void shouldRecoverResistanceAndCapacity() throws Exception {
    ThermalFit fit = heat(300);
    assertTrue(fit.determined(), fit.doubt());
    assertEquals(7 * 15, fit.tauSeconds(), TOLERANCE * 7 * 15);
    assertTrue(fit.mostK() < 1.5, "most " + fit.mostK());
    DeviceProfile own = calibration.profile("own");
    assertEquals(7, own.value(DeviceProfile.Key.THERMAL_KELVIN_PER_WATT), TOLERANCE * 7);
    assertEquals(15, own.value(DeviceProfile.Key.THERMAL_JOULE_PER_KELVIN), TOLERANCE * 15);
    for (DeviceProfile.Key key :
        new DeviceProfile.Key[] {
          DeviceProfile.Key.THERMAL_KELVIN_PER_WATT, DeviceProfile.Key.THERMAL_JOULE_PER_KELVIN
        }) {
      assertEquals(Provenance.MEASURED_HERE, own.figure(key).provenance());
      assertTrue(own.figure(key).source().contains("simulated thermometer"));
    }
  }

  @Test
  void shouldClaimNoMoreThanTheModelledPowerWithoutAMeter() throws Exception {
    ThermalFit fit = calibration.heat(board, "thermometer", Optional.empty(), 300);
    assertTrue(fit.determined(), fit.doubt());
    DeviceProfile own = calibration.profile("own");
    assertEquals(
        Provenance.MODELLED, own.figure(DeviceProfile.Key.THERMAL_KELVIN_PER_WATT).provenance());
    // the true step, 4 times 0.895 W, was taken for 4 times 0.925 W
    double expected = 7 * 0.895 / 0.925;
    assertEquals(
        expected, own.value(DeviceProfile.Key.THERMAL_KELVIN_PER_WATT), TOLERANCE * expected);
  }

  private void expectKept(ThermalFit fit, String reason) {
    assertFalse(fit.determined());
    assertTrue(fit.doubt().contains(reason), fit.doubt());
    assertEquals(fit.doubt(), calibration.kept().get(DeviceProfile.Key.THERMAL_KELVIN_PER_WATT));
    assertEquals(
        BEFORE.figure(DeviceProfile.Key.THERMAL_JOULE_PER_KELVIN),
        calibration.profile("own").figure(DeviceProfile.Key.THERMAL_JOULE_PER_KELVIN));
  }

  @Test
  void shouldRefuseAStepThatIsTooShort() throws Exception {
    expectKept(heat(25), "heat longer");
  }

  @Test
  void shouldRefuseABoardThatWasNotAtRest() throws Exception {
    board.isAt(70);
    expectKept(heat(300), "let it rest");
  }

  @Test
  void shouldRefuseARiseThatIsNone() throws Exception {
    board.kelvinPerWatt = 0.5;
    board.isAt(board.settledCelsius());
    expectKept(heat(300), "are needed");
  }

  @Test
  void shouldEndBeforeTheFirmwareTakesTheClockBack() throws Exception {
    board.airCelsius = 55;
    board.isAt(board.settledCelsius());
    long before = board.clock.nanoTime();
    heat(2_000);
    double seconds = (board.clock.nanoTime() - before) / 1e9;
    assertTrue(seconds < 500 + 100, seconds + " s, of which 500 s idle");
    assertTrue(
        board.celsius() < BEFORE.value(DeviceProfile.Key.THERMAL_SOFT_LIMIT_CELSIUS), "too hot");
  }
}
