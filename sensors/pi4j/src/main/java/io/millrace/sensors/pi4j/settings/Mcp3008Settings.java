package io.millrace.sensors.pi4j.settings;

import java.util.List;

/**
 * Microchip MCP3008, eight voltages against ground with 10 bits.
 *
 * @param wire its clock is at most 1.35 MHz at 2.7 V, 3.6 MHz at 5 V (DS21295, §1.0)
 * @param rateHz samples per second of all inputs together, at most 2000: the board sets the pace,
 *     and it is no real-time machine
 * @param inputs 0 to 7, each once, in the order of the channels
 * @param referenceV voltage at VREF, 0.25 to 5.5
 */
public record Mcp3008Settings(Wire.Spi wire, double rateHz, List<Integer> inputs, double referenceV)
    implements ChipSettings {
  public Mcp3008Settings {
    inputs = Inputs.checked("mcp3008", inputs, 8);
    Limits.between("mcp3008", "rate", rateHz, "Hz", 0.0001, 2000);
    Limits.between("mcp3008", "reference", referenceV, "V", 0.25, 5.5);
  }

  @Override
  public String chip() {
    return "mcp3008";
  }

  @Override
  public String place() {
    return wire.name();
  }
}
