package io.millrace.ota.hawkbit;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/** Does what an action wants. */
public interface Installer {
  /**
   * Downloads and installs. May be called again with the same artifacts after a power cut or a
   * broken connection; it should take up what it has, for example by the offset of {@link
   * Artifacts#open}.
   *
   * @param cancelled asks, at most every few seconds over the network, whether the server wants the
   *     action given up; after a yes, leave things as they were and return {@link
   *     Installation#rejected}, or throw
   * @throws IOException where this came of the network, the same action is tried again later;
   *     otherwise the action is closed as failed with the message
   */
  Installation install(Artifacts artifacts, Progress progress, BooleanSupplier cancelled)
      throws IOException, InterruptedException;

  /** Is told how far it is. */
  interface Progress {
    /**
     * Tells; sent on now and then, never an error.
     *
     * @param what what is being done
     * @param done parts done, any unit
     * @param total all parts, 0 if unknown
     */
    void report(String what, long done, long total);
  }
}
