package io.millrace.engine.machine;

/**
 * What an instruction set writes around the kernels of a lane. Offsets are from the arena's start.
 */
public interface LaneWriter {
  /** Kernels that write into the same place. */
  OperatorKernels kernels();

  /** Bytes written so far. */
  int size();

  /** A copy of all that was written. */
  byte[] toByteArray();

  /** Goes on where a function may begin. */
  void align();

  /** Begins a function of the platform's C convention. */
  void begin();

  /** Returns from the function. */
  void end();

  /** The bytes of {@link #begin} alone, which fit anywhere. */
  byte[] opening();

  /** The bytes of {@link #end} alone. */
  byte[] closing();

  /**
   * Spins until the INT32 at {@code counter} is at least {@code count}; what was written before it
   * was counted is seen from then on.
   */
  void await(int counter, int count);

  /** Stores {@code count} for {@link #await} of other lanes. */
  void count(int counter, int count);

  /** Stores the processor's clock as an INT64, once all before it has ended. */
  void stamp(int at);

  /** What is added to INT8 values in the arena; 0 where they lie as they are stored. */
  int turn();

  /** Adds {@link #turn}, which is the same as taking it off, from {@code from} to {@code to}. */
  void turn(int from, int to, int bytes);

  void copy(int from, int to, int bytes);

  /** Bytes of scratch that every lane needs. */
  int scratchBytes();
}
