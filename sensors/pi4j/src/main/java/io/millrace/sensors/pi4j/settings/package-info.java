/**
 * What a user says about a chip, checked: where it hangs, how fast and how wide it measures. Plain
 * records, so that a pipeline file can be turned into them:
 *
 * <pre>
 *   chip: adxl345, bus: i2c-1, address: 0x53, rate: 3200 Hz, range: 16 g
 *   new Adxl345Settings(Wire.parse("i2c-1", 0x53), 3200, 16)
 * </pre>
 *
 * Every record refuses what its chip cannot do, and says what it can.
 */
package io.millrace.sensors.pi4j.settings;
