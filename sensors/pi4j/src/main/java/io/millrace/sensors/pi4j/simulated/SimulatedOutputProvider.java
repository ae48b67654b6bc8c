package io.millrace.sensors.pi4j.simulated;

import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalOutputBase;
import com.pi4j.io.gpio.digital.DigitalOutputConfig;
import com.pi4j.io.gpio.digital.DigitalOutputProvider;
import com.pi4j.io.gpio.digital.DigitalOutputProviderBase;
import com.pi4j.io.gpio.digital.DigitalState;
import java.util.function.IntFunction;

/** GPIO outputs for Pi4J. */
final class SimulatedOutputProvider extends DigitalOutputProviderBase {
  private final IntFunction<SimulatedLine> lines;

  SimulatedOutputProvider(IntFunction<SimulatedLine> lines) {
    super("simulated-output", "simulated GPIO outputs");
    this.lines = lines;
  }

  @Override
  public DigitalOutput create(DigitalOutputConfig config) {
    Output output = new Output(this, config, lines.apply(config.address()));
    context.registry().add(output);
    return output;
  }

  private static final class Output extends DigitalOutputBase {
    private final SimulatedLine line;

    Output(DigitalOutputProvider provider, DigitalOutputConfig config, SimulatedLine line) {
      super(provider, config);
      this.line = line;
    }

    @Override
    public DigitalOutput state(DigitalState state) {
      line.set(state);
      return super.state(state);
    }
  }
}
