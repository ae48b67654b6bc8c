package io.millrace.sensors.power;

import static io.millrace.sensors.power.PowerMetersTest.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetersTest {
  private static final long SECOND_NS = 1_000_000_000L;

  @TempDir Path root;
  private FakeMachine machine;

  @BeforeEach
  void machine() {
    machine = new FakeMachine(root);
  }

  @Test
  void shouldReadMicrowattsOfHwmonWithTheirLabel() throws Exception {
    machine.hwmon(3, "ina226", "power1_input", "2345678");
    machine.file("sys/class/hwmon/hwmon3/power1_label", "solar");
    PowerMeter meter = machine.only();
    assertEquals(2345.678, meter.averageMilliW(), 1e-9);
    assertTrue(meter.name().startsWith("hwmon ina226 solar ("), meter.name());
    assertFalse(meter.countsEnergy());
  }

  @Test
  void shouldAverageACounterOverTheTimeSinceTheLastCall() throws Exception {
    machine.hwmon(0, "ltc2947", "energy1_input", "5000000");
    PowerMeter meter = machine.only();
    assertTrue(meter.countsEnergy());
    machine.clock.advance(2 * SECOND_NS);
    machine.hwmon(0, "ltc2947", "energy1_input", "11000000");
    assertEquals(3000, meter.averageMilliW(), 1e-9);
    assertEquals(3000, meter.averageMilliW(), 1e-9, "asked again in the same moment");
    machine.clock.advance(SECOND_NS);
    assertEquals(0, meter.averageMilliW(), 1e-9);
    machine.clock.advance(SECOND_NS);
    machine.hwmon(0, "ltc2947", "energy1_input", "1000");
    assertFails("went back from 11000000 to 1000", meter);
    assertFails("counting starts anew", meter);
    machine.clock.advance(SECOND_NS);
    machine.hwmon(0, "ltc2947", "energy1_input", "501000");
    assertEquals(500, meter.averageMilliW(), 1e-9);
  }

  @Test
  void shouldAddPackagesAndCountThroughTheirWrap() throws Exception {
    machine.rapl("intel-rapl:0", "package-0", "262143000000");
    machine.rapl("intel-rapl:1", "package-1", "1000000");
    machine.rapl("intel-rapl:0:0", "core", "77");
    PowerMeter meter = machine.only();
    assertEquals("RAPL package-0 + package-1", meter.name());
    machine.clock.advance(SECOND_NS);
    machine.rapl("intel-rapl:0", "package-0", "1671150");
    machine.rapl("intel-rapl:1", "package-1", "4000000");
    // 328,850 to the end of the range and 1,671,150 behind it, beside 3,000,000
    assertEquals(5000, meter.averageMilliW(), 1e-9);
  }

  @Test
  void shouldMultiplyCurrentAndVoltageOfABatteryWhateverTheSign() throws Exception {
    for (String microA : new String[] {"-500000", "500000"}) {
      machine.battery("status", "Discharging", "current_now", microA, "voltage_now", "3700000");
      assertEquals(1850, machine.only().averageMilliW(), 1e-9);
    }
    machine.battery("power_now", "2000000");
    assertEquals(2000, machine.only().averageMilliW(), 1e-9);
  }

  @Test
  void shouldNotTakeChargingForTheBoardsPower() throws Exception {
    machine.battery("status", "Charging", "current_now", "900000", "voltage_now", "4100000");
    PowerMeter meter = machine.only();
    assertFails("battery BAT0 is Charging", meter);
    machine.battery("status", "Unknown");
    assertFails("of unknown state", meter);
    machine.battery("current_now", "-900000");
    assertEquals(3690, meter.averageMilliW(), 1e-9);
    machine.battery("status", "Discharging");
    assertEquals(3690, meter.averageMilliW(), 1e-9);
  }

  @Test
  void shouldGaugeABattery() throws Exception {
    machine.battery("status", "Not charging", "capacity", "73");
    BatteryGauge gauge = PowerMeters.battery(root).orElseThrow();
    assertEquals(0.73, gauge.chargeShare());
    assertEquals(BatteryGauge.State.RESTING, gauge.state());
    assertTrue(Double.isNaN(gauge.remainingMilliJ()));
    machine.battery("charge_now", "1500000", "voltage_min_design", "3700000");
    gauge = PowerMeters.battery(root).orElseThrow();
    // 1.5 Ah at 3.7 V
    assertEquals(1.5 * 3.7 * 3600 * 1e3, gauge.remainingMilliJ(), 1e-3);
    machine.battery("energy_now", "5000000");
    gauge = PowerMeters.battery(root).orElseThrow();
    assertEquals(5 * 3600 * 1e3, gauge.remainingMilliJ(), 1e-3);
    machine.battery("capacity", "130");
    assertThrows(IOException.class, gauge::chargeShare);
    for (String[] state :
        new String[][] {
          {"Charging", "CHARGING"},
          {"Full", "FULL"},
          {"Discharging", "DISCHARGING"},
          {"Unknown", "UNKNOWN"},
          {"Charging slowly", "UNKNOWN"}
        }) {
      machine.battery("status", state[0]);
      assertEquals(BatteryGauge.State.valueOf(state[1]), gauge.state());
    }
  }

  @Test
  void shouldPassOverBatteriesOfOtherDevices() throws Exception {
    machine.battery("status", "Discharging", "power_now", "1", "capacity", "9", "scope", "Device");
    assertTrue(machine.found().meters().isEmpty());
    assertTrue(PowerMeters.battery(root).isEmpty());
    machine.battery("scope", "System", "present", "0");
    assertTrue(machine.found().meters().isEmpty());
    machine.battery("present", "1");
    assertEquals(1, machine.found().meters().size());
  }

  /** In the format of the Raspberry Pi 5's firmware; currents and voltages are made up. */
  private static final String PMIC =
      """
      3V7_WL_SW_A current(0)=0.10000000A
        3V3_SYS_A current(1)=0.20000000A
       VDD_CORE_A current(7)=2.00000000A
        3V3_DAC_A current(17)=0.00000000A
           HDMI_A current(22)=0.01000000A
      3V7_WL_SW_V volt(8)=3.70000000V
        3V3_SYS_V volt(9)=3.30000000V
       VDD_CORE_V volt(15)=0.75000000V
        3V3_DAC_V volt(20)=3.30000000V
           HDMI_V volt(23)=5.00000000V
          EXT5V_V volt(24)=5.10000000V
           BATT_V volt(25)=nanV\
      """;

  @Test
  void shouldSumTheRailsOfThePmic() throws Exception {
    machine.vcgencmd();
    machine.firmware("pmic_read_adc", PMIC);
    PowerMeter meter = machine.only();
    assertEquals(370 + 660 + 1500 + 50, meter.averageMilliW(), 1e-6);
    assertEquals(PowerMeter.Scope.PART, meter.scope());
    machine.firmware("pmic_read_adc", PMIC.replace("VDD_CORE_V", "VDD_OTHER_V"));
    assertEquals(370 + 660 + 50, meter.averageMilliW(), 1e-6, "a rail without a voltage");
    machine.firmware("pmic_read_adc", "EXT5V_V volt(24)=5.10000000V");
    assertFails("no rail with current and voltage", meter);
  }
}
