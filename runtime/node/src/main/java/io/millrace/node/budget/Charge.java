package io.millrace.node.budget;

/**
 * What an answer takes at most. Changed and used again for each decision; whoever is handed one
 * keeps nothing of it.
 */
public final class Charge {
  private long energyNanoJ;
  private double addedMilliW;
  private long sentBytes;

  /**
   * Says what it is.
   *
   * @param energyNanoJ energy above idle, nanojoules
   * @param addedMilliW power above idle while it lasts, milliwatts
   * @param sentBytes bytes that leave the board
   */
  public Charge of(long energyNanoJ, double addedMilliW, long sentBytes) {
    if (energyNanoJ < 0 || sentBytes < 0) {
      throw new IllegalArgumentException(
          "a charge of " + energyNanoJ + " nJ and " + sentBytes + " bytes");
    }
    this.energyNanoJ = energyNanoJ;
    this.addedMilliW = addedMilliW;
    this.sentBytes = sentBytes;
    return this;
  }

  /** Energy above idle, nanojoules. */
  public long energyNanoJ() {
    return energyNanoJ;
  }

  /** Power above idle while it lasts, milliwatts. */
  public double addedMilliW() {
    return addedMilliW;
  }

  /** Bytes that leave the board. */
  public long sentBytes() {
    return sentBytes;
  }
}
