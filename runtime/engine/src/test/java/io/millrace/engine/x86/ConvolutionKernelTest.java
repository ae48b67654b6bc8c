package io.millrace.engine.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.engine.encode.x86.X86Encoder;
import io.millrace.engine.machine.ConstantPool;
import io.millrace.engine.machine.ConvolutionSpec;
import io.millrace.engine.machine.Parameters;
import io.millrace.engine.memory.ExecutableCode;
import io.millrace.program.Window2D;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConvolutionKernelTest {
  private final Random random = new Random(7);

  private static final class Weights implements Parameters {
    private final byte[] w;
    private final int[] bias;
    private final float[] mult;
    private final int kh;
    private final int kw;
    private final int c;

    Weights(byte[] w, int[] bias, float[] mult, int kh, int kw, int c) {
      this.w = w;
      this.bias = bias;
      this.mult = mult;
      this.kh = kh;
      this.kw = kw;
      this.c = c;
    }

    @Override
    public int weight(int o, int ky, int kx, int i) {
      return w[((o * kh + ky) * kw + kx) * c + i];
    }

    @Override
    public int bias(int o) {
      return bias[o];
    }

    @Override
    public float multiplier(int o) {
      return mult[o];
    }
  }

  @Test
  void shouldEqualTheDefinitionOverOddShapes() throws Throwable {
    checkShapes(false, 400, 20, 90);
  }

  @Test
  void shouldEqualTheDefinitionForDepthwise() throws Throwable {
    checkShapes(true, 600, 150, 0);
  }

  private void checkShapes(boolean depthwise, int cases, int mostIn, int mostOut) throws Throwable {
    for (int i = 0; i < cases; i++) {
      int kh = 1 + random.nextInt(4);
      int kw = 1 + random.nextInt(4);
      int dh = 1 + random.nextInt(2);
      int dw = 1 + random.nextInt(2);
      Window2D w =
          i % 3 == 0
              ? Window2D.UNIT
              : new Window2D(
                  kh,
                  kw,
                  1 + random.nextInt(2),
                  1 + random.nextInt(3),
                  dh,
                  dw,
                  random.nextInt(kh + 1),
                  random.nextInt(kw + 1),
                  random.nextInt(kh + 1),
                  random.nextInt(kw + 1));
      int h = 1 + random.nextInt(9);
      int wd = 1 + random.nextInt(20);
      if (w.outputH(h) < 1 || w.outputW(wd) < 1) {
        continue;
      }
      int c = 1 + random.nextInt(mostIn);
      check(depthwise, h, wd, c, depthwise ? c : 1 + random.nextInt(mostOut), w);
    }
  }

  private void check(boolean depthwise, int h, int w, int c, int o, Window2D window)
      throws Throwable {
    int oh = (int) window.outputH(h);
    int ow = (int) window.outputW(w);
    int weightC = depthwise ? 1 : c;
    byte[] weights = new byte[o * window.kernelH() * window.kernelW() * weightC];
    random.nextBytes(weights);
    int[] bias = random.ints(o, -5000, 5000).toArray();
    float[] mult = new float[o];
    for (int i = 0; i < o; i++) {
      mult[i] = random.nextFloat() * (random.nextInt(8) == 0 ? 2f : 0.01f);
    }
    Weights p = new Weights(weights, bias, mult, window.kernelH(), window.kernelW(), weightC);
    int zx = random.nextInt(256) - 128;
    int zy = random.nextInt(256) - 128;
    int lo = random.nextBoolean() ? -128 : zy;
    int hi = random.nextBoolean() ? 127 : Math.min(127, lo + 100);
    int first = random.nextInt(oh);
    int rows = 1 + random.nextInt(oh - first);
    int outAt = h * w * c + 64;
    ConvolutionSpec spec =
        new ConvolutionSpec(0, outAt, h, w, c, o, window, first, rows, zx, zy, lo, hi);
    X86Encoder code = new X86Encoder();
    ConstantPool pool = new ConstantPool();
    Registers.begin(code);
    if (depthwise) {
      new DepthwiseKernel(Target.AVX512_VNNI, code, pool, spec, p).emit();
    } else {
      ConvolutionKernel.packing(Target.AVX512_VNNI, code, pool, spec, p).emit();
    }
    Registers.end(code);
    try (Arena scope = Arena.ofConfined()) {
      ExecutableCode memory = ExecutableCode.of(scope, code.toByteArray());
      MemorySegment arena = scope.allocate(outAt + (long) oh * ow * o + 128, 64);
      byte[] input = new byte[h * w * c];
      random.nextBytes(input);
      MemorySegment.copy(input, 0, arena, ValueLayout.JAVA_BYTE, 0, input.length);
      arena.asSlice(outAt).fill((byte) 0x55);
      MemorySegment constants = scope.allocate(pool.end() + 64, 64);
      pool.copyTo(constants);
      MemorySegment run = memory.function(0);
      ExecutableCode.call(run, arena.address(), constants.address(), 0L, 0L);
      for (long i = 0; i < (long) oh * ow * o; i++) {
        int y = (int) (i / o / ow);
        int expected = 0x55;
        if (y >= first && y < first + rows) {
          expected = reference(input, spec, p, y, (int) (i / o % ow), (int) (i % o)) + 128;
        }
        int at = (int) i;
        assertEquals(
            expected,
            arena.get(ValueLayout.JAVA_BYTE, outAt + i) & 255,
            () -> spec + " element " + at);
      }
      for (int i = 0; i < 64; i++) {
        assertEquals(0x55, arena.get(ValueLayout.JAVA_BYTE, outAt + (long) oh * ow * o + i));
      }
    }
  }

  private static int reference(byte[] input, ConvolutionSpec s, Weights p, int y, int x, int o) {
    var w = s.window();
    int acc = p.bias(o);
    for (int ky = 0; ky < w.kernelH(); ky++) {
      for (int kx = 0; kx < w.kernelW(); kx++) {
        int iy = y * w.strideH() - w.padTop() + ky * w.dilationH();
        int ix = x * w.strideW() - w.padLeft() + kx * w.dilationW();
        if (iy < 0 || ix < 0 || iy >= s.inH() || ix >= s.inW()) {
          continue;
        }
        int first = p.c == 1 && s.inC() > 1 ? o : 0;
        for (int c = first; c < (first > 0 || p.c < s.inC() ? first + 1 : s.inC()); c++) {
          int v = (input[(iy * s.inW() + ix) * s.inC() + c] & 255) - 128;
          acc += (v - s.inputZeroPoint()) * p.weight(o, ky, kx, p.c == 1 ? 0 : c);
        }
      }
    }
    double scaled = Math.rint((float) acc * p.multiplier(o));
    return (int) Math.max(s.clampMin(), Math.min(s.clampMax(), scaled + s.outputZeroPoint()));
  }
}
