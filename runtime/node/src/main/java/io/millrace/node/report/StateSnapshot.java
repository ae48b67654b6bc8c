package io.millrace.node.report;

import java.util.List;
import java.util.Map;

/**
 * How a node was over a period.
 *
 * @param timeMs its end, milliseconds since 1970-01-01T00:00Z
 * @param periodNs how long it was
 * @param channels in the subject's order
 * @param figures those of the subject; NaN where not known
 */
public record StateSnapshot(
    long timeMs, long periodNs, List<ChannelState> channels, Map<NodeFigure, Double> figures) {
  /**
   * How a channel was; NaN without samples.
   *
   * @param mean of all samples
   * @param peak the largest magnitude
   * @param rms root of the mean of the squares
   * @param samples how many there were
   */
  public record ChannelState(
      ReportSubject.Channel channel, double mean, double peak, double rms, long samples) {}

  public StateSnapshot {
    channels = List.copyOf(channels);
    figures = Map.copyOf(figures);
  }
}
