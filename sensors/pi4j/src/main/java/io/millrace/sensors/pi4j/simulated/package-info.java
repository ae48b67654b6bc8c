/**
 * A board without a board: chips at register level behind Pi4J's own provider interfaces, so that
 * the drivers' real code runs on any machine. It is part of the module's jar, not of its tests,
 * because examples run on it too; a board that never simulates can leave the package out.
 *
 * <p>A {@link io.millrace.sensors.pi4j.simulated.SimulatedBoard} has buses, chips are put on them,
 * and its {@link io.millrace.sensors.pi4j.simulated.SimulatedBoard#board} is used like a real one.
 * Chips go by the board's clock, each with an oscillator of its own rate: with a virtual clock a
 * day passes as fast as it can be read.
 *
 * <p>What can go wrong on a bus does so by {@link
 * io.millrace.sensors.pi4j.simulated.SimulatedI2cBus} and {@link
 * io.millrace.sensors.pi4j.simulated.I2cDevice}: chips that are unplugged and come back with their
 * registers reset, that stretch the clock for too long, single transfers that fail, a bus that is
 * stuck. Failures have the words of Linux's kernel.
 *
 * <pre>{@code
 * SimulatedBoard machine = new SimulatedBoard(clock);
 * SimulatedAdxl345 chip = new SimulatedAdxl345(clock, 1.007, Signal.COUNTING);
 * machine.i2c(1).plug(0x53, chip);
 * try (Board board = machine.board(problems)) { ... }
 * }</pre>
 */
package io.millrace.sensors.pi4j.simulated;
