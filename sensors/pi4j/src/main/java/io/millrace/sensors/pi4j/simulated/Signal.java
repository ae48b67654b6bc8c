package io.millrace.sensors.pi4j.simulated;

/** What a simulated converter sees. */
public interface Signal {
  /** Bits of the sample's number that each axis of {@link #COUNTING} carries. */
  int COUNTING_BITS = 12;

  /** Each sample says which it is: axis 0 has the lowest bits of its number, axis 1 the next. */
  Signal COUNTING =
      (axis, index) -> (int) (index >> (axis * COUNTING_BITS)) & ((1 << COUNTING_BITS) - 1);

  /**
   * What the converter gives, in its own steps.
   *
   * @param axis 0 to 2 is acceleration, 3 to 5 rotation
   * @param index number of the sample since the chip was switched on
   */
  int steps(int axis, long index);
}
