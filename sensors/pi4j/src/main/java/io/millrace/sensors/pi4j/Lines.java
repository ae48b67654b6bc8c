package io.millrace.sensors.pi4j;

import com.pi4j.context.Context;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.PullResistance;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.gpio.LevelChip;
import io.millrace.sensors.pi4j.gpio.LineOutput;
import io.millrace.sensors.pi4j.settings.LevelSettings;
import io.millrace.sensors.pi4j.settings.OutputSettings;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * Opens GPIO lines.
 *
 * <p>All boards of this machine share one: Pi4J 3.0.4 keeps one chip and its lines for the whole
 * process, and frees every line when any context that may open lines is shut down, those of other
 * contexts included. The last board that goes shuts it down.
 */
final class Lines extends Openings {
  private static Lines machines;
  private int users = 1;

  Lines(Context context) {
    super(context);
  }

  /** This machine's, made by {@code context} if no board has them. To be closed once by each. */
  static synchronized Lines ofMachine(Supplier<Context> context) {
    if (machines == null) {
      machines = new Lines(context.get());
    } else {
      machines.users++;
    }
    return machines;
  }

  LevelChip level(LevelSettings settings, Clock clock) throws IOException {
    PullResistance pull =
        switch (settings.pull()) {
          case OFF -> PullResistance.OFF;
          case DOWN -> PullResistance.PULL_DOWN;
          case UP -> PullResistance.PULL_UP;
        };
    DigitalInput input =
        create(
            settings.source(),
            "is the line free, and may this user open it (group gpio)?",
            () ->
                context
                    .din()
                    .create(
                        DigitalInput.newConfigBuilder(context)
                            .id(id(settings.source()))
                            .address(settings.line())
                            .pull(pull)
                            .debounce(0L) // every edge is wanted, with its own time
                            .build()));
    return new LevelChip(input, settings, clock, () -> free(input));
  }

  LineOutput output(OutputSettings settings) throws IOException {
    DigitalOutput output =
        create(
            settings.name() + " gpio " + settings.line(),
            "is the line free, and may this user open it (group gpio)?",
            () ->
                context
                    .dout()
                    .create(
                        DigitalOutput.newConfigBuilder(context)
                            .id(id(settings.name()))
                            .address(settings.line())
                            .initial(LineOutput.level(settings, settings.safeOn()))
                            .build()));
    return new LineOutput(output, settings, () -> free(output));
  }

  /** Frees what is still open, once nobody uses it any more. */
  void close() {
    synchronized (Lines.class) {
      users--;
      if (users > 0) {
        return;
      }
      if (machines == this) {
        machines = null;
      }
    }
    shutDown();
  }
}
