package io.millrace.node.pipeline;

import io.millrace.node.cloud.CloudConfig;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** One way to answer, as a pipeline's ladder has it. */
public sealed interface PlanSettings {
  /** What it is called, once in a ladder. */
  String name();

  /** When an answer is not sure, and who is asked then. */
  Optional<Unsure> unsure();

  /**
   * What becomes of answers that are not sure.
   *
   * @param below an answer is not sure if no element of its first output reaches this
   * @param ask name of the plan that is asked then
   */
  record Unsure(double below, String ask) {}

  /** The pipeline's model, the one that updates replace. */
  record Board(String name, Optional<Unsure> unsure) implements PlanSettings {}

  /**
   * Another program of the same task.
   *
   * @param energyNanoJ what one run takes above idle, instead of the program's prediction
   * @param timeNs how long one run takes, instead of the program's prediction
   */
  record Program(
      String name,
      Path file,
      OptionalLong energyNanoJ,
      OptionalLong timeNs,
      Optional<Unsure> unsure)
      implements PlanSettings {}

  /**
   * The front part of the network here, the rest in the cloud.
   *
   * @param front the program of the front part
   * @param tail the server's model of the rest
   * @param expectedNs how long a call takes, until calls have shown it
   */
  record Split(String name, Path front, CloudConfig tail, long expectedNs) implements PlanSettings {
    @Override
    public Optional<Unsure> unsure() {
      return Optional.empty();
    }
  }

  /** The pipeline's cloud. */
  record Cloud(String name) implements PlanSettings {
    @Override
    public Optional<Unsure> unsure() {
      return Optional.empty();
    }
  }

  /** The score below which an answer is not sure. */
  default OptionalDouble sureFrom() {
    return unsure().isPresent()
        ? OptionalDouble.of(unsure().get().below())
        : OptionalDouble.empty();
  }
}
