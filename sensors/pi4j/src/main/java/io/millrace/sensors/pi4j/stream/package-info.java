/**
 * From a chip's samples to a {@link io.millrace.sensors.Sensor}: when to ask, what time a sample
 * has, what is missing, and what happens while the chip does not answer.
 *
 * <p>Chips with a FIFO sample at the pace of their own oscillator, off by percents from the nominal
 * rate and drifting with temperature. Their time is the board's clock, steered by what the FIFO
 * holds: {@link io.millrace.sensors.pi4j.stream.SampleClock}. Chips without one are asked at the
 * moments of an even grid of the board's clock.
 *
 * <p>A chip that fails is asked again with growing pauses, set up anew when it is back, and the
 * samples that it could not give are a gap in the stream: {@link
 * io.millrace.sensors.pi4j.stream.Outage}.
 */
package io.millrace.sensors.pi4j.stream;
