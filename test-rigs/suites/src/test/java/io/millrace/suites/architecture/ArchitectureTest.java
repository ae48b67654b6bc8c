package io.millrace.suites.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.EvaluationResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
  private static JavaClasses code;

  @BeforeAll
  static void read() {
    code =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            // fixtures of the compiler's tests, which other suites share as a jar
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.millrace");
  }

  static List<HouseRule> rules() {
    return HouseRules.all();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void shouldHold(HouseRule rule) {
    EvaluationResult result = rule.rule().evaluate(code);
    assertFalse(result.hasViolation(), () -> result.getFailureReport().toString());
  }

  @ParameterizedTest
  @MethodSource("rules")
  void shouldCatchAPlantedViolation(HouseRule rule, @TempDir Path folder) throws IOException {
    for (PlantedClass planted : rule.violations()) {
      planted.write(folder);
    }
    JavaClasses broken = new ClassFileImporter().importPath(folder);
    assertEquals(rule.violations().size(), broken.size());
    assertTrue(rule.rule().evaluate(broken).hasViolation(), "not caught: " + rule);
  }

  /** ArchUnit skips class files that are too new for it with no more than a line in a log. */
  @Test
  void shouldHaveReadTheCodeOfEveryPart() {
    for (String type :
        Stream.of(
                "device.DeviceProfile",
                "program.Program",
                "compiler.driver.ModelCompiler",
                "engine.Executor",
                "sensors.pi4j.Board",
                "node.alert.Alert",
                "cli.Millrace",
                "peers.Peer")
            .map("io.millrace."::concat)
            .toList()) {
      assertTrue(code.contain(type), type + " was not read");
      assertFalse(
          code.get(type).getDirectDependenciesFromSelf().isEmpty(),
          type + " was read without its dependencies");
    }
  }
}
