package io.millrace.node.budget;

import io.millrace.node.storage.SmallFiles;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * All accounts of a node together. A charge is taken from all of them or from none. For one thread.
 */
public final class Ledger {
  /** An alert with its headers on the way to a broker, bytes, more than any measured. */
  public static final long ALERT_BYTES = 1024;

  private final double idleMilliW;
  private final double tailMilliW;
  private final PowerModel model;
  private final List<Account> all = new ArrayList<>();
  private final List<AveragePower> spans = new ArrayList<>();
  private final Optional<BatteryReserve> battery;
  private final Optional<Heat> heat;
  private final Optional<UplinkDay> uplink;
  private final List<PowerLimit> powerLimits;
  private final Charge charge = new Charge();
  private double idleUpperMilliW;
  private double spentNanoJ;
  private double chargedSinceNanoJ;
  private boolean alertsTravel;
  private boolean alertBytesCounted;
  private double listenedNs;
  private long listensFromNs;
  private long listensUntilNs;
  private long lastReadingNs;
  private boolean read;

  /**
   * Opens the accounts, that of a day's bytes too.
   *
   * @param idleMilliW what the idle board takes, as modelled
   * @param tailMilliW what the radio takes while it listens, as modelled
   * @param usualBurstNanoJ what a span's bucket holds at least where its limit does not say
   * @param uplinkStore keeps the count of a day; empty: it begins anew
   * @throws IllegalArgumentException if a limit leaves nothing for answers
   * @throws IOException if the count of a day cannot be read
   */
  public Ledger(
      BudgetSettings settings,
      double idleMilliW,
      double tailMilliW,
      long usualBurstNanoJ,
      Clock clock,
      Optional<SmallFiles> uplinkStore)
      throws IOException {
    this(
        settings,
        idleMilliW,
        tailMilliW,
        usualBurstNanoJ,
        settings.uplink().isEmpty()
            ? Optional.empty()
            : Optional.of(new UplinkDay(settings.uplink().get(), uplinkStore, clock)));
  }

  /**
   * Opens the accounts but that of a day's bytes, which others use too.
   *
   * @param uplink the account of {@code settings.uplink()}
   * @throws IllegalArgumentException if a limit leaves nothing for answers
   */
  public Ledger(
      BudgetSettings settings,
      double idleMilliW,
      double tailMilliW,
      long usualBurstNanoJ,
      Optional<UplinkDay> uplink) {
    this.uplink = uplink;
    this.idleMilliW = idleMilliW;
    this.tailMilliW = tailMilliW;
    double margin = settings.margin();
    model = new PowerModel(margin, settings.meterError(), settings.disagreement());
    idleUpperMilliW = idleMilliW * model.idleFactor();
    powerLimits = settings.power();
    for (PowerLimit limit : powerLimits) {
      spans.add(span(limit, usualBurstNanoJ));
    }
    all.addAll(spans);
    settings.peakMilliW().ifPresent(peak -> all.add(new PeakPower(peak, idleUpperMilliW)));
    battery = settings.battery().map(b -> new BatteryReserve(b, idleUpperMilliW));
    heat = settings.heat().map(h -> new Heat(h, idleUpperMilliW, margin));
    heat.ifPresent(h -> requireCool(settings.heat().orElseThrow(), h));
    battery.ifPresent(all::add);
    heat.ifPresent(all::add);
    uplink.ifPresent(all::add);
  }

  private AveragePower span(PowerLimit limit, long usualBurstNanoJ) {
    double above = limit.milliW() - idleUpperMilliW;
    if (above <= 0) {
      throw new IllegalArgumentException(
          "power budget of %s mW is not above what the idle board takes, %.1f mW%s"
              .formatted(
                  limit.milliW(),
                  idleUpperMilliW,
                  model.idleFactor() > 1 ? ", margin included" : ""));
    }
    double burst =
        limit
            .burstMilliJ()
            .orElse(Math.max(above * limit.windowNs() / 1e9 / 20, 2 * usualBurstNanoJ / 1e6));
    return new AveragePower(limit.milliW(), idleUpperMilliW, limit.windowNs(), burst);
  }

  private static void requireCool(HeatLimit limit, Heat heat) {
    if (heat.idleCelsius() >= limit.limitCelsius()) {
      throw new IllegalArgumentException(
          "the idle board warms to %.1f C in surroundings of %.1f C; the limit is %.1f C"
              .formatted(heat.idleCelsius(), limit.ambientCelsius(), limit.limitCelsius()));
    }
  }

  /** Modelled figures with the upper ends of their margins. */
  public PowerModel model() {
    return model;
  }

  /**
   * The charge of an answer; valid until the next call.
   *
   * @param computeNanoJ what the processor takes above idle, as modelled
   * @param radioNanoJ what the radio takes, as modelled
   * @param addedMilliW power above idle meanwhile, as modelled
   */
  public Charge charge(long computeNanoJ, long radioNanoJ, double addedMilliW, long sentBytes) {
    double factor =
        radioNanoJ > 0
            ? Math.max(model.computeFactor(), model.radioFactor())
            : model.computeFactor();
    return upper(computeNanoJ, radioNanoJ, addedMilliW * factor, sentBytes);
  }

  /**
   * The same, where processor and radio are known apart.
   *
   * @param computeMilliW what the processor adds at the highest moment, as modelled
   * @param radioMilliW what the radio adds at that moment, as modelled
   */
  public Charge charge(
      long computeNanoJ,
      long radioNanoJ,
      double computeMilliW,
      double radioMilliW,
      long sentBytes) {
    double added = computeMilliW * model.computeFactor() + radioMilliW * model.radioFactor();
    return upper(computeNanoJ, radioNanoJ, added, sentBytes);
  }

  private Charge upper(long computeNanoJ, long radioNanoJ, double addedMilliW, long sentBytes) {
    double upper = computeNanoJ * model.computeFactor() + radioNanoJ * model.radioFactor();
    return charge.of((long) Math.ceil(upper), addedMilliW, sentBytes);
  }

  /** The first limit that refuses {@code charge}; {@link Limit#NONE} if none does. */
  public Limit refuses(long nowNs, Charge charge) {
    for (int i = 0; i < all.size(); i++) {
      if (!all.get(i).allows(nowNs, charge)) {
        return all.get(i).limit();
      }
    }
    return Limit.NONE;
  }

  /** When all accounts could bear it; {@link Long#MAX_VALUE} if that cannot be foreseen. */
  public long possibleAtNs(long nowNs, Charge charge) {
    long at = nowNs;
    for (int i = 0; i < all.size(); i++) {
      at = Math.max(at, all.get(i).possibleAtNs(nowNs, charge));
    }
    return at;
  }

  /**
   * Takes it from all accounts.
   *
   * @param computeNanoJ what of it the processor takes, as modelled
   * @param radioNanoJ what of it the radio takes before it only listens, as modelled
   */
  public void take(long nowNs, Charge charge, long computeNanoJ, long radioNanoJ) {
    for (int i = 0; i < all.size(); i++) {
      all.get(i).take(nowNs, charge);
    }
    enter(charge, computeNanoJ, radioNanoJ);
  }

  private void enter(Charge charge, long computeNanoJ, long radioNanoJ) {
    spentNanoJ += charge.energyNanoJ();
    model.computed(computeNanoJ);
    model.transferred(radioNanoJ);
    chargedSinceNanoJ += computeNanoJ * model.computeFactor() + radioNanoJ * model.radioFactor();
  }

  /**
   * What was taken last is over.
   *
   * @param tailEndNs until when its radio still listens; {@code nowNs} where it does not
   */
  public void endedAt(long nowNs, long tailEndNs) {
    for (int i = 0; i < all.size(); i++) {
      all.get(i).endedAt(nowNs, tailEndNs);
    }
    if (tailEndNs > nowNs) {
      listenedNs += listeningWithin(nowNs);
      listensFromNs = nowNs;
      listensUntilNs = tailEndNs;
    }
  }

  /** How long the radio listened since it was last asked, until {@code nowNs}. */
  private double listeningWithin(long nowNs) {
    return Math.max(0, Math.min(listensUntilNs, nowNs) - listensFromNs);
  }

  /** Whether alerts leave the board over its radio. */
  public boolean alertsTravel() {
    return alertsTravel;
  }

  /**
   * Bytes that an alert enters when it is raised; 0 where its sender enters those that it sends.
   */
  public long alertBytes() {
    return alertBytesCounted ? 0 : ALERT_BYTES;
  }

  /** Who sends alerts enters their bytes, each time that they are sent. */
  public void alertBytesAreCounted() {
    alertBytesCounted = true;
  }

  /**
   * Keeps what an alert takes free at all times: it is sent whatever else is refused.
   *
   * @param radioNanoJ what sending one takes, as modelled
   */
  public void keepForAlerts(long radioNanoJ) {
    alertsTravel = true;
    long upper = (long) Math.ceil(radioNanoJ * model.radioFactor());
    for (AveragePower span : spans) {
      span.keepFor(upper);
    }
    battery.ifPresent(b -> b.keepFor(upper));
  }

  /** Enters what turned out to be taken beyond what was admitted; later answers pay for it. */
  public void overdraw(long nowNs, Charge charge, long radioNanoJ) {
    enterBeyond(nowNs, charge);
    enter(charge, 0, radioNanoJ);
  }

  private void enterBeyond(long nowNs, Charge charge) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i) instanceof AveragePower span) {
        span.overdraw(nowNs, charge.energyNanoJ());
      } else {
        all.get(i).take(nowNs, charge);
      }
    }
  }

  /** Bytes that were admitted did not leave the board. */
  public void notSent(long bytes) {
    if (uplink.isPresent()) {
      uplink.get().notSent(bytes);
    }
  }

  /** Power above idle that all accounts bear for good, milliwatts; may be infinite. */
  public double sustainableMilliW(long nowNs) {
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < all.size(); i++) {
      least = Math.min(least, all.get(i).sustainableMilliW(nowNs));
    }
    return least;
  }

  /**
   * Whether bytes are worth more than energy now: energy flows over that nobody can use later, and
   * more of the day's bytes are gone than of the day.
   */
  public boolean sparesBytes(long nowNs) {
    if (uplink.isEmpty() || !uplink.get().isAhead()) {
      return false;
    }
    for (int i = 0; i < spans.size(); i++) {
      if (!spans.get(i).brims(nowNs)) {
        return false;
      }
    }
    // without any limit on energy it is never short, and so never worth less
    return battery.isEmpty()
        ? !spans.isEmpty()
        : battery.get().sustainableMilliW(nowNs) == Double.POSITIVE_INFINITY;
  }

  /** The least that can be spent at once in any span, nanojoules. */
  public long largestNanoJ() {
    long least = Long.MAX_VALUE;
    for (AveragePower span : spans) {
      least = Math.min(least, span.largestNanoJ());
    }
    return least;
  }

  /**
   * What the average powers bear beside a steady flow of answers from now on, nanojoules; infinite
   * without such a limit.
   *
   * @param nanoJPerNs the flow
   * @param heldNs how long the flow's first answers may be held back, to be spent then at once
   */
  public double spareNanoJ(long nowNs, double nanoJPerNs, long heldNs) {
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < spans.size(); i++) {
      least = Math.min(least, spans.get(i).spareNanoJ(nowNs, nanoJPerNs, heldNs));
    }
    return least;
  }

  /** What can be spent at once now, nanojoules, by the average powers; {@code MAX_VALUE}: any. */
  public long leftNanoJ(long nowNs) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < spans.size(); i++) {
      least = Math.min(least, spans.get(i).leftNanoJ(nowNs));
    }
    return least;
  }

  /**
   * The instruments say so: the model follows the meter, what was spent beyond what was charged is
   * entered, heat and battery are as measured.
   */
  public void observe(long nowNs, Readings readings) {
    double elapsedNs = nowNs - lastReadingNs;
    listenedNs += listeningWithin(nowNs);
    listensFromNs = Math.max(listensFromNs, nowNs);
    long listened = Math.round(listenedNs * tailMilliW / 1e3);
    listenedNs = 0;
    model.transferred(listened);
    chargedSinceNanoJ += listened * model.radioFactor();
    if (!Double.isNaN(readings.milliW()) && read && elapsedNs > 0) {
      double measured = readings.milliW() / 1e3 * elapsedNs;
      double beyond = measured - idleUpperMilliW / 1e3 * elapsedNs - chargedSinceNanoJ;
      model.measured(elapsedNs, idleMilliW / 1e3 * elapsedNs, measured);
      if (beyond > 0) {
        enterBeyond(nowNs, charge.of((long) Math.ceil(beyond), 0, 0));
      }
      idleUpperMilliW = idleMilliW * model.idleFactor();
      for (int i = 0; i < all.size(); i++) {
        all.get(i).idleIs(nowNs, idleUpperMilliW);
      }
    }
    read = true;
    lastReadingNs = nowNs;
    chargedSinceNanoJ = 0;
    if (heat.isPresent() && !Double.isNaN(readings.celsius())) {
      heat.get().observe(nowNs, readings.celsius());
    }
    if (battery.isPresent() && !Double.isNaN(readings.batteryMilliJ())) {
      double pendingNs = Math.max(0, listensUntilNs - nowNs);
      double pendingMilliJ = pendingNs * tailMilliW * model.radioFactor() / 1e9;
      battery.get().observe(nowNs, readings.batteryMilliJ(), pendingMilliJ);
    }
  }

  /**
   * Puts down the day's count if it must be.
   *
   * @throws IOException if that fails; less is allowed then
   */
  public void renew() throws IOException {
    if (uplink.isPresent()) {
      uplink.get().renew();
    }
  }

  /** Bytes of this day so far; 0 without such a limit. */
  public long uplinkBytes() {
    return uplink.isPresent() ? uplink.get().used() : 0;
  }

  /** Degrees Celsius now, measured or reckoned; NaN without such a limit. */
  public double celsius(long nowNs) {
    return heat.isPresent() ? heat.get().celsius(nowNs) : Double.NaN;
  }

  /** What is in the battery, millijoules; NaN without such a limit. */
  public double batteryMilliJ(long nowNs) {
    return battery.isPresent() ? battery.get().leftMilliJ(nowNs) : Double.NaN;
  }

  /** What the idle board takes, milliwatts, as modelled. */
  public double idleMilliW() {
    return idleMilliW;
  }

  /** What came of the limits so far. */
  public BudgetUse use() {
    List<BudgetUse.Span> used = new ArrayList<>();
    long overdrafts = 0;
    for (int i = 0; i < spans.size(); i++) {
      AveragePower span = spans.get(i);
      double above = span.peakNanoJ() / (double) span.windowNs() * 1e3;
      used.add(
          new BudgetUse.Span(
              powerLimits.get(i).milliW(), span.windowNs(), above + idleUpperMilliW));
      overdrafts += span.overdrafts();
    }
    return new BudgetUse(
        idleMilliW,
        spentNanoJ / 1e6,
        used,
        overdrafts,
        battery.map(b -> OptionalDouble.of(b.leastMilliJ())).orElse(OptionalDouble.empty()),
        heat.map(h -> OptionalDouble.of(h.hottestCelsius())).orElse(OptionalDouble.empty()),
        uplink.map(u -> OptionalLong.of(u.mostUsed())).orElse(OptionalLong.empty()),
        model.measurements(),
        model.ratio());
  }
}
