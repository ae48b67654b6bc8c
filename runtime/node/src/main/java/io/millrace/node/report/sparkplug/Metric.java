package io.millrace.node.report.sparkplug;

import java.util.Objects;
import java.util.Optional;

/**
 * A metric and its latest value.
 *
 * @param name in folders separated by {@code /}
 * @param alias unique in the edge node, from 1 (tck-id-payloads-alias-uniqueness)
 * @param type of its values
 * @param unit as engineering units; empty for none
 */
record Metric(String name, long alias, Type type, Optional<String> unit) {
  /** Data types that are used here, with their codes in the specification (section 6.4.16). */
  enum Type {
    INT64(4),
    DOUBLE(10),
    BOOLEAN(11),
    STRING(12);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }
  }

  Metric {
    Objects.requireNonNull(name);
    Objects.requireNonNull(type);
    Objects.requireNonNull(unit);
  }

  /**
   * A value at a moment.
   *
   * @param value a {@link Double}, {@link Long}, {@link Boolean} or {@link String} as the type
   *     says; empty where it is not known
   * @param timeMs when it was so, milliseconds since 1970-01-01T00:00Z
   */
  record Reading(Optional<?> value, long timeMs) {}
}
