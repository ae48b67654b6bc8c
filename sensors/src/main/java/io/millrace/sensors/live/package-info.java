/**
 * What sensors that run by themselves share. A thread of its own captures ({@link
 * io.millrace.sensors.live.Capture}) and puts samples into a {@link
 * io.millrace.sensors.live.SampleRing}; whoever reads the {@link
 * io.millrace.sensors.live.LiveSensor} takes them out. A late reader loses samples, which are
 * counted and reported as a gap; a source that breaks is started again, and the time it was away is
 * a gap too.
 *
 * <pre>{@code
 * capture thread:  device or child process -> decode -> ring.write(...)
 * reader:                                               ring.read(block) <- LiveSensor.read(block)
 * }</pre>
 */
package io.millrace.sensors.live;
