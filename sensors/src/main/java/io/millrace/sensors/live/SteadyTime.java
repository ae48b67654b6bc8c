package io.millrace.sensors.live;

/**
 * When samples were taken, worked out from when they arrived. Samples leave a device in step with
 * its own clock and arrive in bursts, late by a delay that is never negative: the burst that was
 * delayed least tells the time best. Over each span of {@value #SPAN_S} seconds the least delay is
 * kept, and what is left of it is taken back; a burst that would lie in the future moves the axis
 * at once. So times follow a device whose clock runs up to some hundred parts per million fast or
 * slow without ever jumping by more than that drift within a span.
 */
public final class SteadyTime {
  private static final int SPAN_S = 10;

  private final double periodNs;
  private final long samplesPerSpan;
  private boolean anchored;
  private long anchorNs;
  private long sinceAnchor;
  private long leastDelayNs;
  private long spanEnd;

  /** For samples at {@code rateHz}. */
  public SteadyTime(double rateHz) {
    periodNs = 1e9 / rateHz;
    samplesPerSpan = Math.max(1, Math.round(SPAN_S * rateHz));
  }

  /**
   * Takes note of samples.
   *
   * @param samples how many have come
   * @param arrivedNs when the last of them had arrived
   * @return when the first of them was taken
   */
  public long firstNs(int samples, long arrivedNs) {
    if (!anchored) {
      anchored = true;
      anchorNs = arrivedNs - Math.round(samples * periodNs);
      sinceAnchor = 0;
      startSpan();
    }
    long endNs = anchorNs + Math.round((sinceAnchor + samples) * periodNs);
    if (endNs > arrivedNs) {
      anchorNs -= endNs - arrivedNs;
      leastDelayNs = 0;
    } else {
      leastDelayNs = Math.min(leastDelayNs, arrivedNs - endNs);
    }
    long firstNs = anchorNs + Math.round(sinceAnchor * periodNs);
    sinceAnchor += samples;
    if (sinceAnchor >= spanEnd) {
      anchorNs += leastDelayNs + Math.round(sinceAnchor * periodNs);
      sinceAnchor = 0;
      startSpan();
    }
    return firstNs;
  }

  private void startSpan() {
    leastDelayNs = Long.MAX_VALUE;
    spanEnd = samplesPerSpan;
  }

  /** So many samples are missing before the next ones. */
  public void missing(long samples) {
    sinceAnchor += samples;
  }

  /** The stream starts anew; the next samples tell when. */
  public void restart() {
    anchored = false;
  }
}
