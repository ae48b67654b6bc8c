package io.millrace.node.instrument;

import io.millrace.node.budget.Instruments;
import io.millrace.node.budget.Readings;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.power.BatteryGauge;
import io.millrace.sensors.power.BoardHealth;
import io.millrace.sensors.power.HealthMonitor;
import io.millrace.sensors.power.PowerMeter;
import io.millrace.sensors.power.PowerMeters;
import io.millrace.sensors.power.Thermometer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.tinylog.Logger;

/**
 * The meter, thermometer, battery gauge and flags that the kernel shows. A thread of its own reads
 * them once a second: some are asked through a child process, which no window should wait for.
 *
 * <p>Only a meter of the whole board, or of the battery that feeds it, is compared with the model.
 */
public final class BoardInstruments implements Instruments {
  private static final long EVERY_MS = 1000;

  private final Clock clock;
  private final Consumer<? super Exception> errors;
  private final Optional<PowerMeter> meter;
  private final Optional<Thermometer> thermometer;
  private final Optional<BatteryGauge> battery;
  private final Optional<HealthMonitor> health;
  private final Thread thread;
  private boolean closed;
  private boolean failing;
  private double milliWNs;
  private double meteredNs;
  private long lastNs;
  private double celsius = Double.NaN;
  private double batteryMilliJ = Double.NaN;
  private double batteryShare = Double.NaN;
  private boolean underVoltage;
  private boolean throttled;

  private BoardInstruments(Path root, Clock clock, Consumer<? super Exception> errors)
      throws IOException {
    this.clock = clock;
    this.errors = errors;
    PowerMeters.Found found = PowerMeters.find(root, clock);
    found.unreadable().forEach(why -> Logger.warn("{}", why));
    meter = boardMeter(found.meters());
    thermometer = Thermometer.ofProcessor(root);
    battery = PowerMeters.battery(root);
    health = HealthMonitor.find(root);
    Logger.info("instruments: {}", description());
    lastNs = clock.nanoTime();
    thread = Thread.ofPlatform().name("millrace-instruments").daemon().unstarted(this::keepReading);
  }

  /**
   * Opens what there is below {@code root} and begins to read it.
   *
   * @param root {@code /}
   * @param errors gets failures, once until an instrument works again
   * @throws IOException if an instrument that is not used cannot be closed
   */
  public static BoardInstruments find(Path root, Clock clock, Consumer<? super Exception> errors)
      throws IOException {
    BoardInstruments found = new BoardInstruments(root, clock, errors);
    found.thread.start();
    return found;
  }

  private static Optional<PowerMeter> boardMeter(List<PowerMeter> meters) throws IOException {
    Optional<PowerMeter> chosen = Optional.empty();
    for (PowerMeter candidate : meters) {
      if (chosen.isEmpty() && candidate.scope() != PowerMeter.Scope.PART) {
        chosen = Optional.of(candidate);
      } else {
        candidate.close();
      }
    }
    return chosen;
  }

  /** What is read, for people. */
  public String description() {
    List<String> words = new ArrayList<>();
    words.add("power " + meter.map(PowerMeter::name).orElse("by the model alone"));
    words.add("temperature " + thermometer.map(Thermometer::name).orElse("by the model alone"));
    battery.ifPresent(b -> words.add("battery " + b.name()));
    health.ifPresent(h -> words.add("flags " + h.name()));
    return String.join("; ", words);
  }

  private void keepReading() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        clock.sleep(EVERY_MS * 1_000_000);
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private void look() {
    try {
      double milliW = meter.isEmpty() ? Double.NaN : meter.get().averageMilliW();
      double warm = thermometer.isEmpty() ? Double.NaN : thermometer.get().celsius();
      double left = battery.isEmpty() ? Double.NaN : battery.get().remainingMilliJ();
      double share = battery.isEmpty() ? Double.NaN : battery.get().chargeShare();
      BoardHealth flags = health.isEmpty() ? null : health.get().health();
      put(milliW, warm, left, share, flags);
      failing = false;
    } catch (IOException | RuntimeException e) {
      if (!failing) {
        errors.accept(e);
      }
      failing = true;
    }
  }

  private synchronized void put(
      double milliW, double warm, double left, double share, BoardHealth flags) {
    long now = clock.nanoTime();
    if (!Double.isNaN(milliW)) {
      milliWNs += milliW * (double) (now - lastNs);
      meteredNs += now - lastNs;
    }
    lastNs = now;
    celsius = warm;
    batteryMilliJ = left;
    batteryShare = share;
    underVoltage = flags != null && flags.is(BoardHealth.Flag.UNDER_VOLTAGE);
    throttled = flags != null && flags.is(BoardHealth.Flag.THROTTLED);
  }

  @Override
  public boolean measurePower() {
    return meter.isPresent();
  }

  @Override
  public boolean gaugeBattery() {
    return battery.isPresent();
  }

  @Override
  public synchronized void read(Readings into) {
    if (meteredNs > 0) {
      into.milliW(milliWNs / meteredNs);
      milliWNs = 0;
      meteredNs = 0;
    }
    into.celsius(celsius);
    into.batteryMilliJ(batteryMilliJ);
    into.batteryShare(batteryShare);
    into.underVoltage(underVoltage);
    into.throttled(throttled);
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List<AutoCloseable> all = new ArrayList<>();
    meter.ifPresent(all::add);
    thermometer.ifPresent(all::add);
    battery.ifPresent(all::add);
    health.ifPresent(all::add);
    for (AutoCloseable instrument : all) {
      try {
        instrument.close();
      } catch (IOException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }
}
