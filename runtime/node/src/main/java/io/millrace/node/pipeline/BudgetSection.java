package io.millrace.node.pipeline;

import io.millrace.device.DeviceProfile;
import io.millrace.node.admission.AdmissionSettings;
import io.millrace.node.budget.BatteryLimit;
import io.millrace.node.budget.BudgetSettings;
import io.millrace.node.budget.HeatLimit;
import io.millrace.node.budget.PowerLimit;
import io.millrace.node.budget.UplinkLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Reads section {@code budget}. */
final class BudgetSection {
  private static final long DEFAULT_POWER_WINDOW_NS = 60_000_000_000L;
  private static final double USUAL_MARGIN = 0.2;
  private static final double USUAL_AMBIENT = 40;
  private static final double USUAL_GAUGE_ERROR = 0.01;

  /** How far below the temperature at which the firmware slows down the usual limit is. */
  private static final double BELOW_THROTTLE = 5;

  private BudgetSection() {}

  static AdmissionSettings read(Entry entry, DeviceProfile board, boolean meter)
      throws PipelineException {
    Section s =
        entry.section(
            "power",
            "over",
            "burst",
            "peak",
            "battery",
            "temperature",
            "uplink",
            "margin",
            "meter-error",
            "disagreement",
            "deadline",
            "waiting",
            "memory");
    if (!s.has("power")) {
      s.refuse("means nothing without 'power'", "over", "burst");
    }
    List<PowerLimit> power = s.has("power") ? power(s) : List.of();
    OptionalDouble peak = amount(s, "peak", Unit.POWER);
    Optional<BatteryLimit> battery = s.optional("battery", BudgetSection::battery);
    Optional<HeatLimit> heat = s.optional("temperature", e -> heat(e, board));
    Optional<UplinkLimit> uplink = s.optional("uplink", BudgetSection::uplink);
    double margin = s.optional("margin", meter ? USUAL_MARGIN : 0, BudgetSection::share);
    double meterError =
        s.optional("meter-error", BudgetSettings.USUAL_METER_ERROR, BudgetSection::share);
    double disagreement =
        s.optional("disagreement", BudgetSettings.USUAL_DISAGREEMENT, BudgetSection::share);
    long deadline = s.optional("deadline", AdmissionSettings.NO_DEADLINE, Entry::timeNs);
    int waiting = s.optional("waiting", 16, e -> e.integer(0, 100_000));
    OptionalLong memory =
        s.optional(
            "memory",
            OptionalLong.empty(),
            e -> OptionalLong.of((long) e.quantity(Unit.SIZE, false)));
    return entry.make(() ->
        new AdmissionSettings(
            new BudgetSettings(
                power, peak, battery, heat, uplink, margin, meterError, disagreement),
            deadline,
            waiting,
            memory));
  }

  private static List<PowerLimit> power(Section s) throws PipelineException {
    Entry power = s.required("power");
    List<Entry> several = power.list();
    if (several.size() == 1 && !several.getFirst().isMapping()) {
      return List.of(limit(power, several.getFirst(), s));
    }
    s.refuse("stands with each limit where there are several", "over", "burst");
    List<PowerLimit> limits = new ArrayList<>();
    for (Entry e : several) {
      Section one = e.section("limit", "over", "burst");
      limits.add(limit(e, one.required("limit"), one));
    }
    return limits;
  }

  private static PowerLimit limit(Entry place, Entry power, Section s) throws PipelineException {
    double milliW = power.quantity(Unit.POWER, false);
    long over = s.optional("over", DEFAULT_POWER_WINDOW_NS, Entry::timeNs);
    OptionalDouble burst = amount(s, "burst", Unit.ENERGY);
    return place.make(() -> new PowerLimit(milliW, over, burst));
  }

  private static BatteryLimit battery(Entry entry) throws PipelineException {
    Section s = entry.section("capacity", "start", "reserve", "lasts", "always", "gauge-error");
    double capacity = s.required("capacity").quantity(Unit.ENERGY, false);
    double start = s.optional("start", 1.0, BudgetSection::share) * capacity;
    double reserve = s.optional("reserve", 0.0, BudgetSection::share) * capacity;
    if (s.has("lasts") == s.has("always")) {
      throw entry.bad(
          "one of 'lasts' (from the start on) and 'always' (from every moment on) is needed");
    }
    boolean rolling = s.has("always");
    long last = s.required(rolling ? "always" : "lasts").timeNs();
    double error = s.optional("gauge-error", USUAL_GAUGE_ERROR, BudgetSection::share);
    return entry.make(() -> new BatteryLimit(capacity, start, reserve, last, rolling, error));
  }

  private static HeatLimit heat(Entry entry, DeviceProfile board) throws PipelineException {
    Section s = entry.section("limit", "ambient", "resistance", "capacity");
    double throttle = board.value(DeviceProfile.Key.THERMAL_THROTTLE_CELSIUS);
    double limit = s.optional("limit", throttle - BELOW_THROTTLE, BudgetSection::celsius);
    double ambient = s.optional("ambient", USUAL_AMBIENT, BudgetSection::celsius);
    double resistance =
        s.optional(
            "resistance",
            board.value(DeviceProfile.Key.THERMAL_KELVIN_PER_WATT),
            e -> e.quantity(Unit.THERMAL_RESISTANCE, false));
    double capacity =
        s.optional(
            "capacity",
            board.value(DeviceProfile.Key.THERMAL_JOULE_PER_KELVIN),
            e -> e.quantity(Unit.THERMAL_CAPACITY, false));
    return entry.make(() -> new HeatLimit(limit, ambient, resistance, capacity));
  }

  private static UplinkLimit uplink(Entry entry) throws PipelineException {
    Section s = entry.section("per-day", "alerts", "folder");
    long bytes = (long) s.required("per-day").quantity(Unit.SIZE, false);
    long alerts = s.optional("alerts", bytes / 10, e -> (long) e.quantity(Unit.SIZE, true));
    var folder = s.optional("folder", Entry::path);
    return entry.make(() -> new UplinkLimit(bytes, alerts, folder));
  }

  private static double celsius(Entry entry) throws PipelineException {
    return entry.quantity(Unit.TEMPERATURE, true);
  }

  private static double share(Entry entry) throws PipelineException {
    double share = entry.quantity(Unit.SHARE, true);
    if (share > 1) {
      throw entry.bad("is more than 100 %");
    }
    return share;
  }

  private static OptionalDouble amount(Section s, String key, Unit unit) throws PipelineException {
    return s.optional(key, OptionalDouble.empty(), e -> OptionalDouble.of(e.quantity(unit, false)));
  }
}
