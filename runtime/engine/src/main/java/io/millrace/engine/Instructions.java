package io.millrace.engine;

/** Which instructions the kernels of an executor are made of. */
public enum Instructions {
  /** The fastest that this machine has. */
  BEST,
  /** Java alone: the definition of the arithmetic. */
  PORTABLE,
  /** x86-64 with AVX-512 and its dot products of bytes. */
  AVX512_VNNI,
  /** x86-64 with dot products of bytes in 256 bits. */
  AVX_VNNI,
  /** x86-64 with 256-bit integer vectors. */
  AVX2,
  /** AArch64 with dot products and matrix products of bytes (FEAT_I8MM). */
  I8MM,
  /** AArch64 with dot products of bytes (FEAT_DotProd), as on a Cortex-A76. */
  DOTPROD,
  /** AArch64, what every one has, as on a Cortex-A53 or A72. */
  NEON
}
