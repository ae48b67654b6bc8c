package io.millrace.node.budget;

/**
 * Energy that may be spent above idle: a token bucket whose rate is the average power, together
 * with a ledger of the last span.
 *
 * <p>A token bucket alone does not hold an average: full at the start, it lets through its capacity
 * and, within the same span, all that flows in. So the ledger adds up what was spent within the
 * span that ends now, and nothing is admitted beyond {@code power x span}.
 *
 * <p>Why that suffices: take any span from s to s + W, and the last spending that begins in it, at
 * t. Whatever else touches the span ended after s, hence after t - W, and was still in the ledger
 * at t, when all of it together with the spending at t was at most {@code power x W}. A spending
 * counts from its decision and leaves the ledger W after its end. Neighbours closer than a
 * thousandth of W share an entry that leaves with the later of them: the sum may count too much,
 * never too little.
 *
 * <p>Times must not go back; a moment before the last one is taken for the last one.
 */
public final class AveragePower implements Account {
  private static final int PARTS = 1024;

  /** From this share of the bucket on, what flows in counts as about to flow over. */
  private static final double BRIM = 0.5;

  private static final int ENTRIES = PARTS + 8;

  private final boolean limited;
  private final double limitMilliW;
  private final long windowNs;
  private final long granuleNs;
  private final double wantedBurstNanoJ;
  private double refillNanoJPerNs;
  private long capacityNanoJ;
  private double burstNanoJ;
  private final long[] endNs = new long[ENTRIES];
  private final long[] nanoJ = new long[ENTRIES];
  private int head;
  private int count;
  private long newestFirstEndNs;
  private long keptNanoJ;
  private long inWindowNanoJ;
  private double tokensNanoJ;
  private boolean started;
  private long nowNs;
  private long peakNanoJ;
  private long totalNanoJ;
  private long overdrafts;

  /**
   * A span's limit.
   *
   * @param limitMilliW average power, the idle board included; infinite for no limit
   * @param idleMilliW what the idle board takes
   * @param windowNs the span over which it is averaged
   * @param burstMilliJ capacity of the bucket, at most that of a span
   */
  public AveragePower(double limitMilliW, double idleMilliW, long windowNs, double burstMilliJ) {
    limited = Double.isFinite(limitMilliW);
    this.limitMilliW = limitMilliW;
    this.windowNs = windowNs;
    granuleNs = Math.max(1, windowNs / PARTS);
    wantedBurstNanoJ = burstMilliJ * 1e6;
    reckon(idleMilliW);
    tokensNanoJ = burstNanoJ;
  }

  private void reckon(double idleMilliW) {
    double nanoJPerNs = Math.max(0, limitMilliW - idleMilliW) / 1e3;
    capacityNanoJ = limited ? (long) Math.floor(nanoJPerNs * windowNs) : Long.MAX_VALUE;
    burstNanoJ = Math.min(wantedBurstNanoJ, (double) capacityNanoJ);
    // a full bucket and all that flows in within a span are then just what it may take: spending
    // never runs into the ledger's end, behind which nothing at all could be answered for a while
    boolean small = burstNanoJ <= capacityNanoJ / 4.0;
    refillNanoJPerNs = small ? nanoJPerNs - burstNanoJ / windowNs : nanoJPerNs;
    tokensNanoJ = Math.min(tokensNanoJ, burstNanoJ);
  }

  @Override
  public Limit limit() {
    return Limit.ENERGY;
  }

  @Override
  public void idleIs(long nowNs, double milliW) {
    advance(nowNs);
    reckon(milliW);
  }

  @Override
  public boolean allows(long nowNs, Charge charge) {
    return charge.energyNanoJ() + keptNanoJ <= leftNanoJ(nowNs);
  }

  @Override
  public long possibleAtNs(long nowNs, Charge charge) {
    return affordableAtNs(nowNs, charge.energyNanoJ() + keptNanoJ);
  }

  @Override
  public void take(long nowNs, Charge charge) {
    advance(nowNs);
    enter(charge.energyNanoJ());
  }

  @Override
  public double sustainableMilliW(long nowNs) {
    return limited ? refillNanoJPerNs * 1e3 : Double.POSITIVE_INFINITY;
  }

  /** The most that can ever be spent at once. */
  public long largestNanoJ() {
    return limited ? (long) burstNanoJ : Long.MAX_VALUE;
  }

  /** What can be spent at {@code now}. */
  public long leftNanoJ(long now) {
    advance(now);
    return limited
        ? Math.max(0, Math.min((long) tokensNanoJ, capacityNanoJ - inWindowNanoJ))
        : Long.MAX_VALUE;
  }

  /**
   * What can be spent at once without ever being in the way of a steady flow of spendings from now
   * on; below 0 if the flow alone is more than the span bears.
   *
   * <p>A flow that has run for x takes {@code flow x}, and what was spent before is in the ledger
   * until it leaves: what is spare is the least that is left at the moments just before an entry
   * leaves, and when a span is full of the flow alone, together with what of it was held back. The
   * bucket must hold what was held back, and be filled as fast as the flow.
   *
   * @param nanoJPerNs the flow
   * @param heldNs how long its first spendings may be held back, to come at once then
   */
  double spareNanoJ(long now, double nanoJPerNs, long heldNs) {
    advance(now);
    if (!limited) {
      return Double.POSITIVE_INFINITY;
    }
    double spare = capacityNanoJ - nanoJPerNs * (windowNs + heldNs + granuleNs);
    spare = Math.min(spare, burstNanoJ - nanoJPerNs * heldNs);
    spare = Math.min(spare, tokensNanoJ - Math.max(0, nanoJPerNs - refillNanoJPerNs) * windowNs);
    long still = inWindowNanoJ;
    for (int i = 0; i < count; i++) {
      int entry = (head + i) % ENTRIES;
      // what is spent next may share the newest entry and so keep it longer
      long leavesAfterNs = endNs[entry] + granuleNs + windowNs - nowNs;
      spare = Math.min(spare, capacityNanoJ - still - nanoJPerNs * leavesAfterNs);
      still -= nanoJ[entry];
    }
    return spare - keptNanoJ;
  }

  /** Whether what flows in finds little room, and is lost if nothing is spent soon. */
  boolean brims(long now) {
    advance(now);
    return tokensNanoJ >= BRIM * burstNanoJ && limited;
  }

  /** Spends if {@link #leftNanoJ} allows. */
  public boolean spend(long now, long amountNanoJ) {
    if (amountNanoJ > leftNanoJ(now)) {
      return false;
    }
    enter(amountNanoJ);
    return true;
  }

  @Override
  public void endedAt(long now, long tailEndNs) {
    advance(now);
    if (count > 0) {
      endNs[newest()] = Math.max(nowNs, Math.max(endNs[newest()], tailEndNs));
    }
  }

  /** So much can always be spent on top: by what cannot be refused. */
  void keepFor(long nanoJ) {
    keptNanoJ = nanoJ;
  }

  /** Enters what turned out to be spent beyond what was admitted; later spendings pay for it. */
  public void overdraw(long now, long amountNanoJ) {
    advance(now);
    enter(amountNanoJ);
    overdrafts += limited && inWindowNanoJ > capacityNanoJ ? 1 : 0;
  }

  /**
   * The first moment at which {@code amountNanoJ} can be spent if nothing else is; {@link
   * Long#MAX_VALUE} if that never comes.
   */
  public long affordableAtNs(long now, long amountNanoJ) {
    if (amountNanoJ <= leftNanoJ(now)) {
      return nowNs;
    }
    if (amountNanoJ > largestNanoJ()) {
      return Long.MAX_VALUE;
    }
    double waitNs = Math.max(0, Math.ceil((amountNanoJ - tokensNanoJ) / refillNanoJPerNs));
    if (!(waitNs < 1e18)) {
      return Long.MAX_VALUE;
    }
    long at = nowNs + (long) waitNs;
    long sum = inWindowNanoJ;
    for (int i = 0; i < count && sum + amountNanoJ > capacityNanoJ; i++) {
      int entry = (head + i) % ENTRIES;
      sum -= nanoJ[entry];
      at = Math.max(at, endNs[entry] + windowNs);
    }
    return at;
  }

  private void advance(long now) {
    if (!started) {
      started = true;
      nowNs = now;
    }
    long elapsed = now - nowNs;
    if (elapsed <= 0) {
      return;
    }
    nowNs = now;
    if (limited) {
      tokensNanoJ = Math.min(burstNanoJ, tokensNanoJ + elapsed * refillNanoJPerNs);
    }
    while (count > 0 && nowNs - endNs[head] >= windowNs) {
      inWindowNanoJ -= nanoJ[head];
      head = (head + 1) % ENTRIES;
      count--;
    }
  }

  private void enter(long amountNanoJ) {
    tokensNanoJ -= limited ? amountNanoJ : 0;
    inWindowNanoJ += amountNanoJ;
    totalNanoJ += amountNanoJ;
    peakNanoJ = Math.max(peakNanoJ, inWindowNanoJ);
    if (count == 0 || (nowNs - newestFirstEndNs >= granuleNs && count < ENTRIES)) {
      int entry = (head + count++) % ENTRIES;
      nanoJ[entry] = amountNanoJ;
      endNs[entry] = nowNs;
      newestFirstEndNs = nowNs;
    } else {
      nanoJ[newest()] += amountNanoJ;
    }
    endNs[newest()] = Math.max(nowNs, endNs[newest()]);
  }

  private int newest() {
    return (head + count - 1) % ENTRIES;
  }

  /** Spent so far. */
  public long totalNanoJ() {
    return totalNanoJ;
  }

  /** The most that was spent within one span so far. */
  public long peakNanoJ() {
    return peakNanoJ;
  }

  /** What a span may take; {@link Long#MAX_VALUE} without a limit. */
  public long capacityNanoJ() {
    return capacityNanoJ;
  }

  /** The span, nanoseconds. */
  public long windowNs() {
    return windowNs;
  }

  /** How often more was spent than was admitted, and a span's limit broken by it. */
  public long overdrafts() {
    return overdrafts;
  }
}
