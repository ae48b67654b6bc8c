/**
 * Several sensors in time as one. {@link io.millrace.sensors.align.Aligner} is the rule: on one
 * time axis at one rate, each sensor gives a value that is not further away than its skew allows,
 * and where one has none, none is given for any. {@link io.millrace.sensors.align.AlignedSensor}
 * reads the sensors.
 */
package io.millrace.sensors.align;
