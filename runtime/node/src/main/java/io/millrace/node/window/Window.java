package io.millrace.node.window;

/** One window's samples and when they were taken. Reused: whoever holds it owns what is in it. */
public final class Window {
  /** {@link #position} of a window that was not cut from a stream. */
  public static final long UNKNOWN = -1;

  private final float[] values;
  private long index;
  private long position = UNKNOWN;
  private long startNs;
  private long endNs;
  private int missingSamples;
  private long completedNs;
  private int[] notes = {};
  private Object notedBy;

  /** A window for {@code values} values: samples times channels. */
  public Window(int values) {
    this.values = new float[values];
  }

  void set(long index, long position, long startNs, long endNs, int missingSamples) {
    this.index = index;
    this.position = position;
    notedBy = null;
    this.startNs = startNs;
    this.endNs = endNs;
    this.missingSamples = missingSamples;
  }

  /** Sample after sample, the channels of one sample side by side. */
  public float[] values() {
    return values;
  }

  /** Number of the window since the stream began, from 0. */
  public long index() {
    return index;
  }

  /**
   * Number of the first sample since the stream began, from 0; those that are missing are counted,
   * so that windows on both sides of a gap do not seem to touch. {@link #UNKNOWN} before it is cut.
   */
  public long position() {
    return position;
  }

  /** When the first sample was taken, nanoseconds of the sensor's monotonic clock. */
  public long startNs() {
    return startNs;
  }

  /** End of the window, exclusive, same clock. */
  public long endNs() {
    return endNs;
  }

  /** How many of the samples were missing and are filled in. */
  public int missingSamples() {
    return missingSamples;
  }

  /** When the window was whole in this process, nanoseconds of the node's monotonic clock. */
  public long completedNs() {
    return completedNs;
  }

  /** Says when the window was whole. */
  public void completedAt(long nanoTime) {
    completedNs = nanoTime;
  }

  /**
   * Room for what was heard of the stream when the window came, so that it is there still when the
   * window has waited. Allocated once in the life of this object.
   *
   * @param count how many numbers are needed
   */
  public int[] notes(int count) {
    if (notes.length < count) {
      notes = new int[count];
    }
    return notes;
  }

  /** Whether {@code who} has written {@link #notes} since the window was cut. */
  @SuppressWarnings("ReferenceEquality") // the very one, whatever it takes for its equal
  public boolean isNotedBy(Object who) {
    return notedBy == who;
  }

  /** Says who has written {@link #notes}. */
  public void notedBy(Object who) {
    notedBy = who;
  }
}
