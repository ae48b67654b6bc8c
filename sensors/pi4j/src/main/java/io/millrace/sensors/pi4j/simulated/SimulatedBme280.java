package io.millrace.sensors.pi4j.simulated;

import java.util.Arrays;

/**
 * BME280 with the trimming parameters of Bosch's worked example, and its converters' raw values.
 */
public final class SimulatedBme280 extends RegisterDevice {
  /** BMP280, BST-BMP280-DS001, §3.12: dig_T1 to dig_T3 and dig_P1 to dig_P9. */
  private static final int[] TRIM = {
    27504, 26435, -1000, 36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000
  };

  /** dig_H1 to dig_H6 of a chip as they are sold; Bosch gives no example. */
  private static final int[] HUMIDITY_TRIM = {75, 370, 0, 313, 50, 30};

  private final int[] registers = new int[256];
  private int id = 0x60;
  private int rawTemperature = 519_888;
  private int rawPressure = 415_148;
  private int rawHumidity = 28_000;

  /** Just switched on: it sleeps. */
  public SimulatedBme280() {
    powerOn();
  }

  /** What the converters give: 20, 20 and 16 bits. */
  public void raw(int temperature, int pressure, int humidity) {
    rawTemperature = temperature;
    rawPressure = pressure;
    rawHumidity = humidity;
  }

  /** Another chip of the family, or none: what the id register holds. */
  public void id(int id) {
    this.id = id;
  }

  @Override
  protected void powerOn() {
    Arrays.fill(registers, 0);
    registers[0xF7] = 0x80; // nothing measured yet
    registers[0xFA] = 0x80;
    registers[0xFD] = 0x80;
    for (int i = 0; i < TRIM.length; i++) {
      registers[0x88 + 2 * i] = TRIM[i] & 0xFF;
      registers[0x89 + 2 * i] = TRIM[i] >> 8 & 0xFF;
    }
    int[] h = HUMIDITY_TRIM;
    registers[0xA1] = h[0];
    registers[0xE1] = h[1] & 0xFF;
    registers[0xE2] = h[1] >> 8;
    registers[0xE3] = h[2];
    registers[0xE4] = h[3] >> 4;
    registers[0xE5] = (h[3] & 0x0F) | (h[4] & 0x0F) << 4;
    registers[0xE6] = h[4] >> 4;
    registers[0xE7] = h[5];
  }

  /** §6.3: bit 7 of a number is left out on SPI; every register of this chip has it. */
  @Override
  protected int spiRegister(int number) {
    return number | 0x80;
  }

  @Override
  protected int register(int number) {
    if (number == 0xD0) {
      return id;
    }
    if (number >= 0xF7 && (registers[0xF4] & 3) == 3) {
      return switch (number) {
        case 0xF7 -> rawPressure >> 12;
        case 0xF8 -> rawPressure >> 4 & 0xFF;
        case 0xF9 -> rawPressure << 4 & 0xF0;
        case 0xFA -> rawTemperature >> 12;
        case 0xFB -> rawTemperature >> 4 & 0xFF;
        case 0xFC -> rawTemperature << 4 & 0xF0;
        case 0xFD -> rawHumidity >> 8;
        case 0xFE -> rawHumidity & 0xFF;
        default -> 0;
      };
    }
    return registers[number];
  }

  @Override
  protected void setRegister(int number, int value) {
    if (number == 0xE0 && value == 0xB6) {
      powerOn();
    } else if (number == 0xF2 || number == 0xF4 || number == 0xF5) {
      registers[number] = value;
    }
  }
}
