/**
 * Times of machine code on processors that are not here, by a static analyser.
 *
 * <p>The engine writes the code of any processor on any machine. Its kernels never branch on data,
 * so their loops can be walked without running them: {@link io.millrace.bench.analyser.ControlFlow}
 * follows the general registers alone and yields the sequence of instructions. Stretches of it go
 * through LLVM's {@code llvm-mca}, which knows the pipelines of the boards' cores, and give clocks;
 * clocks and bytes from memory give a time, which is modelled and called so. {@code rig analyser}
 * does the same for this machine and prints how far the model is from what is measured.
 */
package io.millrace.bench.analyser;
