package io.millrace.node.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PowerModelTest {
  private static final double S = 1e9;

  @Test
  void shouldChargeTheDeclaredMarginUntilAMeterSpeaks() {
    PowerModel model = new PowerModel(0.2, 0.01, 0.25);
    assertEquals(1.2, model.idleFactor(), 1e-12);
    assertEquals(1.2, model.computeFactor(), 1e-12);
    assertEquals(1.2, model.radioFactor(), 1e-12);
    assertEquals(1, new PowerModel(0, 0.01, 0.25).idleFactor());
  }

  @Test
  void shouldComeDownToTheTruthFromAboveAndNeverPassIt() {
    int below = 0;
    int looks = 0;
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      double[] truth = new double[3];
      for (int i = 0; i < 3; i++) {
        truth[i] = 1 + (random.nextDouble() * 2 - 1) * 0.2;
      }
      PowerModel model = new PowerModel(0.2, 0.01, 0.25);
      for (int i = 0; i < 600; i++) {
        long compute = (long) (random.nextDouble() * 900e6);
        long radio = random.nextInt(5) == 0 ? (long) (random.nextDouble() * 200e6) : 0;
        double idle = 2700e6;
        model.computed(compute);
        model.transferred(radio);
        double total = truth[0] * idle + truth[1] * compute + truth[2] * radio;
        model.measured(S, idle, total * (1 + 0.01 * random.nextGaussian()));
        looks += 3;
        below += model.idleFactor() < truth[0] ? 1 : 0;
        below += model.computeFactor() < truth[1] ? 1 : 0;
        below += model.radioFactor() < truth[2] ? 1 : 0;
      }
      assertEquals(truth[0], model.idleFactor(), 0.025, "seed " + seed);
      assertEquals(truth[1], model.computeFactor(), 0.06, "seed " + seed);
    }
    assertTrue(below < looks / 1000, below + " of " + looks + " factors were below the truth");
  }

  @Test
  void shouldReportPowerThatHasPartedFromTheModel() {
    PowerModel model = new PowerModel(0.2, 0.01, 0.25);
    for (int i = 0; i < 60; i++) {
      model.measured(S, 2000e6, 2100e6);
    }
    assertFalse(model.disagrees());
    assertEquals(1.05, model.ratio(), 1e-9);
    for (int i = 0; i < 60; i++) {
      model.measured(S, 2000e6, 2600e6);
    }
    assertTrue(model.disagrees());
    for (int i = 0; i < 60; i++) {
      model.measured(S, 2000e6, 2000e6);
    }
    assertFalse(model.disagrees());
  }
}
