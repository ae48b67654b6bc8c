/**
 * The figures of a device profile, measured on the board itself: rates of the engine's own kernels,
 * bytes from RAM, and, where there is a meter, the energies of the cost model and the power of an
 * active core at each clock; where there is a thermometer, resistance and capacity of heat.
 *
 * <p>{@link io.millrace.cli.calibrate.Calibration} is the whole. Power comes as windows ({@code
 * PowerWindow}) of workloads ({@code Workload}) that {@code Loads} keeps cores busy with; {@code
 * EnergyFit} and {@code ThermalFit} fit the figures and say which of them the measurement
 * determines. What it does not determine keeps its figure, its provenance and a reason.
 */
package io.millrace.cli.calibrate;
