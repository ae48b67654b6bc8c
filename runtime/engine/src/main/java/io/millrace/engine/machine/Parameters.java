package io.millrace.engine.machine;

/** Weights, bias and multipliers of a convolution by index. */
public interface Parameters extends Scaling {
  /** Stored weight for output channel, kernel row, kernel column, input channel. */
  int weight(int o, int ky, int kx, int c);

  /** Weights that are all one, of channels with one multiplier and no bias. */
  static Parameters ones(float multiplier) {
    return new Parameters() {
      @Override
      public int weight(int o, int ky, int kx, int c) {
        return 1;
      }

      @Override
      public int bias(int o) {
        return 0;
      }

      @Override
      public float multiplier(int o) {
        return multiplier;
      }
    };
  }
}
