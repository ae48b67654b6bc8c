package io.millrace.sensors.pi4j.chip;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.settings.PowerChipSettings;
import io.millrace.sensors.pi4j.stream.ChipSensor;
import io.millrace.sensors.pi4j.stream.Patience;
import io.millrace.sensors.pi4j.stream.PolledSensor;
import io.millrace.sensors.power.PowerMeter;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * An INA219 or INA226 as a sensor and as a power meter. One of the two at a time: as a meter it is
 * asked whenever the caller likes and answers the chip's own average, which is over about the
 * settings' period; as a sensor it is asked at its rate.
 */
public final class PowerSensor implements ChipSensor, PowerMeter {
  private final PowerChip chip;
  private final PowerChipSettings settings;
  private final PolledSensor sensor;
  private boolean lost;
  private boolean closed;

  /**
   * Sets {@code chip} up; this closes it, also when that fails.
   *
   * @param problems hears of the first failure of an outage and of its end
   */
  public static PowerSensor open(
      PowerChip chip,
      PowerChipSettings settings,
      Patience patience,
      Clock clock,
      Consumer<? super Exception> problems)
      throws IOException, InterruptedException {
    return new PowerSensor(chip, settings, PolledSensor.open(chip, patience, clock, problems));
  }

  private PowerSensor(PowerChip chip, PowerChipSettings settings, PolledSensor sensor) {
    this.chip = chip;
    this.settings = settings;
    this.sensor = sensor;
  }

  @Override
  public String name() {
    return settings.source();
  }

  @Override
  public PowerMeter.Scope scope() {
    return settings.scope();
  }

  /** Does not wait for a chip that fails: the next call sets it up anew. */
  @Override
  public double averageMilliW() throws IOException {
    if (closed) {
      throw new IOException(name() + " is closed");
    }
    try {
      if (lost) {
        chip.start();
        lost = false;
      }
      chip.measure();
      return chip.milliW();
    } catch (IOException e) {
      lost = true;
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(name() + ": interrupted while it was set up", e);
    }
  }

  @Override
  public SampleFormat format() {
    return sensor.format();
  }

  @Override
  public int read(SampleBlock block) throws IOException, InterruptedException {
    return sensor.read(block);
  }

  @Override
  public long overruns() {
    return sensor.overruns();
  }

  @Override
  public long failures() {
    return sensor.failures();
  }

  @Override
  public long outages() {
    return sensor.outages();
  }

  @Override
  public double measuredRateHz() {
    return sensor.measuredRateHz();
  }

  @Override
  public void close() {
    closed = true;
    sensor.close();
  }
}
