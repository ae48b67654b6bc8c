package io.millrace.sensors.pi4j;

import io.millrace.sensors.SensorContract;
import io.millrace.sensors.pi4j.settings.Ads1115Settings;
import io.millrace.sensors.pi4j.settings.Adxl345Settings;
import io.millrace.sensors.pi4j.settings.Bme280Settings;
import io.millrace.sensors.pi4j.settings.ChipSettings;
import io.millrace.sensors.pi4j.settings.Ds18b20Settings;
import io.millrace.sensors.pi4j.settings.LevelSettings;
import io.millrace.sensors.pi4j.settings.Mcp3008Settings;
import io.millrace.sensors.pi4j.settings.MotionSettings;
import io.millrace.sensors.pi4j.settings.PowerChipSettings;
import io.millrace.sensors.pi4j.simulated.Signal;
import io.millrace.sensors.pi4j.simulated.SimulatedAds1115;
import io.millrace.sensors.pi4j.simulated.SimulatedAdxl345;
import io.millrace.sensors.pi4j.simulated.SimulatedBme280;
import io.millrace.sensors.pi4j.simulated.SimulatedDs18b20;
import io.millrace.sensors.pi4j.simulated.SimulatedIcm20948;
import io.millrace.sensors.pi4j.simulated.SimulatedIna;
import io.millrace.sensors.pi4j.simulated.SimulatedMcp3008;
import io.millrace.sensors.pi4j.simulated.SimulatedMpu6050;
import io.millrace.sensors.power.PowerMeter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Every chip keeps the contract of sensors, with buses that take time. */
class ChipContractTest {
  /** Opens one chip for each test. */
  abstract static class OfChip extends SensorContract {
    private final List<Rig> rigs = new java.util.ArrayList<>();

    abstract ChipSettings plug(Rig rig) throws Exception;

    double rateTolerance() {
      return 0;
    }

    long bytesPerSample() {
      return 0;
    }

    @Override
    protected Subject subject() throws Exception {
      Rig rig = new Rig();
      rigs.add(rig);
      ChipSettings settings = plug(rig);
      rig.machine.i2c(1).speed(400_000);
      return new Subject(rig.open(settings), rig.clock, rateTolerance(), bytesPerSample());
    }

    @AfterEach
    void closeBoards() {
      rigs.forEach(Rig::close);
    }
  }

  @Nested
  class OfAdxl345 extends OfChip {
    @Override
    ChipSettings plug(Rig rig) {
      rig.machine.i2c(1).plug(0x53, new SimulatedAdxl345(rig.clock, 1.013, Signal.COUNTING));
      return new Adxl345Settings(Rig.AT_53, 1600, 16);
    }

    @Override
    double rateTolerance() {
      return 0.015;
    }
  }

  @Nested
  class OfAdxl345OnSpi extends OfChip {
    @Override
    ChipSettings plug(Rig rig) {
      rig.machine.spi(0, 0, new SimulatedAdxl345(rig.clock, 0.984, Signal.COUNTING).onSpi());
      return new Adxl345Settings(Rig.SPI_0, 3200, 8);
    }

    @Override
    double rateTolerance() {
      return 0.02;
    }
  }

  @Nested
  class OfMpu6050 extends OfChip {
    @Override
    ChipSettings plug(Rig rig) {
      rig.machine.i2c(1).plug(0x68, new SimulatedMpu6050(rig.clock, 1.009, Signal.COUNTING));
      return new MotionSettings(MotionSettings.Model.MPU6050, Rig.AT_68, 500, 4, 500);
    }

    @Override
    double rateTolerance() {
      return 0.01;
    }
  }

  @Nested
  class OfIcm20948 extends OfChip {
    @Override
    ChipSettings plug(Rig rig) {
      rig.machine.i2c(1).plug(0x68, new SimulatedIcm20948(rig.clock, 0.977, Signal.COUNTING));
      return new MotionSettings(MotionSettings.Model.ICM20948, Rig.AT_68, 1125, 4, 500);
    }

    @Override
    double rateTolerance() {
      return 0.025;
    }
  }

  @Nested
  class OfIcm20948OnSpi extends OfChip {
    @Override
    ChipSettings plug(Rig rig) {
      rig.machine.spi(0, 0, new SimulatedIcm20948(rig.clock, 1.018, Signal.COUNTING).onSpi());
      return new MotionSettings(MotionSettings.Model.ICM20948, Rig.SPI_0, 1125, 4, 500);
    }

    @Override
    double rateTolerance() {
      return 0.02;
    }
  }

  @Nested
  class OfBme280OnSpi extends OfChip {
    @Override
    ChipSettings plug(Rig rig) {
      rig.machine.spi(0, 0, new SimulatedBme280().onSpi());
      return new Bme280Settings(Rig.SPI_0, 25);
    }
  }

  @Nested
  class OfBme280 extends OfChip {
    @Override
    ChipSettings plug(Rig rig) {
      rig.machine.i2c(1).plug(0x76, new SimulatedBme280());
      return new Bme280Settings(Rig.AT_76, 25);
    }
  }

  @Nested
  class OfAds1115 extends OfChip {
    @Override
    ChipSettings plug(Rig rig) {
      rig.machine.i2c(1).plug(0x48, new SimulatedAds1115(rig.clock));
      return new Ads1115Settings(Rig.AT_48, 150, List.of(0, 1, 2, 3), 4.096);
    }
  }

  @Nested
  class OfMcp3008 extends OfChip {
    @Override
    ChipSettings plug(Rig rig) {
      rig.machine.spi(0, 0, new SimulatedMcp3008());
      return new Mcp3008Settings(Rig.SPI_0, 1000, List.of(7, 0), 3.3);
    }
  }

  @Nested
  class OfIna219 extends OfChip {
    @Override
    ChipSettings plug(Rig rig) {
      PowerChipSettings.Model model = PowerChipSettings.Model.INA219;
      rig.machine.i2c(1).plug(0x40, new SimulatedIna(model, 0.1));
      return new PowerChipSettings(model, Rig.AT_40, 100, 0.1, 3.2, PowerMeter.Scope.BOARD);
    }
  }

  @Nested
  class OfIna226 extends OfChip {
    @Override
    ChipSettings plug(Rig rig) {
      PowerChipSettings.Model model = PowerChipSettings.Model.INA226;
      rig.machine.i2c(1).plug(0x40, new SimulatedIna(model, 0.01));
      return new PowerChipSettings(model, Rig.AT_40, 50, 0.01, 8, PowerMeter.Scope.BATTERY);
    }
  }

  @Nested
  class OfDs18b20 extends OfChip {
    @TempDir Path devices;

    @Override
    ChipSettings plug(Rig rig) throws Exception {
      rig.machine.oneWire(devices);
      new SimulatedDs18b20(devices, "28-0316a2794aff").steps(0x0191);
      return new Ds18b20Settings("28-0316a2794aff", 1);
    }

    @Override
    long bytesPerSample() {
      return 30_000; // a file of the kernel is opened for each sample
    }
  }

  @Nested
  class OfALine extends OfChip {
    @Override
    ChipSettings plug(Rig rig) {
      return new LevelSettings("pir", 17, 20, 100, LevelSettings.Pull.DOWN, false);
    }
  }
}
