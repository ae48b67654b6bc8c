package io.millrace.rig.power.world;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.budget.RadioPrice;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WorldTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long HOUR = 3600 * SECOND;

  /** 100 mW at rest, 10 mJ to wake, 2 uJ a byte sent, 1 received, 50 mW for 2 s of tail. */
  private static final Board BOARD =
      new Board(100, 0, 1, 1, new RadioPrice(10_000_000, 2000, 1000, 50, 2 * SECOND), 20, 5);

  private static World world(Optional<Battery> battery, long durationNs) {
    return new World(BOARD, Timeline.constant(20), Timeline.constant(0), battery, durationNs, 10);
  }

  @Test
  void shouldAddUpRestComputingAndRadio() {
    World world = world(Optional.empty(), HOUR);
    world.pass(SECOND);
    world.compute(SECOND / 2, 30_000_000);
    world.wakeRadio();
    world.send(1000, SECOND, 1);
    world.listen(SECOND);
    world.receive(500, SECOND);
    world.pass(10 * SECOND);
    double rest = 100 / 1e3 * world.nanoTime();
    double radio = 10_000_000 + 2_000_000 + 500_000 + 50 / 1e3 * (3 * SECOND + 2 * SECOND);
    assertEquals(radio, world.radioNanoJ(), 1);
    assertEquals(30_000_000, world.computeNanoJ(), 1);
    assertEquals(rest + radio + 30_000_000, world.log().energyUntil(world.nanoTime()), 10);
    assertArrayEquals(new long[] {1000}, world.sentOfDay());
  }

  @Test
  void shouldNotWakeARadioThatStillListens() {
    World world = world(Optional.empty(), HOUR);
    world.wakeRadio();
    world.listen(SECOND);
    world.pass(SECOND);
    world.wakeRadio();
    world.listen(SECOND);
    world.pass(10 * SECOND);
    assertEquals(10_000_000 + 50 / 1e3 * (3 + 2) * SECOND, world.radioNanoJ(), 1);
  }

  @Test
  void shouldSendBehindWithoutLettingTimePass() {
    World world = world(Optional.empty(), HOUR);
    world.sendBehind(1000, SECOND);
    assertEquals(0, world.nanoTime());
    world.pass(10 * SECOND);
    double awake = SECOND + World.WAKE_NS + 2.0 * SECOND;
    assertEquals(10_000_000 + 2_000_000 + 50 / 1e3 * awake, world.radioNanoJ(), 100);
  }

  @Test
  void shouldCountBytesOnTheTrueDayWhateverTheWallClockSays() {
    World world =
        new World(
            BOARD,
            Timeline.constant(20),
            new Timeline(new long[] {0, 30 * HOUR}, new double[] {-7_200_000, 3_600_000}),
            Optional.empty(),
            50 * HOUR,
            10);
    assertEquals(World.EPOCH_MS - 7_200_000, world.wallTimeEpochMs());
    world.pass(23 * HOUR);
    world.send(10, 1, 1);
    world.pass(2 * HOUR);
    world.send(7, 1, 1);
    world.pass(6 * HOUR);
    assertEquals(World.EPOCH_MS + 32 * 3_600_000, world.wallTimeEpochMs());
    assertArrayEquals(new long[] {10, 7}, world.sentOfDay());
  }

  @Test
  void shouldWarmLikeOneBody() {
    World world = world(Optional.empty(), HOUR);
    double rest = 20 + 20 * 0.1;
    assertEquals(rest, world.body().celsius(), 1e-9);
    world.compute(100 * SECOND, 100e9); // 1 W more for one time constant
    assertEquals(rest + 20 * (1 - Math.exp(-1)), world.body().celsius(), 1e-6);
    world.pass(100 * SECOND);
    assertEquals(rest + 20 * (1 - Math.exp(-1)) * Math.exp(-1), world.body().celsius(), 1e-6);
    assertEquals(100 * SECOND, world.body().hottestAtNs());
  }

  @Test
  void shouldNotDependOnHowOftenAnybodyLooks() {
    Sun sun = new Sun(400, 6 * HOUR, 18 * HOUR, new double[] {1, 0.3});
    Battery.Settings settings = new Battery.Settings(9_000_000, 2_000_000, 200, 0.9);
    World once = world(Optional.of(new Battery(settings, sun)), 48 * HOUR);
    World often = world(Optional.of(new Battery(settings, sun)), 48 * HOUR);
    once.pass(48 * HOUR);
    SplittableRandom random = new SplittableRandom(4);
    while (often.nanoTime() < 48 * HOUR) {
      often.pass(Math.min(48 * HOUR - often.nanoTime(), random.nextLong(600 * SECOND)));
    }
    double a = once.battery().orElseThrow().milliJ();
    assertEquals(a, often.battery().orElseThrow().milliJ(), 1e-6 * a);
    assertEquals(once.body().celsius(), often.body().celsius(), 1e-9);
    assertArrayEquals(
        once.sampledMilliJ(), often.sampledMilliJ(), 1e-6 * settings.capacityMilliJ());
  }

  @Test
  void shouldChargeAsSmallStepsDo() {
    Sun sun = new Sun(400, 6 * HOUR, 18 * HOUR, new double[] {1});
    Battery.Settings settings = new Battery.Settings(5_000_000, 1_000_000, 150, 0.9);
    Battery battery = new Battery(settings, sun);
    double load = 60;
    double steps = settings.startMilliJ();
    boolean wasFull = false;
    battery.pass(6 * HOUR, 20 * HOUR, load);
    for (long t = 6 * HOUR; t < 20 * HOUR; t += SECOND) {
      double net = sun.milliW(t + SECOND / 2) - load;
      steps += net > 0 ? Math.min(net, 150) * 0.9 : net;
      wasFull |= steps > 5_000_000;
      steps = Math.clamp(steps, 0, 5_000_000);
    }
    assertTrue(wasFull, "the case is reached");
    assertEquals(steps, battery.milliJ(), 500);
  }

  @Test
  void shouldBeEmptyNoFurtherThanEmpty() {
    Battery battery = new Battery(new Battery.Settings(1000, 500, 1, 1), Sun.NONE);
    battery.pass(0, 10 * SECOND, 100);
    assertEquals(0, battery.milliJ());
    assertEquals(0, battery.leastMilliJ());
  }

  @Test
  void shouldKnowTheSunsIntegral() {
    Sun sun = new Sun(1000, 6 * HOUR, 18 * HOUR, new double[] {0.5});
    assertEquals(500 * 12 * 3600 * 2 / Math.PI, sun.milliJ(0, 24 * HOUR), 1);
    assertEquals(0, sun.milliJ(19 * HOUR, 29 * HOUR), 1e-9);
    assertEquals(500, sun.milliW(12 * HOUR), 1e-6);
  }

  @Test
  void shouldRepeatAnOutage() {
    Link.Phase daily = new Link.Phase(Link.State.DOWN, 5 * HOUR, 2 * HOUR, 24 * HOUR, 1);
    Link link = new Link(1000, SECOND, 0, 0, java.util.List.of(daily));
    assertTrue(link.works(4 * HOUR));
    assertTrue(!link.works(6 * HOUR) && !link.works(30 * HOUR) && link.works(32 * HOUR));
    assertTrue(link.deadThroughout(29 * HOUR, 31 * HOUR));
    assertTrue(!link.deadThroughout(29 * HOUR, 31 * HOUR + 1));
  }
}
