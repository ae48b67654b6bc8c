package io.millrace.engine.machine;

/**
 * Where the operands of an elementwise operator are in the arena.
 *
 * @param elements how many bytes from there on
 */
public record Operands(int a, int b, int out, int elements) {}
