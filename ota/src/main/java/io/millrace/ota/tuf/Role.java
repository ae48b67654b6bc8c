package io.millrace.ota.tuf;

/** The four top-level roles; {@link #word} is what files call them. */
public enum Role {
  ROOT("root", 512 << 10),
  TARGETS("targets", 5 << 20),
  SNAPSHOT("snapshot", 2 << 20),
  TIMESTAMP("timestamp", 16 << 10);

  private final String word;
  private final int maxBytes;

  Role(String word, int maxBytes) {
    this.word = word;
    this.maxBytes = maxBytes;
  }

  public String word() {
    return word;
  }

  /** The most that is read of such a file when nothing signed says how long it is. */
  public int maxBytes() {
    return maxBytes;
  }

  /** {@code root.json}. */
  public String file() {
    return word + ".json";
  }

  /** {@code 3.root.json}. */
  public String file(long version) {
    return version + "." + word + ".json";
  }
}
