/**
 * Clouds that fail in every way that a server and the way to it can, beside the whole node, over
 * real sockets. Whatever the fault: budgets hold, windows are answered by the board or counted,
 * nothing grows, and alerts say where an answer came from.
 */
package io.millrace.suites.cloud;
