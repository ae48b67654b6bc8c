/**
 * Sparkplug B 3.0: the node as an edge node. Its birth names every metric with type, unit and an
 * alias; from then on changed values travel under their aliases, numbered from 0 to 255 and round
 * again; its death is the will of the connection, tied to the birth by a number that survives
 * restarts. Statements of the specification are cited by their {@code tck-id}.
 *
 * <p>Payloads are protocol buffers of a small, frozen schema ({@code sparkplug_b.proto}). They are
 * written by {@link io.millrace.node.report.sparkplug.ProtoWriter}, some hundred lines, instead of
 * a library of a megabyte on each board; an independent decoder reads them in the tests.
 */
package io.millrace.node.report.sparkplug;
