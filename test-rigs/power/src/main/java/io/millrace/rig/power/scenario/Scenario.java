package io.millrace.rig.power.scenario;

import io.millrace.rig.power.world.Battery;
import io.millrace.rig.power.world.Board;
import io.millrace.rig.power.world.Link;
import io.millrace.rig.power.world.Sun;
import io.millrace.rig.power.world.Timeline;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A board's life for some days, as the world lives it.
 *
 * @param name short, for files
 * @param title for people
 * @param pipeline the node's own pipeline file: board, budgets, network, cloud
 * @param durationNs how long
 * @param seed what everything random is drawn from
 * @param trace which windows come when
 * @param battery what truly is in the battery; empty: a wall socket
 * @param sun what charges it
 * @param link the way to the cloud
 * @param ambientCelsius the air
 * @param instruments what the board can read of itself
 * @param errors how far the true figures are from the profile's
 * @param wallOffsetMs how far the wall clock is off
 */
public record Scenario(
    String name,
    String title,
    Path pipeline,
    long durationNs,
    long seed,
    Trace trace,
    Optional<Battery.Settings> battery,
    Sun sun,
    Link link,
    Timeline ambientCelsius,
    Meters instruments,
    Board.Errors errors,
    Timeline wallOffsetMs) {
  /**
   * Windows over time.
   *
   * @param everyNs time between two windows, from each moment on
   * @param jitter share of that time by which a window may be early or late
   * @param hard share of windows that the small network is least sure of
   */
  public record Trace(Timeline everyNs, double jitter, double hard) {}

  /**
   * The board's instruments.
   *
   * @param power whether there is a power meter
   * @param noise one standard deviation of its readings, as a share
   * @param bias share by which all of them are too high
   * @param thermometer whether there is a thermometer
   * @param gauge whether there is a battery gauge
   */
  public record Meters(
      boolean power, double noise, double bias, boolean thermometer, boolean gauge) {
    /** None at all. */
    public static final Meters NONE = new Meters(false, 0, 0, false, false);
  }

  /** The same drawn anew. */
  public Scenario withSeed(long other) {
    return new Scenario(
        name,
        title,
        pipeline,
        durationNs,
        other,
        trace,
        battery,
        sun,
        link,
        ambientCelsius,
        instruments,
        errors,
        wallOffsetMs);
  }

  /** The same board in another life. */
  Scenario in(long otherSeed, Trace windows, Sun sky, Link way, Timeline air) {
    return new Scenario(
        name,
        title,
        pipeline,
        durationNs,
        otherSeed,
        windows,
        battery,
        sky,
        way,
        air,
        instruments,
        errors,
        wallOffsetMs);
  }

  /** The same with other errors and instruments. */
  public Scenario with(Board.Errors otherErrors, Meters otherInstruments) {
    return new Scenario(
        name,
        title,
        pipeline,
        durationNs,
        seed,
        trace,
        battery,
        sun,
        link,
        ambientCelsius,
        otherInstruments,
        otherErrors,
        wallOffsetMs);
  }

  /** The same, but shorter or longer. */
  public Scenario lasting(long ns) {
    return new Scenario(
        name,
        title,
        pipeline,
        ns,
        seed,
        trace,
        battery,
        sun,
        link,
        ambientCelsius,
        instruments,
        errors,
        wallOffsetMs);
  }
}
