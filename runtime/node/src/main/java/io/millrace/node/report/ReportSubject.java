package io.millrace.node.report;

import io.millrace.sensors.SampleFormat;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * What there is to tell about a node.
 *
 * @param node its name
 * @param board what it runs on, for people
 * @param version of the software
 * @param channels those that have one value at a moment, at most {@value #MAX_CHANNELS}
 * @param rules names and keys, at most {@value #MAX_RULES}
 * @param figures those that this node can know
 */
public record ReportSubject(
    String node,
    String board,
    String version,
    List<Channel> channels,
    List<Rule> rules,
    Set<NodeFigure> figures) {
  public static final int MAX_CHANNELS = 64;
  public static final int MAX_RULES = 128;

  /** Above this rate a channel's single values mean little; it is told by its statistics. */
  private static final double FAST_HZ = 10;

  /**
   * A channel.
   *
   * @param key for topics and JSON: small letters, digits, {@code _}; unique in the node
   * @param name as the sensor calls it
   * @param unit as the sensor gives it
   * @param position of its value within a sample
   * @param fast whether peak and RMS are told besides the mean
   */
  public record Channel(String key, String name, String unit, int position, boolean fast) {}

  /** A rule; {@code key} as for channels. */
  public record Rule(String key, String name) {}

  public ReportSubject {
    Objects.requireNonNull(node);
    Objects.requireNonNull(board);
    Objects.requireNonNull(version);
    channels = List.copyOf(channels);
    rules = List.copyOf(rules);
    figures = Set.copyOf(figures);
    if (channels.size() > MAX_CHANNELS || rules.size() > MAX_RULES) {
      throw new IllegalArgumentException(
          "%d channels and %d rules to tell; at most %d and %d can be"
              .formatted(channels.size(), rules.size(), MAX_CHANNELS, MAX_RULES));
    }
  }

  /**
   * The subject of a node. Channels that are tensors are left out, and what is beyond the bounds.
   *
   * @param rules names of the rules, each once
   */
  public static ReportSubject of(
      String node,
      String board,
      String version,
      SampleFormat format,
      List<String> rules,
      Set<NodeFigure> figures) {
    Set<String> keys = new HashSet<>();
    List<Channel> channels = new ArrayList<>();
    int position = 0;
    for (SampleFormat.Channel channel : format.channels()) {
      if (channel.width() == 1 && channels.size() < MAX_CHANNELS) {
        String key = uniqueKey(channel.name(), keys);
        boolean fast = format.rateHz() >= FAST_HZ;
        channels.add(new Channel(key, channel.name(), channel.unit(), position, fast));
      }
      position += channel.width();
    }
    Set<String> ruleKeys = new HashSet<>();
    List<Rule> told =
        rules.stream().limit(MAX_RULES).map(r -> new Rule(uniqueKey(r, ruleKeys), r)).toList();
    Set<NodeFigure> known =
        figures.isEmpty() ? EnumSet.noneOf(NodeFigure.class) : EnumSet.copyOf(figures);
    return new ReportSubject(node, board, version, channels, told, known);
  }

  private static String uniqueKey(String name, Set<String> taken) {
    String key = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
    key = key.isEmpty() ? "_" : key.substring(0, Math.min(48, key.length()));
    String unique = key;
    for (int i = 2; !taken.add(unique); i++) {
      unique = key + "_" + i;
    }
    return unique;
  }
}
