package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.x86.CpuFeatures;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class CoreClockTest {
  /** No core of these has ever run faster; one that others use much of the time looks slower. */
  @Test
  void shouldBeAProcessorsClock() throws Exception {
    Assumptions.assumeTrue(CpuFeatures.host().best().isPresent(), "no x86-64 with AVX2");
    double hz = CoreClock.load().hz();
    assertTrue(hz > 0.05e9 && hz < 7e9, hz + " Hz");
  }
}
