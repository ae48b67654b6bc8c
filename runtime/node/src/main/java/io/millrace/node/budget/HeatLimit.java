package io.millrace.node.budget;

/**
 * How hot the board may get.
 *
 * @param limitCelsius the most
 * @param ambientCelsius the warmest that its surroundings get
 * @param kelvinPerWatt thermal resistance from the processor to them
 * @param joulePerKelvin thermal capacity of what warms with it
 */
public record HeatLimit(
    double limitCelsius, double ambientCelsius, double kelvinPerWatt, double joulePerKelvin) {
  public HeatLimit {
    if (!(limitCelsius > ambientCelsius) || limitCelsius > 150 || ambientCelsius < -60) {
      throw new IllegalArgumentException(
          "temperature limit of %s C in surroundings of up to %s C: it must be above, at most 150, and they at least -60"
              .formatted(limitCelsius, ambientCelsius));
    }
    if (!(kelvinPerWatt > 0) || !(joulePerKelvin > 0)) {
      throw new IllegalArgumentException(
          "thermal resistance of %s K/W and capacity of %s J/K must be above 0"
              .formatted(kelvinPerWatt, joulePerKelvin));
    }
  }
}
