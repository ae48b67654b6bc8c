/**
 * What a board takes, measured. No meter is a legal state: then what is modelled is all there is,
 * and whoever reports it says so.
 *
 * <p>{@link io.millrace.sensors.power.PowerMeters} lists what a machine has, best first. Beside the
 * meters stand what else a budget needs to know of a board: how full its battery is ({@link
 * io.millrace.sensors.power.BatteryGauge}), how warm it is ({@link
 * io.millrace.sensors.power.Thermometer}), and whether its firmware has taken the clock back
 * ({@link io.millrace.sensors.power.HealthMonitor}). All of them read the files of the kernel under
 * a root folder, which a test replaces.
 */
package io.millrace.sensors.power;
