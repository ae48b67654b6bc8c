package io.millrace.node.pipeline;

import io.millrace.node.cloud.CloudConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads section {@code ladder}: the ways to answer, best first. */
final class LadderSection {
  private static final int MOST = 16;

  private LadderSection() {}

  /** The board and, if there is one, the cloud. */
  static List<PlanSettings> usual(Optional<Pipeline.Cloud> cloud) {
    List<PlanSettings> ladder = new ArrayList<>();
    ladder.add(new PlanSettings.Board("board", Optional.empty()));
    cloud.ifPresent(c -> ladder.add(new PlanSettings.Cloud("cloud")));
    return ladder;
  }

  static List<PlanSettings> read(Entry entry, Optional<Pipeline.Cloud> cloud)
      throws PipelineException {
    List<PlanSettings> ladder = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Entry e : entry.list()) {
      PlanSettings plan = plan(e, cloud);
      if (!names.add(plan.name())) {
        throw e.bad("a second plan is called '" + plan.name() + "'");
      }
      ladder.add(plan);
    }
    if (ladder.size() > MOST) {
      throw entry.bad(ladder.size() + " plans; at most " + MOST + " are allowed");
    }
    if (ladder.stream().noneMatch(p -> p instanceof PlanSettings.Board)) {
      throw entry.bad("one of its plans must be 'board', the section 'model'");
    }
    for (PlanSettings plan : ladder) {
      requireKnown(entry, names, plan);
    }
    return ladder;
  }

  private static void requireKnown(Entry entry, Set<String> names, PlanSettings plan)
      throws PipelineException {
    if (plan.unsure().isEmpty()) {
      return;
    }
    String ask = plan.unsure().get().ask();
    if (!names.contains(ask) || ask.equals(plan.name())) {
      throw entry.bad(
          "plan '%s' asks '%s' when it is not sure; that must be another plan of the ladder"
              .formatted(plan.name(), ask));
    }
  }

  private static PlanSettings plan(Entry entry, Optional<Pipeline.Cloud> cloud)
      throws PipelineException {
    if (!entry.isMapping()) {
      return entry.word("board", "cloud").equals("board")
          ? new PlanSettings.Board("board", Optional.empty())
          : cloud(entry, cloud);
    }
    Section s = entry.section("plan", "file", "energy", "time", "unsure", "front", "tail");
    String name = s.required("plan").text();
    Optional<PlanSettings.Unsure> unsure = s.optional("unsure", LadderSection::unsure);
    if (s.has("front")) {
      s.refuse("means nothing for a plan with 'front'", "file", "energy", "time", "unsure");
      return split(s, name, cloud);
    }
    s.refuse("means nothing without 'front'", "tail");
    if (name.equals("board")) {
      s.refuse("belongs into the section 'model'", "file", "energy", "time");
      return new PlanSettings.Board(name, unsure);
    }
    if (name.equals("cloud")) {
      s.refuse("means nothing for the cloud", "file", "energy", "time", "unsure");
      return cloud(entry, cloud);
    }
    return new PlanSettings.Program(
        name,
        s.required("file").path(),
        s.optional(
            "energy",
            OptionalLong.empty(),
            e -> OptionalLong.of(Math.round(e.quantity(Unit.ENERGY, true) * 1e6))),
        s.optional("time", OptionalLong.empty(), e -> OptionalLong.of(e.timeNs())),
        unsure);
  }

  private static PlanSettings cloud(Entry entry, Optional<Pipeline.Cloud> cloud)
      throws PipelineException {
    if (cloud.isEmpty()) {
      throw entry.bad("plan 'cloud' needs the section 'cloud'");
    }
    return new PlanSettings.Cloud("cloud");
  }

  private static PlanSettings split(Section s, String name, Optional<Pipeline.Cloud> cloud)
      throws PipelineException {
    if (cloud.isEmpty()) {
      throw s.required("front").bad("a plan with 'front' needs the section 'cloud'");
    }
    Pipeline.Cloud server = cloud.get();
    Entry tail = s.required("tail");
    CloudConfig config = CloudSection.tail(tail, server.client());
    return new PlanSettings.Split(name, s.required("front").path(), config, server.expectedNs());
  }

  private static PlanSettings.Unsure unsure(Entry entry) throws PipelineException {
    Section s = entry.section("below", "ask");
    return new PlanSettings.Unsure(s.required("below").number(), s.required("ask").text());
  }
}
