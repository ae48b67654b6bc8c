package io.millrace.sensors.pi4j;

import com.pi4j.context.Context;
import com.pi4j.exception.Pi4JException;
import com.pi4j.io.IO;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * Opens and frees what a Pi4J context has. Pi4J's registry is not safe for several threads, so
 * everything here holds the context's lock.
 */
abstract class Openings {
  final Context context;
  private long opened;

  Openings(Context context) {
    this.context = context;
  }

  /** Pi4J holds each id once; a scan must not get into the way of an open sensor. */
  final String id(String name) {
    return name + " #" + opened++;
  }

  final <T> T create(String what, String advice, Supplier<T> creation) throws IOException {
    try {
      synchronized (context) {
        return creation.get();
      }
    } catch (RuntimeException | LinkageError e) {
      // LinkageError: Pi4J's native part is for 32 and 64-bit Arm only
      throw new IOException(what + " cannot be opened: " + reason(e) + "; " + advice, e);
    }
  }

  private static String reason(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  @SuppressWarnings("rawtypes") // Pi4J's own bound
  final void free(IO io) {
    synchronized (context) {
      if (!context.isShutdown()) {
        try {
          context.shutdown(io);
        } catch (Pi4JException e) {
          // it is not used any more, and its file is closed with the context at the latest
        }
      }
    }
  }

  /** Shuts the context down, unless it is already. */
  final void shutDown() {
    synchronized (context) {
      if (!context.isShutdown()) {
        context.shutdown();
      }
    }
  }
}
