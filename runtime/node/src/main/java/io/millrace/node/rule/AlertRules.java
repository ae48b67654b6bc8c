package io.millrace.node.rule;

import io.millrace.node.alert.Alert;
import io.millrace.sensors.clock.Clock;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/** All rules of a node. For one thread; allocates only when there is an alert. */
public final class AlertRules {
  private final String node;
  private final String model;
  private final String modelVersion;
  private final Clock clock;
  private final String start;
  private final List<Watch> watches = new ArrayList<>();
  private long alerts;

  /** One score that is followed. */
  private record Watch(RuleSettings rule, int element, String label, Hysteresis state) {}

  /**
   * @param outputElements how many elements each output of the model has
   * @param inputElements how many features the model takes
   * @throws IllegalArgumentException if a rule looks at what the model does not have
   */
  public AlertRules(
      String node,
      String model,
      String modelVersion,
      Clock clock,
      List<RuleSettings> rules,
      int inputElements,
      List<Integer> outputElements) {
    this.node = node;
    this.model = model;
    this.modelVersion = modelVersion;
    this.clock = clock;
    byte[] random = new byte[8];
    new SecureRandom().nextBytes(random);
    start = HexFormat.of().formatHex(random);
    for (RuleSettings rule : rules) {
      add(rule, inputElements, outputElements);
    }
  }

  private void add(RuleSettings rule, int inputElements, List<Integer> outputElements) {
    if (rule.output() < 0 || rule.output() >= outputElements.size()) {
      throw new IllegalArgumentException(
          "rule %s looks at output %d; the model has %d, from 0"
              .formatted(rule.name(), rule.output(), outputElements.size()));
    }
    int elements = outputElements.get(rule.output());
    switch (rule) {
      case RuleSettings.Score score -> {
        for (RuleSettings.Element e : score.elements()) {
          if (e.index() < 0 || e.index() >= elements) {
            throw new IllegalArgumentException(
                "rule %s looks at element %d (%s); output %d has %d, from 0"
                    .formatted(rule.name(), e.index(), e.label(), rule.output(), elements));
          }
          watches.add(new Watch(rule, e.index(), e.label(), new Hysteresis(rule.trigger())));
        }
      }
      case RuleSettings.Reconstruction r -> {
        if (elements != inputElements) {
          throw new IllegalArgumentException(
              "rule %s compares input and output, but the model takes %d values and gives %d"
                  .formatted(rule.name(), inputElements, elements));
        }
        watches.add(new Watch(rule, -1, r.label(), new Hysteresis(rule.trigger())));
      }
    }
  }

  /**
   * Goes on where the same rules of another model are: what is raised stays so until this one's
   * scores clear it.
   */
  public void continueFrom(AlertRules other) {
    for (int i = 0; i < watches.size(); i++) {
      watches.get(i).state().continueFrom(other.watches.get(i).state());
    }
  }

  /** Whether the same rules of another model are all raised or not as these are. */
  public boolean sameStates(AlertRules other) {
    for (int i = 0; i < watches.size(); i++) {
      if (watches.get(i).state().raised() != other.watches.get(i).state().raised()) {
        return false;
      }
    }
    return true;
  }

  /** Looks at one answer and hands each alert that it raises or clears to {@code to}. */
  public void look(Answer answer, Consumer<Alert> to) {
    for (int i = 0; i < watches.size(); i++) {
      Watch watch = watches.get(i);
      double score = score(watch, answer);
      Alert.State state = watch.state().step(score, answer.endNs());
      if (state != null) {
        to.accept(alert(watch, score, state, answer));
      }
    }
  }

  private static double score(Watch watch, Answer answer) {
    float[] output = answer.outputs().get(watch.rule().output());
    return switch (watch.rule()) {
      case RuleSettings.Score s -> output[watch.element()];
      case RuleSettings.Reconstruction r -> {
        double sum = 0;
        for (int i = 0; i < output.length; i++) {
          double difference = answer.features()[i] - output[i];
          sum += difference * difference;
        }
        yield sum / output.length;
      }
    };
  }

  private Alert alert(Watch watch, double score, Alert.State state, Answer answer) {
    return new Alert(
        node + "-" + start + "-" + alerts++,
        node,
        watch.rule().name(),
        watch.label(),
        score,
        state,
        watch.rule().trigger().priority(),
        clock.wallTimeEpochMs(),
        answer.windowIndex(),
        answer.startNs(),
        answer.endNs(),
        answer.computedOn(),
        model,
        modelVersion,
        answer.energyMicroJ());
  }
}
