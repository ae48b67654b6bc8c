package io.millrace.suites.emulated;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.junit.platform.reporting.legacy.xml.LegacyXmlReportGeneratingListener;

/** Runs test classes in this JVM, whatever processor it finds itself on. */
public final class Guest {
  private Guest() {}

  /** A line for each method or class that took a while, as a sign of life. */
  private static final class Progress implements TestExecutionListener {
    private static final long WORTH_A_LINE_MS = 2_000;
    private final Map<String, Long> startedMs = new HashMap<>();

    @Override
    public void executionStarted(TestIdentifier test) {
      startedMs.put(test.getUniqueId(), System.currentTimeMillis());
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      long ms = System.currentTimeMillis() - startedMs.remove(test.getUniqueId());
      if (test.isTest() && ms > WORTH_A_LINE_MS) {
        System.out.printf("%s %s, %d s%n", test.getDisplayName(), result.getStatus(), ms / 1000);
      }
    }
  }

  /**
   * Runs the tests and ends with 0 if all passed, 1 if one failed, was skipped or none was there.
   *
   * @param args a folder for the reports, then the names of the classes
   */
  public static void main(String[] args) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(Stream.of(args).skip(1).map(c -> selectClass(c)).toList())
            .build();
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            request,
            summary,
            new Progress(),
            new LegacyXmlReportGeneratingListener(Path.of(args[0]), out));
    TestExecutionSummary result = summary.getSummary();
    result.printFailuresTo(out, 8);
    System.out.printf(
        "%s on %s: %d passed, %d failed, %d skipped%n",
        System.getProperty("java.version"),
        System.getProperty("os.arch"),
        result.getTestsSucceededCount(),
        result.getTotalFailureCount(),
        result.getTestsSkippedCount() + result.getTestsAbortedCount());
    boolean all =
        result.getTestsSucceededCount() > 0
            && result.getTestsSucceededCount() == result.getTestsFoundCount()
            && result.getTotalFailureCount() == 0;
    System.exit(all ? 0 : 1);
  }
}
