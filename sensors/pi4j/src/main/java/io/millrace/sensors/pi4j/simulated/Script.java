package io.millrace.sensors.pi4j.simulated;

import io.millrace.sensors.clock.Clock;
import java.util.Comparator;
import java.util.PriorityQueue;

/** What happens to a machine, and when. It does at the first transfer from then on. */
final class Script {
  private record Event(long ns, long order, Runnable action) {}

  private final Clock clock;
  private final long zeroNs;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::ns).thenComparingLong(Event::order));
  private long order;

  Script(Clock clock) {
    this.clock = clock;
    this.zeroNs = clock.nanoTime();
  }

  void at(long nanoTime, Runnable action) {
    events.add(new Event(nanoTime - zeroNs, order++, action));
  }

  void play() {
    while (!events.isEmpty() && events.peek().ns <= clock.nanoTime() - zeroNs) {
      events.remove().action.run();
    }
  }
}
