package io.millrace.node.pipeline;

import io.millrace.engine.Executor;
import io.millrace.program.BadProgramException;
import io.millrace.program.Program;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Changes the model of a node that runs. A candidate is made ready by whoever calls, while the node
 * goes on answering; it answers the same windows for a while beside the model that counts; and it
 * takes that one's place between two windows. For one caller at a time.
 */
public final class LiveModels {
  /** What the thread that works on windows does between two of them. */
  interface Request {
    void serve(WindowWorker worker);
  }

  /** Makes a model of the pipeline's out of a program. */
  interface Fitting {
    Answering fit(Executor executor, Arena arena, String version) throws PipelineException;
  }

  private static final long LOOK_NS = 100_000_000;

  private final ModelLoader loader;
  private final Node.ExecutorLoader executors;
  private final Fitting fitting;
  private final Runnable wake;
  private final ConcurrentLinkedQueue<Request> requests = new ConcurrentLinkedQueue<>();
  private volatile boolean ended;

  LiveModels(ModelLoader loader, Node.ExecutorLoader executors, Fitting fitting, Runnable wake) {
    this.loader = loader;
    this.executors = executors;
    this.fitting = fitting;
    this.wake = wake;
  }

  /** The requests, for the thread that works on windows. */
  Request next() {
    return requests.poll();
  }

  /** No window will come any more. */
  void end() {
    ended = true;
    wake.run();
  }

  private void ask(Request request) {
    requests.add(request);
    wake.run();
  }

  /**
   * Pays for bytes that are about to be received out of the node's power budget, as for anything
   * else that its radio does.
   *
   * @return false if the budget does not allow them now; true once the node has ended
   */
  public boolean payForTransfer(int bytes) throws InterruptedException {
    CompletableFuture<Boolean> paid = new CompletableFuture<>();
    ask(worker -> paid.complete(worker.payForTransfer(bytes)));
    while (!ended) {
      Boolean answer = within(paid, LOOK_NS);
      if (answer != null) {
        return answer;
      }
    }
    return true;
  }

  /** A model that is ready to run in this node. Closed by whoever opened it unless it was taken. */
  public final class Candidate implements AutoCloseable {
    private final Answering answering;
    private final AtomicBoolean taken = new AtomicBoolean();

    private Candidate(Answering answering) {
      this.answering = answering;
    }

    /** Ready to run, for a look at golden samples; not while a trial goes on. */
    public Executor executor() {
      return answering.executor;
    }

    /**
     * Answers the node's windows beside the model that counts, as far as power and pace allow.
     *
     * @param windows how many
     * @param patienceNs how long at most, by the machine's clock; what came until then is reported
     */
    public TrialReport runBeside(int windows, long patienceNs) throws InterruptedException {
      CompletableFuture<TrialReport> report = new CompletableFuture<>();
      Trial trial = new Trial(answering, windows, report);
      ask(worker -> worker.begin(trial));
      long endNs = System.nanoTime() + patienceNs;
      try {
        while (!ended && System.nanoTime() < endNs) {
          TrialReport whole = within(report, Math.min(LOOK_NS, endNs - System.nanoTime()));
          if (whole != null) {
            return whole;
          }
        }
      } finally {
        // by the worker itself, which may be in the midst of a window
        ask(WindowWorker::endTrial);
      }
      while (!ended) {
        TrialReport part = within(report, LOOK_NS);
        if (part != null) {
          return part;
        }
      }
      trial.end(Optional.of("the node has ended"));
      return report.join();
    }

    /**
     * Answers from the next window on; the model that answered until then is closed.
     *
     * @return false if the node has ended: nothing has changed
     */
    public boolean takeOver() throws IOException, InterruptedException {
      CompletableFuture<Answering> before = new CompletableFuture<>();
      AtomicBoolean decided = new AtomicBoolean();
      ask(worker -> {
        if (decided.compareAndSet(false, true)) {
          taken.set(true);
          before.complete(worker.take(answering));
        }
      });
      Answering old = null;
      while (old == null) {
        if (ended && decided.compareAndSet(false, true)) {
          return false;
        }
        old = within(before, LOOK_NS);
      }
      // here, since it takes a while, and windows come
      old.close();
      return true;
    }

    @Override
    public void close() throws IOException {
      if (!taken.get()) {
        answering.close();
      }
    }
  }

  private static <T> T within(CompletableFuture<T> answer, long ns) throws InterruptedException {
    try {
      return answer.get(ns, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * Makes a program file ready to run in this node.
   *
   * @param version what alerts call it
   * @throws BadProgramException if it is no program that can be trusted or run
   * @throws PipelineException if it does not fit the pipeline: its windows, its rules, its budgets
   */
  @SuppressWarnings({"resource", "MustBeClosedChecker"}) // the candidate closes them
  public Candidate open(Path file, String version)
      throws IOException, BadProgramException, PipelineException {
    Arena arena = Arena.ofShared();
    Executor executor = null;
    boolean opened = false;
    try {
      Program program = loader.load(file, arena);
      executor = executors.load(program);
      Candidate candidate = new Candidate(fitting.fit(executor, arena, version));
      opened = true;
      return candidate;
    } finally {
      if (!opened) {
        if (executor != null) {
          executor.close();
        }
        arena.close();
      }
    }
  }
}
