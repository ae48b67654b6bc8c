package io.millrace.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.device.DeviceProfile;
import io.millrace.device.Figure;
import io.millrace.device.Provenance;
import io.millrace.program.ElementType;
import io.millrace.program.Operator;
import io.millrace.program.Placement;
import io.millrace.program.Quantization;
import io.millrace.program.Schedule;
import io.millrace.program.Shape;
import io.millrace.program.TensorSpec;
import io.millrace.program.Window2D;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CostModelTest {
  private static DeviceProfile device(double macs, double bytes, Provenance provenance) {
    Map<DeviceProfile.Key, Figure> figures = new EnumMap<>(DeviceProfile.Key.class);
    for (DeviceProfile.Key key : DeviceProfile.Key.values()) {
      figures.put(key, new Figure(1000, Provenance.SPECIFIED, "made up"));
    }
    figures.put(DeviceProfile.Key.INT8_MACS_PER_SECOND, new Figure(macs, provenance, "made up"));
    figures.put(
        DeviceProfile.Key.RAM_BYTES_PER_SECOND, new Figure(bytes, Provenance.SPECIFIED, "made up"));
    figures.put(
        DeviceProfile.Key.SLOT_OVERHEAD_NS, new Figure(50, Provenance.SPECIFIED, "made up"));
    return new DeviceProfile("made", "made up", figures);
  }

  private static TensorSpec tensor(boolean constant, int... extents) {
    return new TensorSpec(
        "t",
        ElementType.INT8,
        Shape.of(extents),
        Quantization.NONE,
        constant ? new Placement.InConstants(0) : new Placement.InArena(0));
  }

  // 4 rows of 100 times 20: 8,000 multiply-accumulates, 2,000 bytes of weights
  private static final List<TensorSpec> TENSORS =
      List.of(tensor(false, 4, 100), tensor(true, 20, 100), tensor(false, 4, 20));
  private static final Operator PRODUCT =
      new Operator.FullyConnected(0, 1, Operator.NONE, Operator.NONE, 2, 0, 0);

  private static long timeNs(DeviceProfile device, long arena, int rows) {
    return new CostModel(device, arena).cost(PRODUCT, TENSORS, rows).timeNs();
  }

  @Test
  void shouldTakeTheSlowerOfComputingAndMoving() {
    assertEquals(50 + 8_000, timeNs(device(1e9, 1e9, Provenance.MODELLED), 500, 4));
    assertEquals(50 + 2_000, timeNs(device(1e12, 1e9, Provenance.MODELLED), 500, 4));
    assertEquals(
        50 + 2_480, timeNs(device(1e12, 1e9, Provenance.MODELLED), 2_000, 4), "beyond the cache");
    assertEquals(50 + 2_000, timeNs(device(1e9, 1e9, Provenance.MODELLED), 500, 1), "a band");
  }

  private static DeviceProfile priced(Map<DeviceProfile.Key, Double> values) {
    Map<DeviceProfile.Key, Figure> figures = new EnumMap<>(DeviceProfile.Key.class);
    values.forEach(
        (key, value) -> figures.put(key, new Figure(value, Provenance.SPECIFIED, "made up")));
    return device(1e9, 1e9, Provenance.SPECIFIED).with(figures);
  }

  /** Every energy differs, so that none can stand for another. */
  private static final Map<DeviceProfile.Key, Double> ENERGIES =
      Map.of(
          DeviceProfile.Key.SPINNING_CORE_MILLIW, 400.0,
          DeviceProfile.Key.INT8_MAC_PICOJ, 600.0,
          DeviceProfile.Key.DEPTHWISE_MAC_PICOJ, 70.0,
          DeviceProfile.Key.ELEMENT_PICOJ, 8_000.0,
          DeviceProfile.Key.RAM_BYTE_PICOJ, 90.0,
          DeviceProfile.Key.ELEMENTS_PER_SECOND, 1e9);

  private static long energyNanoJ(DeviceProfile device, Operator operator, int rows) {
    return new CostModel(device, 500).cost(operator, TENSORS, rows).energyNanoJ();
  }

  @Test
  void shouldAddWhatSpinningWorkAndBytesTake() {
    // 0.4 W for 8,050 ns, 8,000 multiply-accumulates of 0.6 nJ, 2,000 bytes of 0.09 nJ
    assertEquals(3_220 + 4_800 + 180, energyNanoJ(priced(ENERGIES), PRODUCT, 4));
    // depthwise: 80 outputs of a window of 5 * 5, 2,000 bytes of weights in 2,000 ns
    Operator depthwise =
        new Operator.DepthwiseConv2D(
            0,
            1,
            Operator.NONE,
            Operator.NONE,
            2,
            new Window2D(5, 5, 1, 1, 1, 1, 0, 0, 0, 0),
            0,
            0);
    assertEquals(820 + 140 + 180, energyNanoJ(priced(with(2e9)), depthwise, 4));
    // 400 elements of 8 nJ in 400 ns, nothing from RAM
    assertEquals(180 + 3_200, energyNanoJ(priced(ENERGIES), new Operator.Copy(0, 2), 4));
  }

  private static Map<DeviceProfile.Key, Double> with(double depthwiseMacs) {
    Map<DeviceProfile.Key, Double> values = new EnumMap<>(ENERGIES);
    values.put(DeviceProfile.Key.INT8_DEPTHWISE_MACS_PER_SECOND, depthwiseMacs);
    return values;
  }

  /**
   * As the shipped profiles have it: nothing but one kind of work takes the active core's power.
   */
  @Test
  void shouldTakeAnActiveCoresPowerForNothingButWork() {
    Map<DeviceProfile.Key, Double> values = new EnumMap<>(ENERGIES);
    values.put(DeviceProfile.Key.SLOT_OVERHEAD_NS, 0.0);
    values.put(DeviceProfile.Key.RAM_BYTE_PICOJ, 0.0);
    DeviceProfile device = priced(values);
    // 600 pJ for each of 1e9 a second are 0.6 W beside the 0.4 W of spinning
    assertEquals(timeNs(device, 500, 4), energyNanoJ(device, PRODUCT, 4));
  }

  @Test
  void shouldSumToTheWholeOverBandsButForEachSlotsStart() {
    DeviceProfile device = priced(ENERGIES);
    long whole = energyNanoJ(device, PRODUCT, 4);
    long startNanoJ = 20;
    assertEquals(whole + startNanoJ, 2 * energyNanoJ(device, PRODUCT, 2));
    assertEquals(whole + 3 * startNanoJ, 4 * energyNanoJ(device, PRODUCT, 1));
    assertEquals(
        whole + startNanoJ, energyNanoJ(device, PRODUCT, 3) + energyNanoJ(device, PRODUCT, 1));
  }

  @Test
  void shouldRiseWithRowsAndWithEachFigureOfEnergy() {
    DeviceProfile device = priced(ENERGIES);
    for (int rows = 1; rows < 4; rows++) {
      assertTrue(energyNanoJ(device, PRODUCT, rows) < energyNanoJ(device, PRODUCT, rows + 1));
    }
    for (DeviceProfile.Key key :
        List.of(
            DeviceProfile.Key.SPINNING_CORE_MILLIW,
            DeviceProfile.Key.INT8_MAC_PICOJ,
            DeviceProfile.Key.RAM_BYTE_PICOJ)) {
      Map<DeviceProfile.Key, Double> dearer = new EnumMap<>(ENERGIES);
      dearer.merge(key, 1.5, (a, b) -> a * b);
      assertTrue(
          energyNanoJ(priced(dearer), PRODUCT, 4) > energyNanoJ(device, PRODUCT, 4), key.word());
    }
  }

  @Test
  void shouldBoundWhatNoProfileShouldSay() {
    Map<DeviceProfile.Key, Double> values = new EnumMap<>(ENERGIES);
    values.put(DeviceProfile.Key.INT8_MAC_PICOJ, 1e300);
    assertEquals(1L << 51, energyNanoJ(priced(values), PRODUCT, 4));
  }

  @Test
  void shouldWaitAtThePowerOfASpinningCore() {
    assertEquals(400, new CostModel(priced(ENERGIES), 500).spinningNanoJ(1_000));
  }

  @Test
  void shouldClaimNoMoreThanItsWeakestFigure() {
    assertEquals(
        Provenance.MODELLED,
        new CostModel(device(1e9, 1e9, Provenance.MODELLED), 500).provenance());
    assertEquals(
        Provenance.SPECIFIED,
        new CostModel(device(1e9, 1e9, Provenance.MEASURED_HERE), 500).provenance());
    for (DeviceProfile.Key key :
        List.of(
            DeviceProfile.Key.SPINNING_CORE_MILLIW,
            DeviceProfile.Key.INT8_MAC_PICOJ,
            DeviceProfile.Key.DEPTHWISE_MAC_PICOJ,
            DeviceProfile.Key.ELEMENT_PICOJ,
            DeviceProfile.Key.RAM_BYTE_PICOJ)) {
      DeviceProfile device =
          device(1e9, 1e9, Provenance.SPECIFIED)
              .with(Map.of(key, new Figure(1, Provenance.MODELLED, "made up")));
      assertEquals(Provenance.MODELLED, new CostModel(device, 500).provenance(), key.word());
    }
  }

  @Test
  void shouldPredictWhatLanesWaitFor() {
    Schedule.Cost ten = new Schedule.Cost(10, 7);
    Schedule.Cost three = new Schedule.Cost(3, 1);
    Schedule schedule =
        new Schedule(
            List.of(
                new Schedule.Lane(
                    List.of(
                        new Schedule.Slot(0, 0, 1, List.of(), three),
                        new Schedule.Slot(1, 0, 1, List.of(new Schedule.Wait(1, 0)), three))),
                new Schedule.Lane(List.of(new Schedule.Slot(0, 1, 1, List.of(), ten)))));
    assertEquals(new Prediction(13, 9), Prediction.of(schedule));
    assertEquals(1e3 * 9 / 13, Prediction.of(schedule).continuousMilliW(), 1e-9);
  }
}
