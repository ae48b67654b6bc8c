package io.millrace.ota.fleet;

import io.millrace.ota.hawkbit.Artifact;
import io.millrace.ota.hawkbit.Artifacts;
import io.millrace.ota.transfer.Source;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A published folder whose files are the artifacts of one action. Artifacts have plain names, so
 * folders are left out: every file of a repository has a name of its own.
 */
final class ArtifactSource implements Source {
  private final Artifacts artifacts;
  private final Set<String> names;

  ArtifactSource(Artifacts artifacts) {
    this.artifacts = artifacts;
    names = artifacts.all().stream().map(Artifact::name).collect(Collectors.toSet());
  }

  @Override
  public Optional<Body> open(String path, long offset) throws IOException, InterruptedException {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return names.contains(name)
        ? Optional.of(new Body(artifacts.open(name, offset), offset))
        : Optional.empty();
  }

  @Override
  public String description() {
    return "the update server's action";
  }

  @Override
  public void close() {}
}
