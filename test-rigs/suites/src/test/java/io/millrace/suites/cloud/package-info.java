/**
 * Clouds that fail in every way that a server and the way to it can, beside the whole node, over
 * real sockets. Whatever the fault: budgets hold, every window is answered by the board in time,
 * nothing grows, and alerts say where an answer came from.
 */
package io.millrace.suites.cloud;
