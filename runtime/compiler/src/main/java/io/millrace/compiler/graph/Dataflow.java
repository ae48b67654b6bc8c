package io.millrace.compiler.graph;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which operation of a model file reads what others make: all that is asked of a file that is to be
 * cut in two. Unlike a {@link Graph} it names every operand as the file does.
 *
 * @param steps the operations, each after those whose values it reads
 */
public record Dataflow(List<Step> steps) {
  /** One operation: the names of what it reads and of what it makes. */
  public record Step(List<String> reads, List<String> makes) {
    public Step {
      reads = List.copyOf(reads);
      makes = List.copyOf(makes);
    }
  }

  public Dataflow {
    steps = List.copyOf(steps);
  }

  /** The steps that lead to {@code wanted} once {@code given} is there, as indices. */
  public BitSet needed(String wanted, String given) {
    BitSet needed = new BitSet(steps.size());
    Set<String> open = new HashSet<>(Set.of(wanted));
    for (int i = steps.size() - 1; i >= 0; i--) {
      Step step = steps.get(i);
      if (step.makes().stream().anyMatch(m -> open.contains(m) && !m.equals(given))) {
        needed.set(i);
        open.addAll(step.reads());
      }
    }
    return needed;
  }

  /**
   * The values that stand alone between {@code input} and {@code output}, both left out: after some
   * step such a value is all that is made from the input and still to be read. Whatever leads from
   * input to output then leads through it, so in every other order of the steps it stands alone
   * too.
   */
  public List<String> bottlenecks(String input, String output) {
    List<Step> path = path(input, output);
    Map<String, Integer> lastRead = new HashMap<>();
    for (int i = 0; i < path.size(); i++) {
      for (String read : path.get(i).reads()) {
        lastRead.put(read, i);
      }
    }
    Set<String> alive = new HashSet<>(Set.of(input));
    List<String> alone = new ArrayList<>();
    for (int i = 0; i < path.size(); i++) {
      for (String made : path.get(i).makes()) {
        if (lastRead.containsKey(made)) { // nobody reads the output: it is never alive
          alive.add(made);
        }
      }
      for (String read : path.get(i).reads()) {
        if (lastRead.get(read) == i) {
          alive.remove(read);
        }
      }
      if (alive.size() == 1 && !alive.contains(input)) {
        alone.addAll(alive);
      }
    }
    return List.copyOf(alone);
  }

  /** The steps that are needed and whose result depends on the input: no constant expressions. */
  private List<Step> path(String input, String output) {
    BitSet needed = needed(output, input);
    Set<String> fed = new HashSet<>(Set.of(input));
    List<Step> path = new ArrayList<>();
    for (int i = needed.nextSetBit(0); i >= 0; i = needed.nextSetBit(i + 1)) {
      Step step = steps.get(i);
      if (step.reads().stream().anyMatch(fed::contains)) {
        fed.addAll(step.makes());
        path.add(step);
      }
    }
    return path;
  }
}
