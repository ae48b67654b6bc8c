package io.millrace.engine.aarch64;

import io.millrace.engine.encode.aarch64.A64Encoder;
import io.millrace.engine.encode.aarch64.Neon;
import io.millrace.engine.encode.aarch64.X;
import io.millrace.engine.machine.ConvolutionWeights.Panels;
import java.util.ArrayList;
import java.util.List;

/**
 * The innermost steps of a convolution: four bytes of depth of some pixels times those of up to
 * sixteen channels. Sums end up in register {@code pixel * blocks + block}, four channels in each.
 *
 * <p>INT4 weights come two a byte and are parted and widened in registers.
 */
abstract sealed class StepKernel {
  private static final int VECTOR = 16;

  final A64Encoder code;
  private final boolean nibbles;
  private final X weights;

  private StepKernel(A64Encoder code, boolean nibbles, X weights) {
    this.code = code;
    this.nibbles = nibbles;
    this.weights = weights;
  }

  /**
   * The steps that suit {@code target}.
   *
   * @param pairs whether no weight is -128, so that two products fit 16 bits
   * @param nibbles whether weights are two a byte
   * @param weights points to the weights of the first step
   */
  static StepKernel of(Target target, A64Encoder code, boolean pairs, boolean nibbles, X weights) {
    return switch (target) {
      case NEON -> new Widening(code, pairs, nibbles, weights);
      case DOTPROD -> new DotProducts(code, nibbles, weights);
      case I8MM -> new Matrices(code, nibbles, weights);
    };
  }

  /** Pixels of a tile at most, beside {@code nb} blocks. */
  abstract int mostPixels(int nb);

  /** Pointers that {@link #emit} reads through. */
  int pointers(int pixels) {
    return pixels;
  }

  /**
   * Begins sums.
   *
   * @return whether they begin with the bias, or it is to be added after {@link #end}
   */
  abstract boolean begin(int nb, int pixels, X parameters, int bias);

  /**
   * {@code steps} groups of four bytes, at most four; moves the pointers behind them, but not that
   * of the weights.
   */
  abstract void emit(Panels panels, int pixels, List<X> read, int steps);

  /** Leaves each sum in its register. */
  abstract void end(int nb, int pixels);

  final void loadPixels(int first, List<X> read, int steps) {
    for (int m = 0; m < read.size(); m++) {
      code.loadQThenAdd(first + m, read.get(m), steps * 4);
    }
  }

  /** Loads the weights of block {@code j} for step {@code step}. */
  final void loadWeights(int to, Panels panels, int step, int j) {
    int from = nibbles ? step & ~1 : step;
    code.loadQ(to, weights, from * panels.stepBytes() + panels.blocks().get(j));
    if (nibbles) {
      if (step % 2 == 0) {
        code.shiftLeft8(to, to, 4);
      }
      code.shiftRight8(to, to, 4);
    }
  }

  /**
   * Base NEON: products of 16 bits, of two steps added up if they fit, then added in pairs to sums
   * of 32 bits. Registers {@code 2 i} and {@code 2 i + 1} hold two partial sums each of two
   * channels.
   */
  private static final class Widening extends StepKernel {
    private static final int PIXELS = 16;
    private static final int REPEATED = 20;
    private static final int REPEATED_NEXT = 24;
    private static final int WEIGHTS = 28;
    private final boolean pairs;

    Widening(A64Encoder code, boolean pairs, boolean nibbles, X weights) {
      super(code, nibbles, weights);
      this.pairs = pairs;
    }

    @Override
    int mostPixels(int nb) {
      return Math.clamp(8 / nb, 1, 4);
    }

    @Override
    boolean begin(int nb, int pixels, X parameters, int bias) {
      for (int i = 0; i < 2 * nb * pixels; i++) {
        code.zero(i);
      }
      return false;
    }

    @Override
    void emit(Panels panels, int pixels, List<X> read, int steps) {
      loadPixels(PIXELS, read, steps);
      int u = 0;
      while (u < steps) {
        boolean two = pairs && u + 1 < steps;
        for (int m = 0; m < pixels; m++) {
          code.dup(REPEATED + m, PIXELS + m, u);
          if (two) {
            code.dup(REPEATED_NEXT + m, PIXELS + m, u + 1);
          }
        }
        for (int j = 0; j < panels.blocks().size(); j++) {
          loadWeights(WEIGHTS, panels, u, j);
          if (two) {
            loadWeights(WEIGHTS + 1, panels, u + 1, j);
          }
          multiply(panels.blocks().size(), pixels, j, two);
        }
        u += two ? 2 : 1;
      }
    }

    /** All pixels times one block, as many products at a time as there are registers for. */
    private void multiply(int nb, int pixels, int j, boolean two) {
      List<Integer> products = new ArrayList<>(List.of(30, 31));
      for (int free = pixels; free < 4; free++) {
        products.add(REPEATED + free);
        products.add(REPEATED_NEXT + free);
      }
      int all = 2 * pixels;
      for (int from = 0; from < all; from += products.size()) {
        int to = Math.min(all, from + products.size());
        for (int i = from; i < to; i++) {
          Neon multiply = i % 2 == 0 ? Neon.SMULL_8H : Neon.SMULL2_8H;
          code.neon(multiply, products.get(i - from), REPEATED + i / 2, WEIGHTS);
        }
        for (int i = from; two && i < to; i++) {
          Neon add = i % 2 == 0 ? Neon.SMLAL_8H : Neon.SMLAL2_8H;
          code.neon(add, products.get(i - from), REPEATED_NEXT + i / 2, WEIGHTS + 1);
        }
        for (int i = from; i < to; i++) {
          int sum = 2 * (i / 2 * nb + j) + i % 2;
          code.neon(Neon.SADALP_4S, sum, products.get(i - from));
        }
      }
    }

    @Override
    void end(int nb, int pixels) {
      for (int i = 0; i < nb * pixels; i++) {
        code.neon(Neon.ADDP_4S, i, 2 * i, 2 * i + 1);
      }
    }
  }

  /** FEAT_DotProd: a lane of a pixel's sixteen bytes times those of four channels. */
  private static final class DotProducts extends StepKernel {
    DotProducts(A64Encoder code, boolean nibbles, X weights) {
      super(code, nibbles, weights);
    }

    @Override
    int mostPixels(int nb) {
      return Math.min(6, (32 - nb) / (nb + 1));
    }

    @Override
    boolean begin(int nb, int pixels, X parameters, int bias) {
      for (int i = 0; i < nb * pixels; i++) {
        code.loadQ(i, parameters, bias + i % nb * VECTOR);
      }
      return true;
    }

    @Override
    void emit(Panels panels, int pixels, List<X> read, int steps) {
      int nb = panels.blocks().size();
      int first = nb * pixels;
      loadPixels(first, read, steps);
      for (int u = 0; u < steps; u++) {
        for (int j = 0; j < nb; j++) {
          loadWeights(first + pixels + j, panels, u, j);
        }
        for (int j = 0; j < nb; j++) {
          for (int m = 0; m < pixels; m++) {
            code.sdot(m * nb + j, first + pixels + j, first + m, u);
          }
        }
      }
    }

    @Override
    void end(int nb, int pixels) {}
  }

  /**
   * FEAT_I8MM: two pixels times two channels, eight bytes of depth at a time. Of two pixels, the
   * sums of channels 0 and 1 of a block wait where those of the first pixel belong, the sums of
   * channels 2 and 3 where those of the second do.
   */
  private static final class Matrices extends StepKernel {
    private static final int PIXELS = 16;
    private static final int FIRST_HALVES = 20;
    private static final int WEIGHTS = 24;

    Matrices(A64Encoder code, boolean nibbles, X weights) {
      super(code, nibbles, weights);
    }

    @Override
    int mostPixels(int nb) {
      return 4;
    }

    @Override
    int pointers(int pixels) {
      return (pixels + 1) / 2 * 2;
    }

    @Override
    boolean begin(int nb, int pixels, X parameters, int bias) {
      for (int i = 0; i < nb * pointers(pixels); i++) {
        code.zero(i);
      }
      return false;
    }

    @Override
    void emit(Panels panels, int pixels, List<X> read, int steps) {
      int nb = panels.blocks().size();
      loadPixels(PIXELS, read, steps);
      int couples = read.size() / 2;
      for (int p = 0; p < couples; p++) {
        int a = PIXELS + 2 * p;
        code.neon(Neon.ZIP1_2D, FIRST_HALVES + p, a, a + 1);
        code.neon(Neon.ZIP2_2D, a, a, a + 1);
      }
      for (int u = 0; u < steps; u += 2) {
        for (int j = 0; j < nb; j++) {
          loadWeights(WEIGHTS, panels, u, j);
          if (u + 1 < steps) {
            loadWeights(WEIGHTS + 1, panels, u + 1, j);
          } else {
            code.zero(WEIGHTS + 1);
          }
          code.neon(Neon.ZIP1_4S, WEIGHTS + 2, WEIGHTS, WEIGHTS + 1);
          code.neon(Neon.ZIP2_4S, WEIGHTS + 3, WEIGHTS, WEIGHTS + 1);
          for (int p = 0; p < couples; p++) {
            int pixel = u == 0 ? FIRST_HALVES + p : PIXELS + 2 * p;
            code.neon(Neon.SMMLA_4S, 2 * p * nb + j, pixel, WEIGHTS + 2);
            code.neon(Neon.SMMLA_4S, (2 * p + 1) * nb + j, pixel, WEIGHTS + 3);
          }
        }
      }
    }

    @Override
    void end(int nb, int pixels) {
      for (int p = 0; p < (pixels + 1) / 2; p++) {
        for (int j = 0; j < nb; j++) {
          int a = 2 * p * nb + j;
          int b = (2 * p + 1) * nb + j;
          code.neon(Neon.ZIP1_2D, WEIGHTS, a, b);
          code.neon(Neon.ZIP2_2D, b, a, b);
          code.mov(a, WEIGHTS);
        }
      }
    }
  }
}
