package io.millrace.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileTextTest {
  private static final String WHOLE = whole();

  private static String whole() {
    StringBuilder text = new StringBuilder("# a board\nmillrace-profile 2\ntitle | A board\n");
    int value = 1;
    for (DeviceProfile.Key key : DeviceProfile.Key.values()) {
      text.append(key.word()).append(" | ").append(value++).append(" | modelled | made | up\n");
    }
    return text.toString();
  }

  private static String failure(String text) {
    return assertThrows(BadProfileException.class, () -> ProfileText.parse("b", text)).getMessage();
  }

  @Test
  void shouldReadEveryFigureWithProvenanceAndSource() throws Exception {
    DeviceProfile profile =
        ProfileText.parse(
            "b",
            WHOLE.replace(
                "cpu.clock-hz | 2 | modelled | made | up",
                "cpu.clock-hz | 1_500.5e6 | stated by the maker | the manual"));
    assertEquals("b", profile.id());
    assertEquals("A board", profile.title());
    assertEquals(
        new Figure(1500.5e6, Provenance.SPECIFIED, "the manual"),
        profile.figure(DeviceProfile.Key.CLOCK_HZ));
    assertEquals(
        new Figure(1, Provenance.MODELLED, "made | up"), profile.figure(DeviceProfile.Key.CORES));
    assertEquals(DeviceProfile.Key.values().length, profile.figures().size());
  }

  @Test
  void shouldReadBackWhatItWrites() throws Exception {
    for (String text :
        new String[] {WHOLE, WHOLE.replace("| 3 |", "| 2.5e9 |").replace("| 4 |", "| 0.125 |")}) {
      DeviceProfile profile = ProfileText.parse("b", text);
      assertEquals(profile, ProfileText.parse("b", ProfileText.format(profile)));
    }
  }

  @Test
  void shouldReadTheLowerClocks() throws Exception {
    String text =
        WHOLE.replace("cpu.clock-hz | 2 |", "cpu.clock-hz | 10 |")
            + "step | 8 | 5.5 | modelled | made | up\nstep | 4 | 2 | stated by the maker | s\n";
    DeviceProfile profile = ProfileText.parse("b", text);
    assertEquals(
        List.of(
            new FrequencyStep(4, new Figure(2, Provenance.SPECIFIED, "s")),
            new FrequencyStep(8, new Figure(5.5, Provenance.MODELLED, "made | up"))),
        profile.lowerSteps());
    assertEquals(profile, ProfileText.parse("b", ProfileText.format(profile)));
    assertTrue(
        failure(text + "step | 8.0 | 1 | modelled | s\n").contains("8.0 Hz stands here a second"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "cores | 1 |; cores | -1 |; value \"-1\"",
        "cores | 1 |; cores | 0x10 |; value \"0x10\"",
        "cores | 1 |; cores | NaN |; value \"NaN\"",
        "cores | 1 |; cores | 1e999 |; value \"1e999\"",
        "cores | 1 |; cores | 1__0 |; value \"1__0\"",
        "cores | 1 |; cores | 4d |; value \"4d\"",
        "cores | 1 |; cores | 0 |; cores is 0",
        "cores | 1 | modelled; cores | 1 | guessed; unknown provenance \"guessed\"",
        "cores | 1 | modelled | made | up; cores | 1 | modelled; not key | value",
        "cores | 1 | modelled | made | up; cores | 1 | modelled | ; not key | value",
        "cores |; kernels |; unknown key \"kernels\"",
        "cpu.clock-hz |; cores |; cores stands here a second time",
        "millrace-profile 2; millrace-profile 3; \"millrace-profile 3\" where",
        "millrace-profile 2; millrace-profile 1; write it again with calibrate",
        "title | A board; step | 1 | 1 | modelled; is not step | hertz",
        "title | A board; step | 0 | 1 | modelled | s; a step of 0 Hz",
        "title | A board; step | x | 1 | modelled | s; value \"x\"",
        "title | A board; step | 1 | 1 | guessed | s; unknown provenance",
        "title | A board; step | 2 | 1 | modelled | s; must be below cpu.clock-hz",
        "title | A board; step | 1 | 99 | modelled | s; not above power.active-core-milliw",
        "power.supply-milliw | 16; power.supply-milliw | 0; power.supply-milliw is 0",
        "title | A board; title; a title line is",
        "title | A board; # no title; ends without title",
      })
  void shouldSayWhatIsWrongAndWhere(String good, String bad, String words) {
    String message = failure(WHOLE.replace(good, bad.startsWith("step") ? good + "\n" + bad : bad));
    assertTrue(message.contains(words), message);
    assertTrue(message.startsWith("profile b, line "), message);
  }

  @Test
  void shouldNameAllMissingKeysAtOnce() {
    String message = failure("millrace-profile 2\ntitle | x\n");
    for (DeviceProfile.Key key : DeviceProfile.Key.values()) {
      assertTrue(message.contains(key.word()), message);
    }
    assertTrue(failure("").contains("ends without title"));
  }

  @Test
  void shouldRefuseAFileThatIsNoProfileBySize(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("big.profile"), new byte[1 << 17]);
    assertTrue(
        assertThrows(BadProfileException.class, () -> ProfileText.read(file))
            .getMessage()
            .contains("131072 bytes"));
  }

  @Test
  void shouldTakeTheIdFromTheFileName(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("mine.profile"), WHOLE);
    assertEquals("mine", ProfileText.read(file).id());
  }
}
