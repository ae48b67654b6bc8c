/**
 * What a board takes, measured. No meter is a legal state: then what is modelled is all there is,
 * and whoever reports it says so.
 */
package io.millrace.sensors.power;
