package io.millrace.sensors.power;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The power management chip of the Raspberry Pi 5, by {@code vcgencmd pmic_read_adc}: the sum of
 * current times voltage over the rails that it makes, a line each,
 *
 * <pre>
 *   VDD_CORE_A current(7)=0.75012000A
 *   VDD_CORE_V volt(15)=0.72078200V
 * </pre>
 *
 * where rails are paired by name, the numbers in brackets are the chip's channels. The supply
 * ({@code EXT5V_V}) and the clock's battery have a voltage, but no current: whatever hangs on 5 V
 * itself, USB devices, fan and HATs, is not measured, nor what the chip loses in converting. It is
 * a part of the board therefore. Against a meter at the socket others fitted 1.145 times the sum
 * and 0.59 W (pitop, guide to power; the fit is from a board without devices).
 */
final class PmicMeter implements PowerMeter {
  private static final Pattern RAIL =
      Pattern.compile(
          "^\\s*(\\w{1,32})_([AV])\\s+(?:current|volt(?:age)?)\\(\\d{1,3}\\)=(\\d{1,6}\\.\\d{1,12})\\2\\s*$",
          Pattern.MULTILINE);

  private final FirmwareCommand command;

  private PmicMeter(FirmwareCommand command) {
    this.command = command;
  }

  /**
   * Opens the meter.
   *
   * @throws IOException if the firmware does not know the question: only that of the Raspberry Pi 5
   *     does
   */
  static PmicMeter open(FirmwareCommand command) throws IOException {
    PmicMeter meter = new PmicMeter(command);
    meter.averageMilliW();
    return meter;
  }

  @Override
  public String name() {
    return "Raspberry Pi 5 PMIC, its own rails without what hangs on 5 V";
  }

  @Override
  public Scope scope() {
    return Scope.PART;
  }

  @Override
  public double averageMilliW() throws IOException {
    return milliW(command.ask("pmic_read_adc"));
  }

  /**
   * The sum over all rails of which current and voltage are known, in milliwatts.
   *
   * @throws IOException if there is none
   */
  static double milliW(String text) throws IOException {
    Map<String, Double> amperes = new HashMap<>();
    Map<String, Double> volts = new HashMap<>();
    Matcher m = RAIL.matcher(text);
    while (m.find()) {
      (m.group(2).equals("A") ? amperes : volts).put(m.group(1), Double.parseDouble(m.group(3)));
    }
    double watts = 0;
    int rails = 0;
    for (Map.Entry<String, Double> rail : amperes.entrySet()) {
      Double volt = volts.get(rail.getKey());
      if (volt != null) {
        watts += rail.getValue() * volt;
        rails++;
      }
    }
    if (rails == 0) {
      throw new IOException(
          "pmic_read_adc shows no rail with current and voltage: \""
              + FirmwareCommand.abridged(text)
              + "\"");
    }
    return watts * 1e3;
  }

  @Override
  public void close() {}
}
