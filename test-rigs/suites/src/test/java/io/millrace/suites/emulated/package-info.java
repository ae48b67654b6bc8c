/**
 * The engine's tests on emulated AArch64 cores.
 *
 * <p>{@link io.millrace.suites.emulated.EmulatedCoresTest} runs here and starts, for each core, an
 * arm64 JVM under user-mode emulation whose main class is {@link
 * io.millrace.suites.emulated.Guest}. The guest runs test classes that it is told by name and
 * leaves reports of them. Programs are compiled here, so that an emulated processor need not.
 *
 * <p>Emulation shows that instructions are the right ones and that a core has them; it shows
 * nothing of time, and nothing of caches of instructions that are not coherent.
 */
package io.millrace.suites.emulated;
