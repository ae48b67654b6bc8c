package io.millrace.sensors.pi4j.simulated;

import com.pi4j.context.Context;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalInputBase;
import com.pi4j.io.gpio.digital.DigitalInputConfig;
import com.pi4j.io.gpio.digital.DigitalInputProvider;
import com.pi4j.io.gpio.digital.DigitalInputProviderBase;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.gpio.digital.DigitalStateChangeEvent;
import java.util.function.IntFunction;

/** GPIO inputs for Pi4J. */
final class SimulatedInputProvider extends DigitalInputProviderBase {
  private final IntFunction<SimulatedLine> lines;
  private final Script script;

  SimulatedInputProvider(IntFunction<SimulatedLine> lines, Script script) {
    super("simulated-input", "simulated GPIO inputs");
    this.lines = lines;
    this.script = script;
  }

  @Override
  public DigitalInput create(DigitalInputConfig config) {
    Input input = new Input(this, config, lines.apply(config.address()), script);
    context.registry().add(input);
    return input;
  }

  private static final class Input extends DigitalInputBase {
    private final SimulatedLine line;
    private final Script script;

    Input(
        DigitalInputProvider provider,
        DigitalInputConfig config,
        SimulatedLine line,
        Script script) {
      super(provider, config);
      this.line = line;
      this.script = script;
      line.watch(() -> dispatch(new DigitalStateChangeEvent<>(this, line.state())));
    }

    @Override
    public DigitalState state() {
      script.play();
      return line.state();
    }

    @Override
    public DigitalInput shutdown(Context context) {
      line.watch(() -> {});
      return super.shutdown(context);
    }
  }
}
