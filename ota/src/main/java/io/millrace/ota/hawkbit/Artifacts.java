package io.millrace.ota.hawkbit;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The files of an action. Names are plain file names, each once. */
public interface Artifacts {
  /** All of them, with sizes and hashes as the server states them. */
  List<Artifact> all();

  /** Whether the server insists; otherwise the device may choose its time. */
  boolean forced();

  /**
   * Opens one from a byte on. A connection that breaks is made anew from where it was, a few times;
   * what is read ends exactly at the stated size. The hash is the reader's to check.
   *
   * @throws IOException also from reading, when the server wants the action given up
   */
  InputStream open(String name, long offset) throws IOException, InterruptedException;
}
