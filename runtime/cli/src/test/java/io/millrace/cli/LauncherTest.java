package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.Shell.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher script, run by the system's {@code sh} beside JDKs and a Maven that are scripts and
 * say how they were called.
 */
class LauncherTest {
  private static final Path LAUNCHER = Path.of("../../millrace").toAbsolutePath().normalize();

  @TempDir Path temp;
  private Path home;
  private Shell shell;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void installWithoutSources() throws IOException {
    shell = new Shell(temp.resolve("tools"));
    home = Files.createDirectories(temp.resolve("a home with spaces"));
    Files.copy(LAUNCHER, home.resolve("millrace"));
    Shell.makeExecutable(home.resolve("millrace"));
    Files.createDirectory(home.resolve("lib"));
    environment.put("HOME", temp.toString());
    environment.put("MILLRACE_JVM_FOLDERS", temp.resolve("jvm").toString());
  }

  private Outcome launch(Path command, String... args) throws Exception {
    return shell.run(temp, environment, command, args);
  }

  private Outcome launch(String... args) throws Exception {
    return launch(home.resolve("millrace"), args);
  }

  /** A JDK whose java prints its name and how it was called. */
  private Path jdk(Path folder, String version, boolean compiler) throws IOException {
    Shell.script(
        folder.resolve("bin/java"),
        """
        echo java of %s
        for a; do echo "<$a>"; done
        echo "class path $CLASSPATH"
        """
            .formatted(folder.getFileName()));
    if (compiler) {
      Shell.script(folder.resolve("bin/javac"), "exit 0");
    }
    Files.writeString(folder.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return folder;
  }

  @Test
  void shouldUseTheRuntimeThatAPackageBrings() throws Exception {
    jdk(home.resolve("runtime"), "25.0.5", false);
    environment.put("JAVA_HOME", jdk(temp.resolve("java-home"), "25", true).toString());

    Outcome own = launch("--version");
    environment.put("MILLRACE_JAVA_HOME", jdk(temp.resolve("told to"), "25", true).toString());
    Outcome told = launch("--version");

    assertTrue(own.out().startsWith("java of runtime\n"), own.out());
    assertTrue(told.out().startsWith("java of told to\n"), told.out());
  }

  @Test
  void shouldStartTheJvmByTheWrapper() throws Exception {
    jdk(home.resolve("runtime"), "25", false);
    Shell.script(temp.resolve("tools/wrapper"), "echo wrapped \"$1\"; shift; exec \"$@\"");
    environment.put("MILLRACE_WRAPPER", temp.resolve("tools/wrapper") + " well");

    Outcome wrapped = launch("--version");

    assertTrue(wrapped.out().startsWith("wrapped well\njava of runtime\n"), wrapped.out());
  }

  @Test
  void shouldPreferTheJdkThatItIsTold() throws Exception {
    jdk(temp.resolve("jvm/from-folders"), "25.0.1", true);
    environment.put("JAVA_HOME", jdk(temp.resolve("java-home"), "25", true).toString());
    environment.put("MILLRACE_JAVA_HOME", jdk(temp.resolve("told to"), "25", true).toString());

    Outcome told = launch("--version");
    environment.remove("MILLRACE_JAVA_HOME");
    Outcome javaHome = launch("--version");

    assertTrue(told.out().startsWith("java of told to\n"), told.out());
    assertTrue(javaHome.out().startsWith("java of java-home\n"), javaHome.out());
  }

  @Test
  void shouldRefuseAnUnfitJdkThatItIsTold() throws Exception {
    jdk(temp.resolve("jvm/good"), "25", true);
    environment.put("MILLRACE_JAVA_HOME", jdk(temp.resolve("old"), "21.0.2", true).toString());

    Outcome outcome = launch("--version");

    assertEquals(5, outcome.exit());
    assertTrue(outcome.out().contains("is no JDK 25 or later"), outcome.out());
  }

  @Test
  void shouldPassOverAnOldJavaHomeAndAnOldJavaOnThePath() throws Exception {
    environment.put("JAVA_HOME", jdk(temp.resolve("old"), "1.8.0_402", true).toString());
    jdk(temp.resolve("older"), "17.0.15", true);
    Shell.link(shell.tools().resolve("java"), temp.resolve("older/bin/java"));
    jdk(temp.resolve("jvm/a-24"), "24.0.2", true);
    jdk(temp.resolve("jvm/b-26"), "26-ea", true);
    jdk(temp.resolve("jvm/c-25"), "25.0.3", true);

    Outcome outcome = launch("--version");

    assertTrue(outcome.out().startsWith("java of c-25\n"), outcome.out());
  }

  @Test
  void shouldFollowTheLinkOfTheJavaOnThePath() throws Exception {
    jdk(temp.resolve("linked jdk"), "25.0.1", true);
    Shell.link(shell.tools().resolve("java"), temp.resolve("linked jdk/bin/java"));

    Outcome outcome = launch("--version");

    assertTrue(outcome.out().startsWith("java of linked jdk\n"), outcome.out());
  }

  @Test
  void shouldAskAJavaOnThePathThatIsAScript() throws Exception {
    Path real = jdk(temp.resolve("behind"), "25.0.1", true);
    Shell.script(shell.tools().resolve("java"), "echo '    java.home = " + real + "' >&2");

    Outcome outcome = launch("--version");

    assertTrue(outcome.out().startsWith("java of behind\n"), outcome.out());
  }

  @Test
  void shouldPassOverAJdkForAnotherProcessor() throws Exception {
    Path other = jdk(temp.resolve("jvm/other"), "25", true);
    Files.writeString(other.resolve("release"), "JAVA_VERSION=\"25\"\nOS_ARCH=\"s390\"\n");

    Outcome outcome = launch("--version");

    assertEquals(5, outcome.exit());
    assertTrue(outcome.out().contains("no JDK 25 or later found"), outcome.out());
  }

  @Test
  void shouldSayHowToGetAJdkWhereNoneIs() throws Exception {
    Outcome outcome = launch("--version");

    assertEquals(5, outcome.exit());
    assertTrue(outcome.out().contains("no JDK 25 or later found"), outcome.out());
    assertTrue(outcome.out().contains("sudo apt install openjdk-25-jdk-headless"), outcome.out());
    assertTrue(outcome.out().contains("MILLRACE_JAVA_HOME"), outcome.out());
  }

  @Test
  void shouldKeepArgumentsAsTheyAreThroughALinkToIt() throws Exception {
    jdk(temp.resolve("jvm/jdk"), "25", false);
    Shell.link(temp.resolve("linked"), home.resolve("millrace"));
    Shell.link(temp.resolve("again"), Path.of("linked"));

    Outcome outcome = launch(temp.resolve("again"), "infer", "my model.mill", "*", "");

    assertEquals(0, outcome.exit());
    assertTrue(
        outcome
            .out()
            .endsWith(
                "<io.millrace.cli.Millrace>\n<infer>\n<my model.mill>\n<*>\n<>\nclass path %s/lib/*\n"
                    .formatted(home.toRealPath())),
        outcome.out());
  }

  @Test
  void shouldNotTryToBuildOrTestWhereItIsInstalled() throws Exception {
    jdk(temp.resolve("jvm/jdk"), "25", true);

    Outcome outcome = launch("test");

    assertEquals(2, outcome.exit());
    assertTrue(outcome.out().contains("holds no sources to test"), outcome.out());
  }

  /** Sources instead of jars, and a Maven that makes what the real one would. */
  private Path sources() throws IOException {
    Files.delete(home.resolve("lib"));
    Files.writeString(home.resolve("pom.xml"), "<project/>");
    Path source = home.resolve("runtime/cli/src/main/Some.java");
    Files.createDirectories(source.getParent());
    Files.writeString(source, "class Some {}");
    Files.createDirectory(home.resolve(".mvn"));
    Path mvn = LAUNCHER.resolveSibling(".mvn");
    Files.copy(mvn.resolve("progress.awk"), home.resolve(".mvn/progress.awk"));
    Files.copy(mvn.resolve("summary.awk"), home.resolve(".mvn/summary.awk"));
    Shell.script(
        home.resolve("mvnw"),
        """
        echo "$@" >>maven-calls
        echo '[INFO] Building Some module 0.1.0 [1/1]'
        [ ! -e broken ] || { echo '[ERROR] Some.java:[1,7] not this'; exit 1; }
        mkdir -p runtime/cli/target && touch runtime/cli/target/millrace-cli.jar
        printf '%s' "$PWD/runtime/cli/target/millrace-cli.jar" >runtime/cli/target/classpath
        """);
    return source;
  }

  private long builds() throws IOException {
    Path calls = home.resolve("maven-calls");
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }

  private void changeLater(Path file) throws IOException {
    Files.writeString(file, "class Changed {}");
    Files.setLastModifiedTime(
        file, java.nio.file.attribute.FileTime.fromMillis(System.currentTimeMillis() + 5_000));
  }

  @Test
  void shouldBuildOnceAndAgainAfterAnEdit() throws Exception {
    Path source = sources();
    jdk(temp.resolve("jvm/jdk"), "25", true);

    Outcome first = launch("--version");
    long afterFirst = builds();
    launch("--version");
    long afterSecond = builds();
    changeLater(source);
    launch("--version");

    assertEquals(0, first.exit(), first.out());
    assertTrue(first.out().contains("[1/1] Some module"), first.out());
    assertTrue(first.out().contains("<io.millrace.cli.Millrace>"), first.out());
    assertEquals(List.of(1L, 1L, 2L), List.of(afterFirst, afterSecond, builds()));
  }

  @Test
  void shouldBuildAgainWhenWhatWasBuiltIsGoneOrElsewhere() throws Exception {
    sources();
    jdk(temp.resolve("jvm/jdk"), "25", true);
    launch("--version");

    Files.delete(home.resolve("runtime/cli/target/millrace-cli.jar"));
    launch("--version");
    long afterLoss = builds();
    Path moved = temp.resolve("moved");
    Files.move(home, moved);
    home = moved;
    Outcome outcome = launch("--version");

    assertEquals(2, afterLoss);
    assertEquals(3, builds());
    assertTrue(
        outcome
            .out()
            .contains("class path " + moved.toRealPath() + "/runtime/cli/target/millrace-cli.jar"),
        outcome.out());
  }

  @Test
  void shouldShowWhatBrokeABuildAndTryAgainNextTime() throws Exception {
    sources();
    jdk(temp.resolve("jvm/jdk"), "25", true);
    Files.createFile(home.resolve("broken"));

    Outcome broken = launch("--version");
    Files.delete(home.resolve("broken"));
    Outcome mended = launch("--version");

    assertEquals(5, broken.exit());
    assertTrue(broken.out().contains("Some.java:[1,7] not this"), broken.out());
    assertTrue(broken.out().contains("target/build.log"), broken.out());
    assertFalse(broken.out().contains("java of"), broken.out());
    assertEquals(0, mended.exit(), mended.out());
  }

  @Test
  void shouldNeedACompilerOnlyWhenItBuilds() throws Exception {
    sources();
    Path runtimeOnly = jdk(temp.resolve("jvm/runtime-only"), "25", false);

    Outcome none = launch("--version");
    jdk(temp.resolve("jvm/with-compiler"), "25", true);
    launch("--version");
    environment.put("JAVA_HOME", runtimeOnly.toString());
    Outcome built = launch("--version");

    assertTrue(none.out().contains("(with javac) found"), none.out());
    assertTrue(built.out().startsWith("java of runtime-only\n"), built.out());
  }

  @Test
  void shouldMakeAFolderThatRunsWithoutSources() throws Exception {
    sources();
    jdk(temp.resolve("jvm/jdk"), "25", true);
    Files.writeString(home.resolve("LICENSE"), "a licence");
    Path board = temp.resolve("for the board");

    Outcome made = launch("dist", board.toString());
    Outcome again = launch("dist", board.toString());
    Outcome run = launch(board.resolve("millrace"), "devices");
    Outcome elsewhere = launch("dist", temp.toString());

    assertEquals(0, made.exit(), made.out());
    assertEquals(0, again.exit(), again.out());
    assertTrue(Files.exists(board.resolve("lib/millrace-cli.jar")));
    assertTrue(run.out().endsWith("\nclass path " + board.toRealPath() + "/lib/*\n"), run.out());
    assertEquals(2, elsewhere.exit(), elsewhere.out());
  }

  @Test
  void shouldCountTestsAndSayWhySomeWereSkipped() throws Exception {
    sources();
    jdk(temp.resolve("jvm/jdk"), "25", true);
    Shell.script(
        home.resolve("mvnw"),
        """
        echo "$@" >>maven-calls
        mkdir -p m/target/surefire-reports
        printf '%s' '<testsuite name="T" tests="5" errors="0" skipped="2" failures="'"$(cat bad)"'">
        <testcase classname="T" name="shouldA"><skipped message="Assumption failed: no mosquitto"/></testcase>
        <testcase classname="T" name="shouldB"><skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.TestAbortedException: Assumption failed: no mosquitto
        \tat some.Where(it.java:1)]]></skipped></testcase>
        </testsuite>' >m/target/surefire-reports/TEST-T.xml
        """);
    environment.put("MILLRACE_MODELS", "models");

    Files.writeString(home.resolve("bad"), "0");
    Outcome good = launch("test", "-o");
    Files.writeString(home.resolve("bad"), "1");
    Outcome bad = launch("test");

    assertEquals(0, good.exit(), good.out());
    assertTrue(good.out().contains("  2 x no mosquitto\n"), good.out());
    assertTrue(good.out().endsWith("\n3 passed, 0 failed, 2 skipped\n"), good.out());
    assertEquals(5, bad.exit());
    assertTrue(bad.out().endsWith("\n2 passed, 1 failed, 2 skipped\n"), bad.out());
    String call = Files.readAllLines(home.resolve("maven-calls")).getFirst();
    assertTrue(call.contains("-Dmillrace.models=" + temp.toRealPath() + "/models -o"), call);
  }

  /** An installation whose path has no blank in it, with a java that makes caches. */
  private Path installation() throws IOException {
    Path plain = Files.createDirectories(temp.resolve("plain"));
    Files.copy(LAUNCHER, plain.resolve("millrace"));
    Shell.makeExecutable(plain.resolve("millrace"));
    Files.writeString(Files.createDirectory(plain.resolve("lib")).resolve("a.jar"), "");
    Shell.script(
        temp.resolve("jvm/maker/bin/java"),
        """
        for a; do
          echo "<$a>"
          case $a in -XX:AOTCacheOutput=*) echo cache >"${a#*=}" ;; esac
        done
        """);
    Files.writeString(temp.resolve("jvm/maker/release"), "JAVA_VERSION=\"25\"\n");
    FileTime before = FileTime.from(Instant.now().minusSeconds(60));
    Files.setLastModifiedTime(temp.resolve("jvm/maker/release"), before);
    Files.setLastModifiedTime(plain.resolve("lib/a.jar"), before);
    Files.writeString(temp.resolve("network.mill"), "");
    return plain;
  }

  @Test
  void shouldStartWithTheCacheThatItMadeUntilAJarChanges() throws Exception {
    Path plain = installation();
    String cache = "<-XX:AOTCache=" + plain.resolve("lib/millrace.aot") + ">";

    Outcome without = launch(plain.resolve("millrace"), "infer");
    Outcome made = launch(plain.resolve("millrace"), "cache", "network.mill");
    Outcome with = launch(plain.resolve("millrace"), "infer");
    Files.setLastModifiedTime(
        plain.resolve("lib/a.jar"), FileTime.from(Instant.now().plusSeconds(60)));
    Outcome stale = launch(plain.resolve("millrace"), "infer");

    assertTrue(without.out().contains("<-Xshare:auto>"), without.out());
    assertEquals(0, made.exit(), made.out());
    assertTrue(with.out().contains(cache) && !with.out().contains("-Xshare"), with.out());
    assertTrue(stale.out().contains("<-Xshare:auto>"), stale.out());
    assertFalse(stale.out().contains("AOTCache"), stale.out());
  }

  @Test
  void shouldKeepTheOldCacheWhereNoneIsMade() throws Exception {
    Path plain = installation();
    launch(plain.resolve("millrace"), "cache", "network.mill");
    Shell.script(temp.resolve("jvm/maker/bin/java"), "echo no room; exit 1");

    Outcome failed = launch(plain.resolve("millrace"), "cache", "network.mill");
    Outcome unnamed = launch(plain.resolve("millrace"), "cache", "missing.mill");

    assertEquals(5, failed.exit());
    assertTrue(failed.out().contains("no room\n"), failed.out());
    assertEquals("cache\n", Files.readString(plain.resolve("lib/millrace.aot")));
    assertFalse(Files.exists(plain.resolve("lib/millrace.aot.new")));
    assertEquals(2, unnamed.exit(), unnamed.out());
  }

  @Test
  void shouldCompileLittleOnlyForCommandsThatAreOverSoon() throws Exception {
    Path plain = installation();

    Outcome soon = launch(plain.resolve("millrace"), "infer");
    Outcome late = launch(plain.resolve("millrace"), "run");

    assertTrue(soon.out().contains("<-XX:TieredStopAtLevel=1>"), soon.out());
    assertFalse(late.out().contains("Tiered"), late.out());
  }
}
