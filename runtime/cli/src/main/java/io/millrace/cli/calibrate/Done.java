package io.millrace.cli.calibrate;

/**
 * Work that was done, as the cost model counts it, or that is done in a second.
 *
 * @param macs multiply-accumulates of matrix kernels
 * @param depthwiseMacs those of depthwise kernels
 * @param elements elements of vector kernels
 * @param ramBytes bytes moved between RAM and a core
 */
record Done(double macs, double depthwiseMacs, double elements, double ramBytes) {
  static final Done NOTHING = new Done(0, 0, 0, 0);

  /** What came on top of {@code before}, for each of {@code seconds}. */
  Done perSecondSince(Done before, double seconds) {
    return new Done(
        (macs - before.macs) / seconds,
        (depthwiseMacs - before.depthwiseMacs) / seconds,
        (elements - before.elements) / seconds,
        (ramBytes - before.ramBytes) / seconds);
  }

  /** {@code amount} of what {@code kind} does. */
  static Done of(Workload.Kind kind, double amount) {
    return switch (kind) {
      case IDLE, SPINNING -> NOTHING;
      case MATRIX -> new Done(amount, 0, 0, 0);
      case DEPTHWISE -> new Done(0, amount, 0, 0);
      case ELEMENTS -> new Done(0, 0, amount, 0);
      case MEMORY -> new Done(0, 0, 0, amount);
    };
  }
}
