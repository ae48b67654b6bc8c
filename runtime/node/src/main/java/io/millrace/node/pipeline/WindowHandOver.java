package io.millrace.node.pipeline;

import io.millrace.node.window.Window;

/**
 * Hands windows from the thread that reads the sensor to the one that works. A fixed set of windows
 * goes round: full ones to the worker, empty ones back. The reader never waits: with no empty
 * window left, it keeps the one it has, and that is an overrun.
 */
final class WindowHandOver {
  private final Window[] full;
  private final Window[] empty;
  private int fullHead;
  private int fullCount;
  private int emptyCount;
  private boolean ended;
  private boolean woken;
  private long overruns;

  /**
   * @param windows how many go round, beside the one that the reader keeps
   */
  WindowHandOver(int windows, int values) {
    full = new Window[windows];
    empty = new Window[windows];
    for (int i = 0; i < windows; i++) {
      empty[i] = new Window(values);
    }
    emptyCount = windows;
  }

  /** Gives a full window and gets the next to fill: the same one if there is none. */
  synchronized Window exchange(Window window) {
    if (emptyCount == 0) {
      overruns++;
      return window;
    }
    full[(fullHead + fullCount++) % full.length] = window;
    notifyAll();
    return empty[--emptyCount];
  }

  /** Gives back a window that is done with. */
  synchronized void giveBack(Window window) {
    empty[emptyCount++] = window;
  }

  /** No more windows will come. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Lets {@link #take} return, once. */
  synchronized void wake() {
    woken = true;
    notifyAll();
  }

  /**
   * The next full window; null if none came within {@code timeoutMs} (0: for ever), or none will,
   * or somebody called {@link #wake}.
   */
  synchronized Window take(long timeoutMs) throws InterruptedException {
    long startNs = System.nanoTime();
    long leftMs = timeoutMs;
    while (fullCount == 0 && !ended && !woken && (timeoutMs == 0 || leftMs > 0)) {
      wait(leftMs);
      leftMs = timeoutMs - (System.nanoTime() - startNs) / 1_000_000;
      leftMs = timeoutMs == 0 ? 0 : leftMs;
    }
    woken = false;
    if (fullCount == 0) {
      return null;
    }
    Window window = full[fullHead];
    fullHead = (fullHead + 1) % full.length;
    fullCount--;
    return window;
  }

  /** Whether full windows wait. */
  synchronized boolean hasFull() {
    return fullCount > 0;
  }

  synchronized boolean isDone() {
    return ended && fullCount == 0;
  }

  synchronized long overruns() {
    return overruns;
  }
}
