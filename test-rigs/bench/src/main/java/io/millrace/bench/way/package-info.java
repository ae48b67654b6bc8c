/**
 * The whole way of a window, timed on the real node: a sample arrives, features, decision, answer,
 * alert, acknowledged by a broker.
 */
package io.millrace.bench.way;
