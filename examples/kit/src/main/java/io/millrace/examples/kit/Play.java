package io.millrace.examples.kit;

import io.millrace.compiler.driver.ModelCompiler;
import io.millrace.device.Budget;
import io.millrace.node.pipeline.ModelLoader;
import io.millrace.node.pipeline.Node;
import io.millrace.node.pipeline.NodeListener;
import io.millrace.node.pipeline.NodeSummary;
import io.millrace.node.pipeline.OutputKind;
import io.millrace.node.pipeline.Pipeline;
import io.millrace.node.pipeline.PipelineFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.logging.LogManager;
import java.util.stream.Stream;

/** The frame around an example: a folder, a pipeline file, a node, an exit code. */
public final class Play {
  private static final int FAILED = 5;

  private Play() {}

  /** An example. */
  @FunctionalInterface
  public interface Example {
    /**
     * Plays it to its end.
     *
     * @param folder for all files; it is deleted afterwards
     * @return what should have happened and did not; empty if all went well
     */
    List<String> play(Path folder, PrintStream out) throws Exception;
  }

  /** Plays {@code example} and ends the process: with 0 if all went well, else with 5. */
  public static void main(String name, Example example) throws Exception {
    // the broker and the JDK's log would talk between the lines
    System.setProperty("tinylog.level", System.getProperty("tinylog.level", "error"));
    System.setProperty("tinylog.level@io.moquette", "off");
    System.setProperty("io.netty.noUnsafe", "true");
    LogManager.getLogManager().reset();
    List<String> failures = inFolder(example, System.out);
    failures.forEach(f -> System.err.println(name + ": " + f));
    System.exit(failures.isEmpty() ? 0 : FAILED);
  }

  /** Plays {@code example} in a folder of its own; returns its failures. */
  public static List<String> inFolder(Example example, PrintStream out) throws Exception {
    Path folder = Files.createTempDirectory("millrace-example");
    try {
      return example.play(folder, out);
    } finally {
      delete(folder);
    }
  }

  /**
   * Reads {@code file}, which lies beside {@code example}'s class, with each <code>${name}</code>
   * replaced.
   *
   * @param folder gets the file as it is read
   */
  public static Pipeline pipeline(
      Class<?> example, String file, Path folder, Map<String, String> values) throws Exception {
    return pipeline(example, file, folder, values, Map.of());
  }

  /** As {@link #pipeline(Class, String, Path, Map)}, with kinds of outputs. */
  public static Pipeline pipeline(
      Class<?> example,
      String file,
      Path folder,
      Map<String, String> values,
      Map<String, OutputKind> outputs)
      throws Exception {
    String yaml;
    try (InputStream in = example.getResourceAsStream(file)) {
      if (in == null) {
        throw new IOException("the build left " + file + " out of the example's resources");
      }
      yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    for (Map.Entry<String, String> value : values.entrySet()) {
      yaml = yaml.replace("${" + value.getKey() + "}", value.getValue());
    }
    Path filled = folder.resolve(file);
    Files.writeString(filled, yaml);
    return PipelineFile.read(filled, Map.of(), outputs);
  }

  /**
   * Runs a node until its input ends, as {@code millrace run} does. Networks are compiled for the
   * pipeline's board as they are asked for.
   */
  public static NodeSummary run(Pipeline pipeline, NodeListener listener, PrintStream out)
      throws Exception {
    ModelLoader compiling =
        (file, arena) -> {
          try {
            return ModelCompiler.compile(file, pipeline.board(), Budget.UNLIMITED).program();
          } catch (Exception e) {
            throw new IOException(file + " cannot be compiled: " + e.getMessage(), e);
          }
        };
    Node.Parts parts = Node.Parts.of(pipeline, compiling, listener, e -> out.println("node: " + e));
    try (Node node = Node.open(pipeline, parts)) {
      return node.run();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
