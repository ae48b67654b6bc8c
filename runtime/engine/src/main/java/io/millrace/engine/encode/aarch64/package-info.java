/**
 * AArch64: {@link io.millrace.engine.encode.aarch64.Neon} names the vector instructions, one line
 * each, as the Arm Architecture Reference Manual for A-profile (DDI 0487) gives them; {@link
 * io.millrace.engine.encode.aarch64.A64Encoder} writes them, loads and stores, and the scalar ones
 * that loops need. General instructions are in section C6.2 of the manual, those on SIMD and
 * floating-point registers in C7.2, both in the order of their mnemonics, which are given here.
 *
 * <pre>{@code
 * var code = new A64Encoder();
 * code.loadQ(1, X.X0, 16);
 * code.neon(Neon.SMULL_8H, 0, 1, 2);
 * code.ret();
 * byte[] bytes = code.toByteArray();
 * }</pre>
 */
package io.millrace.engine.encode.aarch64;
