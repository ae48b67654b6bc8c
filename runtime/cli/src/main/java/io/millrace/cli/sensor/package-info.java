/**
 * What the commands have to do with sensors: chips by their keys in a pipeline file, outputs that
 * follow rules, the list of what a machine has, recordings and the plot in a terminal. Pi4J is
 * behind {@link io.millrace.cli.sensor.Boards}; an installation without it says so when a chip or
 * an output is asked for, and not before.
 */
package io.millrace.cli.sensor;
