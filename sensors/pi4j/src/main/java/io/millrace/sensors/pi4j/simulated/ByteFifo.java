package io.millrace.sensors.pi4j.simulated;

/**
 * The FIFO of InvenSense's chips: bytes of samples of acceleration and rotation, the newest written
 * over the oldest when it is full, wherever in a sample that is.
 */
final class ByteFifo {
  private static final int SAMPLE_BYTES = 12;
  private final Oscillator oscillator;
  private final Signal signal;
  private final int capacity;
  private final byte[] sample = new byte[SAMPLE_BYTES];
  private long sampleIndex = -1;
  private long position; // of the next byte read, in all the bytes ever written
  private boolean on;
  private boolean overflowed;

  ByteFifo(Oscillator oscillator, Signal signal, int capacity) {
    this.oscillator = oscillator;
    this.signal = signal;
    this.capacity = capacity;
  }

  void enable(boolean on) {
    if (on && !this.on) {
      clear();
    }
    this.on = on;
  }

  void clear() {
    position = oscillator.taken() * SAMPLE_BYTES;
    sampleIndex = -1;
    overflowed = false;
  }

  int count() {
    if (!on) {
      return 0;
    }
    long written = oscillator.taken() * SAMPLE_BYTES;
    if (written - position > capacity) {
      position = written - capacity;
      overflowed = true;
    }
    return (int) (written - position);
  }

  /** Whether it overflowed since this was last asked. */
  boolean overflow() {
    count();
    boolean was = overflowed;
    overflowed = false;
    return was;
  }

  void read(byte[] into, int offset, int length) {
    int there = Math.min(length, count());
    int done = 0;
    while (done < there) {
      long index = position / SAMPLE_BYTES;
      int at = (int) (position % SAMPLE_BYTES);
      load(index);
      int now = Math.min(there - done, SAMPLE_BYTES - at);
      System.arraycopy(sample, at, into, offset + done, now);
      done += now;
      position += now;
    }
    java.util.Arrays.fill(into, offset + done, offset + length, (byte) 0xFF);
  }

  private void load(long index) {
    if (index != sampleIndex) {
      sampleIndex = index;
      for (int axis = 0; axis < 6; axis++) {
        int steps = signal.steps(axis, index);
        sample[2 * axis] = (byte) (steps >> 8);
        sample[2 * axis + 1] = (byte) steps;
      }
    }
  }
}
