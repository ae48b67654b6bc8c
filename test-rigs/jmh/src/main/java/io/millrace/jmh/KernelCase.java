package io.millrace.jmh;

import io.millrace.cli.calibrate.OneOperator;
import io.millrace.program.BadProgramException;
import io.millrace.program.ElementType;
import io.millrace.program.Program;

/** The operators that are measured: sizes as in networks for boards. */
public enum KernelCase {
  /** 1x1 convolutions of as many channels as the name says, in and out. */
  POINTWISE_64(Kind.POINTWISE, 56, 56, 64, 64),
  POINTWISE_128(Kind.POINTWISE, 56, 56, 128, 128),
  POINTWISE_256(Kind.POINTWISE, 28, 28, 256, 256),
  POINTWISE_512(Kind.POINTWISE, 14, 14, 512, 512),
  POINTWISE_1024(Kind.POINTWISE, 7, 7, 1024, 1024),
  /** As keyword spotting has it. */
  POINTWISE_64_SMALL(Kind.POINTWISE, 25, 5, 64, 64),
  /** 3x3 depthwise, by channels and stride. */
  DEPTHWISE_64_SMALL(Kind.DEPTHWISE, 25, 5, 64, 1),
  DEPTHWISE_128_STRIDE_1(Kind.DEPTHWISE, 56, 56, 128, 1),
  DEPTHWISE_128_STRIDE_2(Kind.DEPTHWISE, 56, 56, 128, 2),
  DEPTHWISE_512_STRIDE_1(Kind.DEPTHWISE, 14, 14, 512, 1),
  DEPTHWISE_512_STRIDE_2(Kind.DEPTHWISE, 14, 14, 512, 2),
  /** One row, by inputs and outputs. */
  FULLY_CONNECTED_128_128(Kind.FULLY_CONNECTED, 1, 1, 128, 128),
  FULLY_CONNECTED_640_128(Kind.FULLY_CONNECTED, 1, 1, 640, 128),
  FULLY_CONNECTED_1024_1000(Kind.FULLY_CONNECTED, 1, 1, 1024, 1000),
  /** The same with weights two a byte. */
  FULLY_CONNECTED_INT4_128_128(Kind.FULLY_CONNECTED_INT4, 1, 1, 128, 128),
  FULLY_CONNECTED_INT4_640_128(Kind.FULLY_CONNECTED_INT4, 1, 1, 640, 128),
  FULLY_CONNECTED_INT4_1024_1000(Kind.FULLY_CONNECTED_INT4, 1, 1, 1024, 1000);

  private enum Kind {
    POINTWISE,
    DEPTHWISE,
    FULLY_CONNECTED,
    FULLY_CONNECTED_INT4
  }

  private final Kind kind;
  private final int h;
  private final int w;
  private final int in;
  private final int last;

  /**
   * @param last channels or values out; of a depthwise convolution its stride
   */
  KernelCase(Kind kind, int h, int w, int in, int last) {
    this.kind = kind;
    this.h = h;
    this.w = w;
    this.in = in;
    this.last = last;
  }

  /** A program of this operator alone. */
  Program program() throws BadProgramException {
    return switch (kind) {
      case POINTWISE -> OneOperator.pointwise(h, w, in, last);
      case DEPTHWISE -> OneOperator.depthwise(h, w, in, last);
      case FULLY_CONNECTED -> OneOperator.fullyConnected(ElementType.INT8, in, last);
      case FULLY_CONNECTED_INT4 -> OneOperator.fullyConnected(ElementType.INT4, in, last);
    };
  }
}
