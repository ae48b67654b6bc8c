/**
 * Kernels in machine code for AArch64, written at load for the shapes of one program.
 *
 * <p>Activations lie in the arena as they are stored, signed: all products of bytes here are signed
 * by signed. What the input's zero point adds to a sum goes into the bias when a kernel is made.
 * Padding is never stored: an output near the border sums over fewer taps, with a bias made for
 * just those.
 *
 * <p>Registers while a lane runs: X0 arena, X1 constants of the kernels, X2 scratch; a kernel may
 * use all others but X18 and X22 to X30.
 */
package io.millrace.engine.aarch64;
