package io.millrace.node.report.sparkplug;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Payloads after {@code sparkplug_b.proto} of Sparkplug B 3.0, by its field numbers. */
final class SparkplugPayload {
  static final String BD_SEQ = "bdSeq";
  static final String REBIRTH = "Node Control/Rebirth";

  private static final int PAYLOAD_TIMESTAMP = 1;
  private static final int PAYLOAD_METRICS = 2;
  private static final int PAYLOAD_SEQ = 3;

  private static final int METRIC_NAME = 1;
  private static final int METRIC_ALIAS = 2;
  private static final int METRIC_TIMESTAMP = 3;
  private static final int METRIC_DATATYPE = 4;
  private static final int METRIC_IS_NULL = 7;
  private static final int METRIC_PROPERTIES = 9;
  private static final int METRIC_LONG = 11;
  private static final int METRIC_DOUBLE = 13;
  private static final int METRIC_BOOLEAN = 14;
  private static final int METRIC_STRING = 15;

  private static final int PROPERTY_KEYS = 1;
  private static final int PROPERTY_VALUES = 2;
  private static final int VALUE_TYPE = 1;
  private static final int VALUE_STRING = 8;
  private static final String ENGINEERING_UNIT = "engUnit";

  private SparkplugPayload() {}

  /**
   * A birth: every metric by name, alias, type and value (tck-id-payloads-alias-birth-requirement).
   */
  static byte[] birth(
      long timeMs, int bdSeq, List<Metric> metrics, Map<Metric, Metric.Reading> readings) {
    ProtoWriter payload = new ProtoWriter().varint(PAYLOAD_TIMESTAMP, timeMs);
    payload.message(PAYLOAD_METRICS, bdSeq(timeMs, bdSeq));
    payload.message(
        PAYLOAD_METRICS,
        // without alias: tck-id-operational-behavior-data-commands-rebirth-name-aliases
        new ProtoWriter()
            .text(METRIC_NAME, REBIRTH)
            .varint(METRIC_TIMESTAMP, timeMs)
            .varint(METRIC_DATATYPE, Metric.Type.BOOLEAN.code())
            .bool(METRIC_BOOLEAN, false));
    for (Metric metric : metrics) {
      ProtoWriter m =
          new ProtoWriter().text(METRIC_NAME, metric.name()).varint(METRIC_ALIAS, metric.alias());
      Metric.Reading reading = readings.getOrDefault(metric, unknown(timeMs));
      m.varint(METRIC_TIMESTAMP, reading.timeMs());
      m.varint(METRIC_DATATYPE, metric.type().code());
      metric.unit().ifPresent(unit -> m.message(METRIC_PROPERTIES, unit(unit)));
      value(m, metric, reading);
      payload.message(PAYLOAD_METRICS, m);
    }
    // tck-id-topics-nbirth-seq-num: a birth begins the numbers anew
    return payload.varint(PAYLOAD_SEQ, 0).toBytes();
  }

  /** Changed values, by alias alone (tck-id-payloads-alias-data-cmd-requirement). */
  static byte[] data(long timeMs, int seq, Map<Metric, Metric.Reading> changed) {
    ProtoWriter payload = new ProtoWriter().varint(PAYLOAD_TIMESTAMP, timeMs);
    changed.forEach((metric, reading) -> {
      ProtoWriter m =
          new ProtoWriter()
              .varint(METRIC_ALIAS, metric.alias())
              .varint(METRIC_TIMESTAMP, reading.timeMs());
      value(m, metric, reading);
      payload.message(PAYLOAD_METRICS, m);
    });
    return payload.varint(PAYLOAD_SEQ, seq).toBytes();
  }

  /** A death: the number of the birth that it ends, and no other (tck-id-payloads-ndeath-seq). */
  static byte[] death(long timeMs, int bdSeq) {
    return new ProtoWriter()
        .varint(PAYLOAD_TIMESTAMP, timeMs)
        .message(PAYLOAD_METRICS, bdSeq(timeMs, bdSeq))
        .toBytes();
  }

  /**
   * Named in both and never an alias, as a death has to be understood by who missed the birth; and
   * hosts in use are known to trip over one.
   */
  private static ProtoWriter bdSeq(long timeMs, int bdSeq) {
    return new ProtoWriter()
        .text(METRIC_NAME, BD_SEQ)
        .varint(METRIC_TIMESTAMP, timeMs)
        .varint(METRIC_DATATYPE, Metric.Type.INT64.code())
        .varint(METRIC_LONG, bdSeq);
  }

  private static Metric.Reading unknown(long timeMs) {
    return new Metric.Reading(Optional.empty(), timeMs);
  }

  private static void value(ProtoWriter m, Metric metric, Metric.Reading reading) {
    Object value = reading.value().isPresent() ? reading.value().get() : null;
    if (value == null) {
      m.bool(METRIC_IS_NULL, true);
      return;
    }
    switch (metric.type()) {
      case INT64 -> m.varint(METRIC_LONG, (Long) value);
      case DOUBLE -> m.fixed64(METRIC_DOUBLE, (Double) value);
      case BOOLEAN -> m.bool(METRIC_BOOLEAN, (Boolean) value);
      case STRING -> m.text(METRIC_STRING, (String) value);
    }
  }

  private static ProtoWriter unit(String unit) {
    return new ProtoWriter()
        .text(PROPERTY_KEYS, ENGINEERING_UNIT)
        .message(
            PROPERTY_VALUES,
            new ProtoWriter()
                .varint(VALUE_TYPE, Metric.Type.STRING.code())
                .text(VALUE_STRING, unit));
  }
}
