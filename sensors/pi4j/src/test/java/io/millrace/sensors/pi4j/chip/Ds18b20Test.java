package io.millrace.sensors.pi4j.chip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.pi4j.Rig;
import io.millrace.sensors.pi4j.settings.Ds18b20Settings;
import io.millrace.sensors.pi4j.simulated.SimulatedDs18b20;
import io.millrace.sensors.pi4j.stream.ChipSensor;
import io.millrace.sensors.pi4j.stream.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Ds18b20Test {
  private static final String SERIAL = "28-0316a2794aff";
  @TempDir Path devices;
  private final Rig rig = new Rig();

  @BeforeEach
  void wire() {
    rig.machine.oneWire(devices);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  /** Data sheet, table 1, temperature and data. */
  @ParameterizedTest
  @CsvSource({
    "0x07D0,125",
    "0x0550,85",
    "0x0191,25.0625",
    "0x00A2,10.125",
    "0x0008,0.5",
    "0x0000,0",
    "0xFFF8,-0.5",
    "0xFF5E,-10.125",
    "0xFE6F,-25.0625",
    "0xFC90,-55"
  })
  void shouldReadTheTableOfTheDataSheet(String raw, float celsius) throws Exception {
    new SimulatedDs18b20(devices, SERIAL).steps((short) (int) Integer.decode(raw));
    try (ChipSensor sensor = rig.open(new Ds18b20Settings(SERIAL, 1))) {
      SampleBlock block = Rig.block(sensor, 1);
      sensor.read(block);
      assertEquals(celsius, block.values()[0]);
    }
  }

  /** A file as the kernel writes it: 23.125 degrees. */
  @Test
  void shouldReadAFileOfTheKernel() throws Exception {
    String text = "72 01 4b 46 7f ff 0e 10 57 : crc=57 YES\n72 01 4b 46 7f ff 0e 10 57 t=23125\n";
    assertEquals(23.125f, Ds18b20.parse(devices, text));
  }

  /**
   * A bit that flips between the kernel's own check and its file, or a kernel that does not check.
   */
  @Test
  void shouldNotTakeTheKernelsWordForTheChecksum() {
    String text = "73 01 4b 46 7f ff 0e 10 57 : crc=57 YES\n73 01 4b 46 7f ff 0e 10 57 t=23187\n";
    assertThrows(IOException.class, () -> Ds18b20.parse(devices, text));
  }

  @Test
  void shouldRefuseAValueThatIsNone() throws Exception {
    SimulatedDs18b20 chip = new SimulatedDs18b20(devices, SERIAL);
    Ds18b20Settings settings = new Ds18b20Settings(SERIAL, 1);
    IOException missing = assertThrows(IOException.class, () -> rig.open(settings));
    assertTrue(missing.getMessage().contains("is the sensor wired"), missing.getMessage());
    chip.badContact(400);
    IOException crc = assertThrows(IOException.class, () -> rig.open(settings));
    assertTrue(crc.getMessage().contains("checksum"), crc.getMessage());
    chip.shorted();
    assertThrows(IOException.class, () -> rig.open(settings));
    chip.neverConverts();
    IOException supply = assertThrows(IOException.class, () -> rig.open(settings));
    assertTrue(supply.getMessage().contains("weak supply"), supply.getMessage());
    Files.writeString(devices.resolve(SERIAL).resolve("w1_slave"), "");
    assertThrows(IOException.class, () -> rig.open(settings));
  }

  @Test
  void shouldTakeTheKernelsWordWhereThereIsNoScratchpad() throws Exception {
    Path folder = Files.createDirectories(devices.resolve(SERIAL));
    Files.writeString(folder.resolve("temperature"), "-1062\n");
    try (ChipSensor sensor = rig.open(new Ds18b20Settings(SERIAL, 1))) {
      SampleBlock block = Rig.block(sensor, 1);
      sensor.read(block);
      assertEquals(-1.062f, block.values()[0]);
    }
    Files.writeString(folder.resolve("temperature"), "");
    assertThrows(IOException.class, () -> rig.open(new Ds18b20Settings(SERIAL, 1)));
  }

  @Test
  void shouldGiveUpOnASensorThatIsGoneAndGoOnWhenItIsBack() throws Exception {
    SimulatedDs18b20 chip = new SimulatedDs18b20(devices, SERIAL);
    chip.steps(400);
    try (ChipSensor sensor =
        rig.open(new Ds18b20Settings(SERIAL, 1), new Patience(20_000, 100, 2_000))) {
      SampleBlock block = Rig.block(sensor, 1);
      sensor.read(block);
      chip.unplug();
      assertThrows(IOException.class, () -> sensor.read(block));
      chip.steps(401);
      assertEquals(1, sensor.read(block));
      assertEquals(401 / 16f, block.values()[0]);
      assertTrue(block.missingBefore() >= 19, block.missingBefore() + " missing");
      assertEquals(0, sensor.overruns());
    }
  }
}
