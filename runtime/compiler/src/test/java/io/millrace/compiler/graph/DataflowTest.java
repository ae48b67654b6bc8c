package io.millrace.compiler.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.compiler.graph.Dataflow.Step;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DataflowTest {
  private static Step step(String makes, String... reads) {
    return new Step(List.of(reads), List.of(makes));
  }

  private static List<String> bottlenecks(Step... steps) {
    return new Dataflow(List.of(steps)).bottlenecks("x", "y");
  }

  @Test
  void shouldFindEachValueOfAChain() {
    assertEquals(List.of("a", "b"), bottlenecks(step("a", "x"), step("b", "a"), step("y", "b")));
    assertEquals(List.of(), bottlenecks(step("y", "x")));
  }

  @Test
  void shouldNotCutBesideABranch() {
    assertEquals(
        List.of("a", "d"),
        bottlenecks(
            step("a", "x"), step("b", "a"), step("c", "b"), step("d", "c", "a"), step("y", "d")),
        "b and c run beside the a that the sum reads too");
    assertEquals(
        List.of(),
        bottlenecks(step("a", "x"), step("b", "a"), step("y", "b", "x")),
        "the input goes around all");
  }

  @Test
  void shouldOverlookConstantsAndDeadEnds() {
    assertEquals(
        List.of("a", "b"),
        bottlenecks(
            step("dead", "x"),
            step("a", "x"),
            step("w", "k"),
            step("b", "a", "w"),
            step("deader", "a"),
            step("y", "b", "w")),
        "w depends on no input, nobody needs the dead ends");
  }

  @Test
  void shouldNameTheStepsOfAHalf() {
    Dataflow flow =
        new Dataflow(
            List.of(step("w", "k"), step("a", "x", "w"), step("b", "a", "w"), step("y", "b")));
    assertEquals(bits(0, 1), flow.needed("a", "x"));
    assertEquals(bits(0, 2, 3), flow.needed("y", "a"), "w is needed on both sides");
  }

  private static BitSet bits(int... indices) {
    BitSet bits = new BitSet();
    for (int i : indices) {
      bits.set(i);
    }
    return bits;
  }

  /** Against the definition: without the value there is no way from input to output. */
  @Test
  void shouldAgreeWithTheDefinitionOnRandomGraphs() {
    int found = 0;
    for (int seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      List<String> names = new ArrayList<>(List.of("x"));
      List<Step> steps = new ArrayList<>();
      int n = 2 + random.nextInt(10);
      for (int i = 0; i < n; i++) {
        int near = Math.max(0, names.size() - 1 - random.nextInt(3));
        List<String> reads = new ArrayList<>(List.of(names.get(near)));
        if (random.nextInt(3) == 0) {
          reads.add(names.get(random.nextInt(names.size())));
        }
        String made = i == n - 1 ? "y" : "v" + i;
        steps.add(new Step(reads, List.of(made)));
        names.add(made);
      }
      List<String> expected = new ArrayList<>();
      if (reaches(steps, "")) {
        for (String name : names) {
          if (!name.equals("x") && !name.equals("y") && !reaches(steps, name)) {
            expected.add(name);
          }
        }
      }
      Collections.sort(expected);
      List<String> actual = new ArrayList<>(new Dataflow(steps).bottlenecks("x", "y"));
      Collections.sort(actual);
      assertEquals(expected, actual, "seed " + seed + ": " + steps);
      found += actual.size();
    }
    assertEquals(true, found > 500, found + " bottlenecks in all");
  }

  private static boolean reaches(List<Step> steps, String without) {
    Set<String> reached = new HashSet<>(Set.of("x"));
    for (Step s : steps) {
      if (s.reads().stream().anyMatch(reached::contains)) {
        reached.addAll(s.makes());
        reached.remove(without);
      }
    }
    return reached.contains("y");
  }
}
