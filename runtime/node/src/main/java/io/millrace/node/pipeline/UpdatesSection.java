package io.millrace.node.pipeline;

import java.util.OptionalLong;

/** The {@code updates} section. */
final class UpdatesSection {
  private static final long HOUR_NS = 3_600_000_000_000L;

  private UpdatesSection() {}

  static Pipeline.Updates read(Entry entry) throws PipelineException {
    Section s =
        entry.section(
            "folder",
            "root",
            "from",
            "hawkbit",
            "model",
            "every",
            "rate",
            "bytes-per-day",
            "trial");
    if (s.has("from") == s.has("hawkbit")) {
      throw entry.bad("give one of 'from' and 'hawkbit'");
    }
    Entry model = s.required("model");
    if (!model.text().matches("[A-Za-z0-9_+-][A-Za-z0-9._+-]{0,63}")) {
      throw model.bad("must be 1 to 64 letters, digits, dots, dashes, + or _");
    }
    return new Pipeline.Updates(
        s.required("folder").path(),
        s.required("root").path(),
        s.optional("from", UpdatesSection::address),
        s.optional("hawkbit", UpdatesSection::fleet),
        model.text(),
        s.optional("every", HOUR_NS, Entry::timeNs),
        bytes(s, "rate"),
        bytes(s, "bytes-per-day"),
        s.optional("trial", new Pipeline.UpdateTrial(100, HOUR_NS, 0.1), UpdatesSection::trial));
  }

  private static String address(Entry entry) throws PipelineException {
    String text = entry.text();
    return text.matches("https?://.*") ? text : entry.path().toString();
  }

  private static Pipeline.Fleet fleet(Entry entry) throws PipelineException {
    Section s = entry.section("server", "tenant", "id", "token", "token-kind");
    return new Pipeline.Fleet(
        MqttSection.uri(s.required("server")),
        s.optional("tenant", "DEFAULT", Entry::text),
        s.required("id").text(),
        MqttSection.secret(s.required("token")),
        s.optional("token-kind", false, e -> e.word("target", "gateway").equals("gateway")));
  }

  private static OptionalLong bytes(Section s, String key) throws PipelineException {
    return s.optional(
        key,
        OptionalLong.empty(),
        e -> OptionalLong.of(Math.max(1, Math.round(e.quantity(Unit.SIZE, false)))));
  }

  private static Pipeline.UpdateTrial trial(Entry entry) throws PipelineException {
    Section s = entry.section("windows", "patience", "differ");
    return new Pipeline.UpdateTrial(
        s.optional("windows", 100, e -> e.integer(0, 1_000_000)),
        s.optional("patience", HOUR_NS, Entry::timeNs),
        s.optional(
            "differ",
            0.1,
            e -> {
              double share = e.number();
              if (share < 0 || share > 1) {
                throw e.bad("'" + e.text() + "' is not a share within 0 to 1");
              }
              return share;
            }));
  }
}
