/**
 * What the examples share: a small network that learns from an example's own input at the start, a
 * broker with somebody who listens, and the frame around a run.
 */
package io.millrace.examples.kit;
