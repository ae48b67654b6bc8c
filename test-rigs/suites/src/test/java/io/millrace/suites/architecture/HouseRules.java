package io.millrace.suites.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every rule, each with a class that breaks it. */
final class HouseRules {
  private static final String OURS = "io.millrace..";

  /** What each part may use of the house besides itself; examples and test rigs may use all. */
  private static final Map<String, List<String>> MAY_USE =
      new TreeMap<>(
          Map.of(
              "device", List.of(),
              "program", List.of(),
              "sensors", List.of(),
              "compiler", List.of("program", "device"),
              "engine", List.of("program", "device"),
              "node", List.of("engine", "program", "sensors", "device"),
              "ota", List.of("engine", "program", "node", "sensors", "device"),
              "cli", List.of("compiler", "engine", "node", "ota", "program", "sensors", "device")));

  /** Nothing runs on a board that needs more than these and the JDK. */
  private static final List<String> JDK_ONLY = List.of("program", "engine", "device");

  private HouseRules() {}

  static List<HouseRule> all() {
    List<HouseRule> rules = new ArrayList<>();
    MAY_USE.forEach((part, others) -> rules.add(importsPointOneWay(part, others)));
    JDK_ONLY.forEach(part -> rules.add(jdkOnly(part)));
    rules.add(
        HouseRule.of(
            "an encoder knows no kernels and no programs",
            noClasses()
                .that()
                .resideInAPackage("io.millrace.engine.encode..")
                .should()
                .dependOnClassesThat(
                    resideInAPackage(OURS)
                        .and(resideOutsideOfPackages("io.millrace.engine.encode.."))),
            PlantedClass.using(
                "io.millrace.engine.encode.Planted", "io.millrace.engine.kernel.Kernel")));
    rules.add(
        HouseRule.of(
            "an encoder knows no foreign memory",
            noClasses()
                .that()
                .resideInAPackage("io.millrace.engine.encode..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign.."),
            PlantedClass.using(
                "io.millrace.engine.encode.Planted", "java.lang.foreign.MemorySegment")));
    rules.add(
        onlyIn(
            "native calls are linked in the engine's memory package",
            List.of("io.millrace.engine.memory.."),
            "java.lang.foreign.Linker",
            "java.lang.foreign.SymbolLookup"));
    rules.add(
        HouseRule.of(
            "mmap and mprotect are called from the engine's memory package",
            classes()
                .that()
                .resideOutsideOfPackage("io.millrace.engine.memory..")
                .should(new HoldNoString("mmap", "mprotect")),
            PlantedClass.saying("io.millrace.engine.Planted", "mprotect")));
    rules.add(
        onlyIn(
            "Pi4J stays in its sensors package",
            List.of("io.millrace.sensors.pi4j.."),
            "com.pi4j.."));
    rules.add(
        HouseRule.of(
            "chips, streams and settings know registers, not Pi4J",
            noClasses()
                .that()
                .resideInAnyPackage(
                    "io.millrace.sensors.pi4j.chip..",
                    "io.millrace.sensors.pi4j.stream..",
                    "io.millrace.sensors.pi4j.settings..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.pi4j.."),
            PlantedClass.using("io.millrace.sensors.pi4j.chip.Planted", "com.pi4j.io.i2c.I2C")));
    rules.add(
        HouseRule.of(
            "the drivers know nothing of simulated chips",
            noClasses()
                .that(
                    resideInAPackage("io.millrace.sensors..")
                        .and(resideOutsideOfPackages("io.millrace.sensors.pi4j.simulated..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.millrace.sensors.pi4j.simulated.."),
            PlantedClass.using(
                "io.millrace.sensors.pi4j.Planted",
                "io.millrace.sensors.pi4j.simulated.SimulatedBoard")));
    rules.add(
        onlyIn(
            "MQTT stays in its packages",
            List.of("io.millrace.node.mqtt..", "io.millrace.examples.bearingwatch.mqtt.."),
            "org.eclipse.paho.."));
    rules.add(
        onlyIn(
            "HTTP stays in its packages",
            List.of("io.millrace.node.cloud..", "io.millrace.ota..", "io.millrace.peers.."),
            "java.net.http..",
            "com.sun.net.httpserver.."));
    rules.add(
        HouseRule.of(
            "who opens a connection is given the uplink that pays for it",
            classes()
                .that(
                    resideInAnyPackage(
                            "io.millrace.node..", "io.millrace.ota..", "io.millrace.cli..")
                        .and(
                            using(
                                "org.eclipse.paho.client.mqttv3.MqttAsyncClient",
                                "org.eclipse.paho.client.mqttv3.MqttClient",
                                "java.net.http.HttpClient$Builder")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.millrace.node.uplink.."),
            PlantedClass.using("io.millrace.ota.Planted", "java.net.http.HttpClient$Builder"),
            PlantedClass.using(
                "io.millrace.node.mqtt.Planted",
                "org.eclipse.paho.client.mqttv3.MqttAsyncClient")));
    rules.add(
        onlyIn(
            "no node has an uplink that nobody meters",
            List.of(
                "io.millrace.node.uplink..",
                "io.millrace.bench..",
                "io.millrace.examples..",
                "io.millrace.rig..",
                "io.millrace.suites.."),
            "io.millrace.node.uplink.Unmetered"));
    rules.add(
        onlyIn(
            "FlatBuffers stays in its importer",
            List.of("io.millrace.compiler.tflite.."),
            "com.google.flatbuffers.."));
    rules.add(
        onlyIn(
            "ONNX stays in its importer",
            List.of("io.millrace.compiler.onnx.."),
            "com.google.protobuf..",
            "onnx.."));
    rules.add(
        onlyIn(
            "java.desktop, which a small runtime has not, serves pictures alone",
            List.of("io.millrace.sensors.camera.."),
            "javax.imageio..",
            "java.awt..",
            "javax.sound.."));
    rules.add(onlyIn("nobody uses sun.misc.Unsafe", List.of(), "sun.misc..", "jdk.internal.."));
    rules.add(onlyIn("no required code uses the Vector API", List.of(), "jdk.incubator.."));
    rules.add(
        onlyIn(
            "what belongs together is wired in main, neither injected nor discovered",
            List.of(),
            "java.util.ServiceLoader",
            "javax.inject..",
            "jakarta.inject..",
            "jakarta.enterprise..",
            "com.google.inject..",
            "dagger..",
            "org.springframework.."));
    rules.add(
        HouseRule.of(
            "packages form no cycle",
            slices().matching("io.millrace.(**)").should().beFreeOfCycles(),
            PlantedClass.using("io.millrace.node.here.Planted", "io.millrace.node.there.Planted"),
            PlantedClass.using("io.millrace.node.there.Planted", "io.millrace.node.here.Planted")));
    return rules;
  }

  private static HouseRule importsPointOneWay(String part, List<String> others) {
    List<String> allowed = new ArrayList<>(List.of("io.millrace." + part + ".."));
    others.forEach(o -> allowed.add("io.millrace." + o + ".."));
    String forbidden = part.equals("cli") ? "peers" : "cli";
    return HouseRule.of(
        part + " imports " + (others.isEmpty() ? "nothing of ours" : "only " + others),
        noClasses()
            .that()
            .resideInAPackage("io.millrace." + part + "..")
            .should()
            .dependOnClassesThat(
                resideInAPackage(OURS)
                    .and(resideOutsideOfPackages(allowed.toArray(String[]::new)))),
        PlantedClass.using(
            "io.millrace." + part + ".Planted", "io.millrace." + forbidden + ".Anything"));
  }

  private static HouseRule jdkOnly(String part) {
    return HouseRule.of(
        part + " needs the JDK only",
        classes()
            .that()
            .resideInAPackage("io.millrace." + part + "..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("java..", OURS).or(arrayOfPrimitives())),
        PlantedClass.using("io.millrace." + part + ".Planted", "org.tinylog.Logger"));
  }

  private static com.tngtech.archunit.base.DescribedPredicate<JavaClass> arrayOfPrimitives() {
    return com.tngtech.archunit.base.DescribedPredicate.describe(
        "arrays of primitives", c -> c.getBaseComponentType().isPrimitive());
  }

  /** Classes with a dependency on one of {@code types}, fully qualified names. */
  private static com.tngtech.archunit.base.DescribedPredicate<JavaClass> using(String... types) {
    List<String> names = List.of(types);
    return com.tngtech.archunit.base.DescribedPredicate.describe(
        "use " + names,
        c ->
            c.getDirectDependenciesFromSelf().stream()
                .anyMatch(d -> names.contains(d.getTargetClass().getName())));
  }

  /** {@code types} are fully qualified names, or packages ending in {@code ..}. */
  private static HouseRule onlyIn(String sentence, List<String> rooms, String... types) {
    String[] packages =
        List.of(types).stream().filter(t -> t.endsWith("..")).toArray(String[]::new);
    List<String> names = List.of(types).stream().filter(t -> !t.endsWith("..")).toList();
    PlantedClass[] planted =
        new PlantedClass[] {
          PlantedClass.using(
              "io.millrace.node.Planted", types[0].replaceFirst("\\.\\.$", ".Anything"))
        };
    return HouseRule.of(
        sentence,
        noClasses()
            .that(resideInAPackage(OURS).and(resideOutsideOfPackages(rooms.toArray(String[]::new))))
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(packages)
                    .or(
                        com.tngtech.archunit.base.DescribedPredicate.describe(
                            "named " + names, c -> names.contains(c.getName())))),
        planted);
  }
}
