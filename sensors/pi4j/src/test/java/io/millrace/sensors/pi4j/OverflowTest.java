package io.millrace.sensors.pi4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.pi4j.settings.Adxl345Settings;
import io.millrace.sensors.pi4j.settings.MotionSettings;
import io.millrace.sensors.pi4j.simulated.Signal;
import io.millrace.sensors.pi4j.simulated.SimulatedAdxl345;
import io.millrace.sensors.pi4j.simulated.SimulatedIcm20948;
import io.millrace.sensors.pi4j.simulated.SimulatedMpu6050;
import io.millrace.sensors.pi4j.stream.ChipSensor;
import org.junit.jupiter.api.Test;

/**
 * A reader that comes too late: the samples themselves say how many are gone. A count is exact but
 * where the chip takes a sample just about when it is looked at: then it is one off.
 */
class OverflowTest {
  private static long number(SampleBlock block, double stepsPerUnit) {
    int at = block.offset();
    return Math.round(block.values()[at] * stepsPerUnit)
        | Math.round(block.values()[at + 1] * stepsPerUnit) << Signal.COUNTING_BITS;
  }

  /** Reads on time, then late by ever more, and compares with the numbers of the samples. */
  private static void shouldCount(Rig rig, ChipSensor sensor, double stepsPerUnit)
      throws Exception {
    SampleBlock block = Rig.block(sensor, 16);
    long next = 0;
    long lost = 0;
    int gaps = 0;
    int wrong = 0;
    for (int i = 0; i < 400; i++) {
      int n = sensor.read(block);
      long number = number(block, stepsPerUnit);
      if (i > 0) {
        long off = next + block.missingBefore() - number;
        long allowed = block.missingBefore() == 0 ? 0 : 1;
        assertTrue(Math.abs(off) <= allowed, "off by " + off + " after read " + i);
        wrong += off == 0 ? 0 : 1;
        gaps += block.missingBefore() == 0 ? 0 : 1;
      }
      lost += block.missingBefore();
      next = number + n;
      if (i > 100 && i % 20 == 0) {
        rig.clock.advance(i * Rig.MS);
      }
    }
    assertTrue(lost > 500 && gaps > 10, lost + " lost in " + gaps);
    assertTrue(wrong <= gaps / 2, wrong + " of " + gaps + " gaps are off by one");
    assertEquals(lost, sensor.overruns());
    assertEquals(0, sensor.failures());
    assertEquals(0, rig.problems.size());
  }

  @Test
  void shouldCountWhatAnAdxl345Lost() throws Exception {
    try (Rig rig = new Rig()) {
      rig.machine.i2c(1).plug(0x53, new SimulatedAdxl345(rig.clock, 1.004, Signal.COUNTING));
      shouldCount(rig, rig.open(new Adxl345Settings(Rig.AT_53, 800, 16)), 256 / 9.80665);
    }
  }

  @Test
  void shouldThrowAwayWhatAnMpu6050CannotTellApart() throws Exception {
    try (Rig rig = new Rig()) {
      rig.machine.i2c(1).plug(0x68, new SimulatedMpu6050(rig.clock, 0.996, Signal.COUNTING));
      shouldCount(
          rig,
          rig.open(new MotionSettings(MotionSettings.Model.MPU6050, Rig.AT_68, 1000, 2, 250)),
          16384 / 9.80665);
    }
  }

  @Test
  void shouldThrowAwayWhatAnIcm20948CannotTellApart() throws Exception {
    try (Rig rig = new Rig()) {
      rig.machine.i2c(1).plug(0x68, new SimulatedIcm20948(rig.clock, 1.003, Signal.COUNTING));
      shouldCount(
          rig,
          rig.open(new MotionSettings(MotionSettings.Model.ICM20948, Rig.AT_68, 1125, 2, 250)),
          16384 / 9.80665);
    }
  }

  /** At 3200 Hz a bus of 100 kHz cannot keep up (ADXL345 rev. G, "Serial communications"). */
  @Test
  void shouldCountWhatATooSlowBusLoses() throws Exception {
    try (Rig rig = new Rig()) {
      rig.machine.i2c(1).plug(0x53, new SimulatedAdxl345(rig.clock, 1, Signal.COUNTING));
      rig.machine.i2c(1).speed(100_000);
      ChipSensor sensor = rig.open(new Adxl345Settings(Rig.AT_53, 3200, 16));
      SampleBlock block = Rig.block(sensor, 64);
      long given = 0;
      for (int i = 0; i < 500; i++) {
        given += sensor.read(block);
      }
      double share = (double) given / (given + sensor.overruns());
      assertTrue(share > 0.2 && share < 0.5, "a share of " + share + " came through");
    }
  }
}
