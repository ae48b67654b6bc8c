package io.millrace.ota.update;

import io.millrace.ota.slot.ModelRelease;
import java.util.Optional;

/** How a look for updates ended. Each names what runs afterwards; empty: no slot is filled. */
public sealed interface Outcome {
  /** What runs now. */
  Optional<ModelRelease> running();

  /** One line for people. */
  String text();

  private static String afterwards(Optional<ModelRelease> running) {
    return running.map(r -> r + " runs").orElse("no slot is filled, the pipeline's own file runs");
  }

  /** What is published runs already. */
  record UpToDate(ModelRelease release) implements Outcome {
    @Override
    public Optional<ModelRelease> running() {
      return Optional.of(release);
    }

    @Override
    public String text() {
      return release + " is up to date";
    }
  }

  /** A newer one is there; nothing was changed. */
  record Available(ModelRelease release, long bytes, Optional<ModelRelease> running)
      implements Outcome {
    @Override
    public String text() {
      return "%s is there, %d bytes to fetch; %s".formatted(release, bytes, afterwards(running));
    }
  }

  /**
   * It runs now.
   *
   * @param before what ran before and can be gone back to
   * @param fetchedBytes what came over the network for it, metadata not counted
   */
  record Installed(ModelRelease release, Optional<ModelRelease> before, long fetchedBytes)
      implements Outcome {
    @Override
    public Optional<ModelRelease> running() {
      return Optional.of(release);
    }

    @Override
    public String text() {
      return "%s is installed, %d bytes fetched%s"
          .formatted(release, fetchedBytes, before.map(b -> "; before: " + b).orElse(""));
    }
  }

  /** It came whole and failed: it is not fetched again by itself. */
  record Refused(ModelRelease release, String why, Optional<ModelRelease> running)
      implements Outcome {
    @Override
    public String text() {
      return "%s is refused: %s; %s".formatted(release, why, afterwards(running));
    }
  }

  /** It is on its way and goes on later. */
  record Paused(ModelRelease release, String why, Optional<ModelRelease> running)
      implements Outcome {
    @Override
    public String text() {
      return "%s waits: %s; %s".formatted(release, why, afterwards(running));
    }
  }

  /** What came must not be believed. */
  record Untrusted(String why, Optional<ModelRelease> running) implements Outcome {
    @Override
    public String text() {
      return "not believed: " + why + "; " + afterwards(running);
    }
  }

  /**
   * The other side, or the disk, failed; the next look tries again.
   *
   * @param cause what was thrown; null if nothing
   */
  record Failed(String why, java.io.IOException cause, Optional<ModelRelease> running)
      implements Outcome {
    @Override
    public String text() {
      return "failed: " + why + "; " + afterwards(running);
    }
  }

  /** The one before runs again. */
  record RolledBack(ModelRelease from, Optional<ModelRelease> running) implements Outcome {
    @Override
    public String text() {
      return "%s was given up; %s".formatted(from, afterwards(running));
    }
  }
}
