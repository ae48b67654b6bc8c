package io.millrace.node.report;

/** Who says whether bytes may be spent on states. */
@FunctionalInterface
public interface Uplink {
  /** As many as there are. */
  Uplink UNLIMITED = bytes -> true;

  /**
   * Takes {@code bytes} from what may be sent; false, and nothing taken, if they are not there.
   * What is refused is not told, and counted. Rules that change are told without asking.
   */
  boolean take(long bytes);
}
