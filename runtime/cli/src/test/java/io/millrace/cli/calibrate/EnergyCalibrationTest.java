package io.millrace.cli.calibrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.device.DeviceProfile;
import io.millrace.device.DeviceProfiles;
import io.millrace.device.Figure;
import io.millrace.device.FrequencyStep;
import io.millrace.device.ProfileText;
import io.millrace.device.Provenance;
import io.millrace.sensors.clock.VirtualClock;
import io.millrace.sensors.power.PowerMeter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The energy model, fitted to a board whose true figures are hidden. */
class EnergyCalibrationTest {
  /** What noise of 15 mW in windows of a board of 2.5 to 6 W may move a figure by. */
  private static final double TOLERANCE = 0.1;

  private static final DeviceProfile BEFORE = DeviceProfiles.named("rpi4b");

  private final SimulatedBoard board = new SimulatedBoard();
  private final Calibration calibration =
      new Calibration(BEFORE, 1, "2026-01-02", _ -> {}, board, board.clock);

  private void expect(DeviceProfile.Key key, double value) {
    Figure figure = calibration.profile("own").figure(key);
    assertEquals(value, figure.value(), TOLERANCE * value, key.word());
    assertEquals(Provenance.MEASURED_HERE, figure.provenance(), key.word());
    assertTrue(figure.source().contains("2026-01-02"), figure.source());
    assertTrue(figure.source().contains("simulated meter"), figure.source());
  }

  private void expectKept(DeviceProfile.Key key, String reason) {
    assertEquals(BEFORE.figure(key), calibration.profile("own").figure(key));
    String why = calibration.kept().get(key);
    assertTrue(why != null && why.contains(reason), key.word() + ": " + why);
  }

  @Test
  void shouldRecoverEachFigureOfAHiddenBoard() throws Exception {
    EnergyFit fit = calibration.energy(board);
    expect(DeviceProfile.Key.IDLE_MILLIW, 2_500);
    expect(DeviceProfile.Key.SPINNING_CORE_MILLIW, 400);
    expect(DeviceProfile.Key.INT8_MAC_PICOJ, 45);
    expect(DeviceProfile.Key.DEPTHWISE_MAC_PICOJ, 70);
    expect(DeviceProfile.Key.ELEMENT_PICOJ, 350);
    expect(DeviceProfile.Key.RAM_BYTE_PICOJ, 300);
    expect(DeviceProfile.Key.ACTIVE_CORE_MILLIW, 400 + 45 * 11);
    assertEquals(Map.of(), calibration.kept());
    // idle, five kinds on one core, spinning and matrix on two and on four
    assertEquals(10, fit.residuals().size());
    assertTrue(fit.rSquared() > 0.999, "R2 " + fit.rSquared());
    assertTrue(fit.meanMilliW() > 0 && fit.meanMilliW() < 30, "mean " + fit.meanMilliW());
    assertTrue(fit.mostMilliW() >= fit.meanMilliW() && fit.mostMilliW() < 60);
  }

  /** It shows 2 W in the first half of a second, 3 W in the second half. */
  @Test
  void shouldAskAMeterOftenThatShowsOnlyTheMoment() throws Exception {
    VirtualClock clock = new VirtualClock(0, 0);
    PowerMeter moment =
        new PowerMeter() {
          @Override
          public String name() {
            return "moment";
          }

          @Override
          public Scope scope() {
            return Scope.BOARD;
          }

          @Override
          public double averageMilliW() {
            return clock.nanoTime() < 500_000_000 ? 2_000 : 3_000;
          }

          @Override
          public void close() {}
        };
    assertEquals(2_500, PowerWindow.average(moment, clock, 1), 60);
    assertEquals(1_000_000_000, clock.nanoTime());
  }

  @Test
  void shouldSayTheErrorThatItHas() throws Exception {
    EnergyFit fit = calibration.energy(board);
    Map<DeviceProfile.Key, Double> truth =
        Map.of(
            DeviceProfile.Key.IDLE_MILLIW, 2_500.0,
            DeviceProfile.Key.SPINNING_CORE_MILLIW, 400.0,
            DeviceProfile.Key.INT8_MAC_PICOJ, 45.0,
            DeviceProfile.Key.DEPTHWISE_MAC_PICOJ, 70.0,
            DeviceProfile.Key.ELEMENT_PICOJ, 350.0,
            DeviceProfile.Key.RAM_BYTE_PICOJ, 300.0);
    truth.forEach((key, value) -> {
      EnergyFit.Estimate estimate = fit.estimates().get(key);
      double off = Math.abs(estimate.value() - value);
      assertTrue(off < 4 * estimate.standardError(), key + " " + estimate);
      assertTrue(estimate.standardError() > 0, key + " " + estimate);
    });
  }

  @Test
  void shouldRefuseWhatDrownsInNoise() throws Exception {
    board.noiseMilliW = 400;
    calibration.energy(board);
    for (DeviceProfile.Key key :
        List.of(
            DeviceProfile.Key.DEPTHWISE_MAC_PICOJ,
            DeviceProfile.Key.ELEMENT_PICOJ,
            DeviceProfile.Key.RAM_BYTE_PICOJ)) {
      String why = calibration.kept().get(key);
      assertTrue(why.contains("give or take"), why);
      assertEquals(BEFORE.figure(key), calibration.profile("own").figure(key));
    }
  }

  @Test
  void shouldRefuseWhatWorkDoesNotShow() throws Exception {
    board.put(Workload.Kind.ELEMENTS, 1e9, 0);
    calibration.energy(board);
    expectKept(DeviceProfile.Key.ELEMENT_PICOJ, "give or take");
    expect(DeviceProfile.Key.INT8_MAC_PICOJ, 45);
  }

  @Test
  void shouldRefuseWhatNoWindowTells() {
    List<PowerWindow> windows = windows();
    List<PowerWindow> without =
        windows.stream().filter(w -> w.workload().kind() != Workload.Kind.MEMORY).toList();
    EnergyFit fit = EnergyFit.of(without);
    EnergyFit.Estimate ram = fit.estimates().get(DeviceProfile.Key.RAM_BYTE_PICOJ);
    assertTrue(ram.doubt().contains("copying was not measured"), ram.doubt());
    assertTrue(fit.estimates().get(DeviceProfile.Key.INT8_MAC_PICOJ).determined());

    // with the matrix kernel alone, on one core, its work and the busy core cannot be told apart
    List<PowerWindow> alike =
        windows.stream()
            .filter(w ->
                w.workload().kind() == Workload.Kind.MATRIX || w.workload().equals(Workload.IDLE))
            .toList();
    EnergyFit blurred = EnergyFit.of(alike);
    for (DeviceProfile.Key key :
        List.of(DeviceProfile.Key.SPINNING_CORE_MILLIW, DeviceProfile.Key.INT8_MAC_PICOJ)) {
      assertTrue(blurred.estimates().get(key).doubt().startsWith("no window tells"), key.word());
    }
    assertThrows(IllegalArgumentException.class, () -> EnergyFit.of(windows.subList(0, 6)));
  }

  private List<PowerWindow> windows() {
    try {
      return PowerWindow.measureAll(board, board, board.clock, 4, 1, _ -> {});
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldNotTakeAPartForTheBoard() throws Exception {
    board.scope = PowerMeter.Scope.PART;
    calibration.energy(board);
    expectKept(DeviceProfile.Key.IDLE_MILLIW, "a part of the board");
    expectKept(DeviceProfile.Key.RAM_BYTE_PICOJ, "a part of the board");
    expect(DeviceProfile.Key.SPINNING_CORE_MILLIW, 400);
    expect(DeviceProfile.Key.INT8_MAC_PICOJ, 45);
  }

  /** Two cores that share what one had: not in the model, so that it must show. */
  @Test
  void shouldShowInTheResidualsWhatTheModelDoesNotHave() throws Exception {
    double fitting = calibration.energy(board).mostMilliW();
    board.lowerOfTwoCores = 0.8;
    EnergyFit fit = calibration.energy(board);
    assertTrue(fit.mostMilliW() > 3 * fitting, fit.mostMilliW() + " after " + fitting);
    assertTrue(
        fit.residuals().stream().anyMatch(r -> Math.abs(r.offPercent()) > 3),
        fit.residuals().toString());
  }

  @Test
  void shouldScaleLowerClocksThatWereNotMeasured() throws Exception {
    calibration.energy(board);
    DeviceProfile own = calibration.profile("own");
    double share =
        own.value(DeviceProfile.Key.ACTIVE_CORE_MILLIW)
            / BEFORE.value(DeviceProfile.Key.ACTIVE_CORE_MILLIW);
    assertEquals(BEFORE.lowerSteps().size(), own.lowerSteps().size());
    for (int i = 0; i < own.lowerSteps().size(); i++) {
      Figure before = BEFORE.lowerSteps().get(i).activeCoreMilliW();
      Figure now = own.lowerSteps().get(i).activeCoreMilliW();
      assertEquals(share * before.value(), now.value(), 1e-9);
      assertEquals(Provenance.MODELLED, now.provenance());
    }
    assertEquals(own, ProfileText.parse("own", ProfileText.format(own)));
  }

  @Test
  void shouldMeasureLowerClocksAndSetTheLimitBack(@TempDir Path root) throws Exception {
    Path policy = root.resolve("sys/devices/system/cpu/cpufreq/policy0");
    Files.createDirectories(policy);
    Files.writeString(
        policy.resolve("scaling_available_frequencies"), "600000 900000 1200000 1500000 \n");
    Path limit = Files.writeString(policy.resolve("scaling_max_freq"), "1500000\n");
    board.speed =
        () -> {
          try {
            return Double.parseDouble(Files.readString(limit).strip()) / 1.5e6;
          } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        };
    try (ClockSteps clocks = ClockSteps.open(root)) {
      assertEquals("", clocks.problem());
      calibration.energy(board);
      calibration.clocks(clocks, board);
      assertEquals("1200000", Files.readString(limit).strip());
    }
    assertEquals("1500000", Files.readString(limit).strip());
    List<FrequencyStep> steps = calibration.profile("own").steps();
    assertEquals(List.of(6e8, 9e8, 1.2e9, 1.5e9), steps.stream().map(s -> s.hz()).toList());
    for (FrequencyStep step : steps) {
      double speed = step.hz() / 1.5e9;
      double milliW = (400 + 45 * 11) * speed * speed;
      assertEquals(milliW, step.activeCoreMilliW().value(), TOLERANCE * milliW);
      assertEquals(Provenance.MEASURED_HERE, step.activeCoreMilliW().provenance());
    }
  }

  @Test
  void shouldSayWhyClocksCannotBeSet(@TempDir Path root) throws Exception {
    try (ClockSteps clocks = ClockSteps.open(root)) {
      assertTrue(clocks.problem().contains("shows no clocks"), clocks.problem());
      assertEquals(0, clocks.lowerHz().length);
    }
    Path policy = root.resolve("sys/devices/system/cpu/cpufreq/policy0");
    Files.createDirectories(policy);
    try (ClockSteps clocks = ClockSteps.open(root)) {
      assertTrue(clocks.problem().contains("lists no clocks"), clocks.problem());
    }
  }
}
