package io.millrace.cli.calibrate;

/**
 * What cores are kept busy with while power is measured.
 *
 * @param kind what they do
 * @param cores how many do it; 0 for nothing at all
 */
public record Workload(Kind kind, int cores) {
  /** What cores do. */
  public enum Kind {
    IDLE("idle"),
    SPINNING("spinning"),
    MATRIX("matrix kernel"),
    DEPTHWISE("depthwise kernel"),
    ELEMENTS("vector kernel"),
    MEMORY("memory copied");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /** Nothing at all. */
  public static final Workload IDLE = new Workload(Kind.IDLE, 0);

  public Workload {
    if (cores < 0 || (cores == 0) != (kind == Kind.IDLE)) {
      throw new IllegalArgumentException(kind + " on " + cores + " cores");
    }
  }

  /** For people: "matrix kernel, 2 cores". */
  public String words() {
    return kind == Kind.IDLE
        ? kind.words
        : kind.words + (cores == 1 ? ", 1 core" : ", " + cores + " cores");
  }
}
