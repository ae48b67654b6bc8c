package io.millrace.engine.aarch64;

/** The vector instructions that kernels are made of; each has those before it too. */
public enum Target {
  /**
   * What every AArch64 processor has. Products of bytes are 16 bits wide; two of them fit beside
   * each other in a sum of 16 bits unless all four bytes are -128.
   */
  NEON,
  /** FEAT_DotProd: signed bytes summed in fours. */
  DOTPROD,
  /** FEAT_I8MM: products of matrices of two by eight signed bytes. */
  I8MM
}
