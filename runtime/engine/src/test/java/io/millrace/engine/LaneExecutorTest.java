package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.engine.kernel.Kernel;
import io.millrace.engine.portable.PortableKernels;
import io.millrace.program.BadProgramException;
import io.millrace.program.Program;
import io.millrace.program.ProgramFile;
import io.millrace.program.Rows;
import io.millrace.program.Schedule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LaneExecutorTest {
  /** A program with every operator, kept with the tests of the file format. */
  static final Path EVERYTHING =
      Path.of("../program/src/test/resources/io/millrace/program/everything.mill");

  static Program everything() throws IOException, BadProgramException {
    return ProgramFile.read(ByteBuffer.wrap(Files.readAllBytes(EVERYTHING)));
  }

  private static byte[] answer(Executor executor, int seed) {
    byte[] window = new byte[(int) executor.input(0).byteSize()];
    new Random(seed).nextBytes(window);
    executor.input(0).copyFrom(MemorySegment.ofArray(window));
    executor.run();
    byte[] first = executor.output(0).toArray(ValueLayout.JAVA_BYTE);
    byte[] second = executor.output(1).toArray(ValueLayout.JAVA_BYTE);
    byte[] all = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private static Program with(Program p, List<Schedule.Lane> lanes) {
    return new Program(
        p.name(),
        p.device(),
        p.costProvenance(),
        p.tensors(),
        p.operators(),
        p.inputs(),
        p.outputs(),
        new Schedule(lanes),
        p.memory(),
        p.constants());
  }

  /** Each operator cut into a band for each lane; each band waits for all bands before it. */
  private static Program banded(Program p, int lanes) {
    List<List<Schedule.Slot>> slots = new ArrayList<>();
    for (int l = 0; l < lanes; l++) {
      slots.add(new ArrayList<>());
    }
    for (int o = 0; o < p.operators().size(); o++) {
      List<Schedule.Wait> waits = new ArrayList<>();
      for (int l = 0; l < lanes; l++) {
        waits.add(new Schedule.Wait(l, slots.get(l).size() - 1));
      }
      int rows = Rows.of(p.tensor(p.operators().get(o).output()).shape());
      for (int l = 0; l < lanes; l++) {
        int from = rows * l / lanes;
        int to = rows * (l + 1) / lanes;
        int lane = l;
        if (to > from) {
          slots
              .get(l)
              .add(
                  new Schedule.Slot(
                      o,
                      from,
                      to - from,
                      waits.stream().filter(w -> w.lane() != lane && w.slot() >= 0).toList(),
                      Schedule.Cost.ZERO));
        }
      }
    }
    return with(p, slots.stream().map(Schedule.Lane::new).toList());
  }

  @Test
  void shouldGiveTheSameAnswerOnAnyNumberOfLanes() throws Exception {
    Program one = everything();
    try (Executor alone = Executor.load(one)) {
      assertNotEquals(
          ByteBuffer.wrap(answer(alone, 1)),
          ByteBuffer.wrap(answer(alone, 2)),
          "the answer depends on the input");
      for (int lanes : new int[] {1, 2, 3, 5}) {
        try (Executor several =
            Executor.load(banded(one, lanes), ExecutorOptions.DEFAULT.withAllLanes())) {
          for (int seed = 0; seed < 50; seed++) {
            assertArrayEquals(answer(alone, seed), answer(several, seed), lanes + " lanes");
          }
        }
      }
    }
  }

  /** What 2,000 runs allocate, without what asking costs the asker: its own result, once. */
  private static long beyondAsking(ThreadMXBean threads, long[] ids, Executor executor) {
    long[] before = threads.getThreadAllocatedBytes(ids);
    for (int i = 0; i < 2_000; i++) {
      executor.run();
    }
    long[] after = threads.getThreadAllocatedBytes(ids);
    long beyond = 0;
    for (int i = 0; i < ids.length; i++) {
      long own = ids[i] == Thread.currentThread().threadId() ? 1_000 : 0;
      beyond += Math.max(0, after[i] - before[i] - own);
    }
    return beyond;
  }

  @Test
  void shouldAllocateNothingInARun() throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int lanes : new int[] {1, 2}) {
      try (Executor executor =
          Executor.load(banded(everything(), lanes), ExecutorOptions.DEFAULT.withAllLanes())) {
        for (int i = 0; i < 200; i++) {
          executor.run();
        }
        long[] ids =
            Thread.getAllStackTraces().keySet().stream()
                .filter(
                    t -> t == Thread.currentThread() || t.getName().startsWith("millrace-lane-"))
                .mapToLong(Thread::threadId)
                .toArray();
        assertEquals(lanes, ids.length, "lanes seen");
        // the first time loads classes
        assertEquals(ids.length, threads.getThreadAllocatedBytes(ids).length);
        // a lane that waits long parks, and what the JDK makes for that once is no run's own
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 3 && least > 0; round++) {
          least = Math.min(least, beyondAsking(threads, ids, executor));
        }
        assertEquals(0, least, "bytes in 2,000 runs of " + lanes + " lanes");
      }
    }
  }

  @Test
  void shouldSleepBetweenRuns() throws Exception {
    for (Instructions kernels : List.of(Instructions.PORTABLE, Instructions.BEST)) {
      try (Executor executor =
          Executor.load(
              banded(everything(), 3), ExecutorOptions.DEFAULT.with(kernels).withAllLanes())) {
        for (int run = 0; run < 5; run++) {
          executor.run();
          List<Thread> lanes =
              Thread.getAllStackTraces().keySet().stream()
                  .filter(t -> t.getName().startsWith("millrace-lane-"))
                  .toList();
          assertEquals(2, lanes.size());
          for (Thread lane : lanes) {
            // it told that it was done just before; asleep it must be soon and stay
            while (lane.getState() != Thread.State.WAITING) {
              Thread.sleep(1);
            }
          }
          Thread.sleep(20);
          lanes.forEach(lane -> assertEquals(Thread.State.WAITING, lane.getState()));
        }
      }
    }
  }

  @Test
  void shouldRunOnOneLaneWhereThereAreFewerProcessors() throws Exception {
    int tooMany = Runtime.getRuntime().availableProcessors() + 1;
    Program program = banded(everything(), tooMany);
    ExecutorOptions all = ExecutorOptions.DEFAULT.withAllLanes();
    try (Executor one = Executor.load(program);
        Executor several = Executor.load(program, all)) {
      assertEquals(1, one.program().schedule().lanes().size());
      assertEquals(tooMany, several.program().schedule().lanes().size());
      assertArrayEquals(answer(several, 5), answer(one, 5));
    }
  }

  @Test
  void shouldSayThatItIsClosed() throws Exception {
    Executor executor = Executor.load(banded(everything(), 2));
    MemorySegment input = executor.input(0);
    executor.close();
    executor.close();
    assertTrue(
        assertThrows(IllegalStateException.class, executor::run)
            .getMessage()
            .contains("is closed"));
    assertThrows(IllegalStateException.class, () -> input.set(ValueLayout.JAVA_BYTE, 0, (byte) 1));
  }

  @Test
  void shouldRefuseASecondThreadWhileItRuns() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Executor executor =
        Executor.load(
            everything(),
            (program, operator, arena) -> {
              Kernel kernel = PortableKernels.bind(program, operator, arena);
              return (first, rows) -> {
                running.countDown();
                try {
                  goOn.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
                kernel.run(first, rows);
              };
            });
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread other =
        Thread.ofPlatform().uncaughtExceptionHandler((_, e) -> failure.set(e)).start(executor::run);
    running.await();
    assertTrue(
        assertThrows(IllegalStateException.class, executor::run)
            .getMessage()
            .contains("on another thread"));
    assertThrows(IllegalStateException.class, executor::close);
    goOn.countDown();
    other.join();
    assertEquals(null, failure.get());
    executor.run();
    executor.close();
  }

  @Test
  void shouldTellAKernelsFailureAndRunAgain() throws Exception {
    for (int failing = 0; failing < 2; failing++) {
      Thread caller = Thread.currentThread();
      boolean onCaller = failing == 0;
      boolean[] broken = {true};
      try (Executor executor =
          Executor.load(
              banded(everything(), 2),
              (program, operator, arena) -> {
                Kernel kernel = PortableKernels.bind(program, operator, arena);
                return (first, rows) -> {
                  if (broken[0]
                      && operator == 3
                      && (Thread.currentThread() == caller) == onCaller) {
                    throw new IllegalArgumentException("planted");
                  }
                  kernel.run(first, rows);
                };
              })) {
        assertTrue(
            assertThrows(IllegalStateException.class, executor::run)
                .getMessage()
                .contains("planted"));
        broken[0] = false;
        executor.run();
      }
    }
  }

  @Test
  void shouldRefuseAProgramThatIsNotSound() throws Exception {
    Program p = everything();
    Program shrunk =
        new Program(
            p.name(),
            p.device(),
            p.costProvenance(),
            p.tensors(),
            p.operators(),
            p.inputs(),
            p.outputs(),
            p.schedule(),
            new Program.MemorySummary(64, 0),
            p.constants());
    assertThrows(BadProgramException.class, () -> Executor.load(shrunk));
  }

  @Test
  void shouldLeaveNoMemoryAndNoThreadBehind() throws Exception {
    Program program = banded(everything(), 2);
    long before = 0;
    for (int i = 0; i < 1_200; i++) {
      if (i == 200) {
        before = residentBytes();
      }
      try (Executor executor = Executor.load(program)) {
        executor.run();
      }
    }
    long grown = residentBytes() - before;
    assertEquals(
        0,
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> t.getName().startsWith("millrace-lane-"))
            .count());
    // 1,000 arenas and stacks that stayed would be far beyond this
    assertTrue(grown < 64L << 20, grown + " bytes more after 1,000 loads and closes");
  }

  private static long residentBytes() throws IOException {
    System.gc();
    String statm = Files.readString(Path.of("/proc/self/statm"));
    return Long.parseLong(statm.split(" ", -1)[1]) * 4096;
  }

  @Test
  void shouldRunFromAMappedFile() throws Exception {
    try (Arena arena = Arena.ofShared();
        Executor mapped = Executor.load(ProgramFile.map(EVERYTHING, arena));
        Executor read = Executor.load(everything())) {
      assertArrayEquals(answer(read, 3), answer(mapped, 3));
    }
  }
}
