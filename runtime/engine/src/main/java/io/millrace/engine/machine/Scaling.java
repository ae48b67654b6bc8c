package io.millrace.engine.machine;

/** What turns the sums of an output channel into stored values. */
public interface Scaling {
  int bias(int o);

  float multiplier(int o);

  /** Bias and multiplier of every output channel. */
  @SuppressWarnings("ArrayRecordComponent") // read-only, within this package
  record PerChannel(int[] biases, float[] multipliers) implements Scaling {
    @Override
    public int bias(int o) {
      return biases[o];
    }

    @Override
    public float multiplier(int o) {
      return multipliers[o];
    }
  }
}
