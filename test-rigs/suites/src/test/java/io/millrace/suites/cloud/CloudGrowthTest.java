package io.millrace.suites.cloud;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.cloud.CloudConfig;
import io.millrace.node.cloud.CloudInference;
import io.millrace.node.cloud.CloudInference.Result;
import io.millrace.node.cloud.OipCloudInference;
import io.millrace.sensors.clock.Clock;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Hundreds of failing calls, one after the other, without the pauses that a node makes: a call that
 * left half a kilobyte, a thread or a socket behind would be seen.
 */
@Timeout(120)
class CloudGrowthTest {
  private static final int WARM_UP = 200;
  private static final int CALLS = 1_000;
  private static final long HEAP_BYTES = CALLS * 512L;
  private static final int THREADS = 12;
  private static final int FILES = 16;
  private static final long MS = 1_000_000;

  @TempDir static Path certificates;
  private static Authority authority;
  private static SSLContext usual;

  @BeforeAll
  static void trustTheAuthority() throws Exception {
    authority = new Authority(certificates);
    usual = SSLContext.getDefault();
    SSLContext.setDefault(authority.trusted());
  }

  @AfterAll
  static void trustAsBefore() {
    SSLContext.setDefault(usual);
  }

  private record Held(long heapBytes, long threads, long files) {
    static Held now() {
      return new Held(Watched.heapInUse(), Watched.threadsOfClients(), Watched.openFiles());
    }

    /** As soon as the server is done with what was given up, too. */
    static Held with(long files) {
      long endNs = System.nanoTime() + 30_000 * MS;
      while (Watched.openFiles() > files + FILES && System.nanoTime() < endNs) {
        LockSupport.parkNanos(20 * MS);
      }
      return now();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldHoldNoMoreAfterManyFailedCallsThanAfterSome(CloudFault fault) throws Exception {
    try (FaultyCloud cloud = fault.open(authority);
        CloudInference client = OipCloudInference.open(config(cloud), Clock.system())) {
      long filesAtFirst = Watched.openFiles();
      fail(client, WARM_UP);
      Held before = Held.with(filesAtFirst);
      fail(client, CALLS);
      Held after = Held.with(filesAtFirst);
      String grown = before + " became " + after;
      assertTrue(after.heapBytes - before.heapBytes <= HEAP_BYTES, grown);
      assertTrue(after.threads - before.threads <= THREADS, grown);
      assertTrue(after.files - filesAtFirst <= FILES, grown + ", at first " + filesAtFirst);
    }
  }

  private static CloudConfig config(FaultyCloud cloud) {
    return CloudConfig.of(
            cloud.uri(),
            "echo",
            CloudConfig.Input.fp32("in", List.of(1L, 4L)),
            List.of(CloudConfig.Output.of("out", 4)))
        .withLimits(
            new CloudConfig.Limits(1_000, 1_000, 1, 1, 1, 64 * 1024, Integer.MAX_VALUE, 1, 1));
  }

  private static void fail(CloudInference client, int calls) throws InterruptedException {
    for (int i = 0; i < calls; i++) {
      // what never comes is not waited for
      Result result = client.infer(new float[4], System.nanoTime() + 5 * MS);
      assertInstanceOf(Result.Failure.class, result);
    }
  }
}
