/**
 * What machine code of every instruction set has in common: which operators get a kernel and what
 * it is made for, where weights and constants lie, how a lane is put together. {@link
 * io.millrace.engine.machine.OperatorKernels} and {@link io.millrace.engine.machine.LaneWriter} are
 * what an instruction set adds; {@link io.millrace.engine.machine.MachineCode} is the result.
 */
package io.millrace.engine.machine;
