package io.millrace.sensors.pi4j.settings;

import java.util.HashSet;
import java.util.List;

/** The inputs of a converter. */
final class Inputs {
  private Inputs() {}

  static List<Integer> checked(String chip, List<Integer> inputs, int count) {
    if (inputs.isEmpty()
        || new HashSet<>(inputs).size() != inputs.size()
        || inputs.stream().anyMatch(i -> i < 0 || i >= count)) {
      throw new IllegalArgumentException(
          chip + ": inputs " + inputs + "; at least one of 0 to " + (count - 1) + ", each once");
    }
    return List.copyOf(inputs);
  }
}
