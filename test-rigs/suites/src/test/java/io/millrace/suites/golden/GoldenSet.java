package io.millrace.suites.golden;

import io.millrace.suites.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.jr.ob.JSON;

/** Recorded samples of one network. */
public final class GoldenSet {
  private final Path model;
  private final int samples;
  private final byte[] input;
  private final byte[] expected;
  private final List<Integer> labels;

  private GoldenSet(Path model, int samples, byte[] input, byte[] expected, List<Integer> labels) {
    this.model = model;
    this.samples = samples;
    this.input = input;
    this.expected = expected;
    this.labels = List.copyOf(labels);
  }

  /** The set called {@code name}, or a skip. */
  public static GoldenSet named(String name) throws IOException {
    Path models = Models.folder();
    Path folder = models.resolve("golden").resolve(name);
    Map<String, Object> index = JSON.std.mapFrom(Files.readString(folder.resolve("index.json")));
    Object of = index.get("inputs_of");
    Path inputs = of == null ? folder : models.resolve("golden").resolve((String) of);
    Path expected = folder.resolve("expected.bin");
    List<?> labels = (List<?>) index.getOrDefault("labels", List.of());
    return new GoldenSet(
        models.resolve((String) index.get("model")),
        ((Number) index.get("samples")).intValue(),
        Files.readAllBytes(inputs.resolve("input.bin")),
        Files.exists(expected) ? Files.readAllBytes(expected) : new byte[0],
        labels.stream().map(l -> ((Number) l).intValue()).toList());
  }

  /** The model file. */
  public Path model() {
    return model;
  }

  /** How many samples were recorded. */
  public int samples() {
    return samples;
  }

  /** Bytes of all samples. */
  public int inputBytes() {
    return input.length;
  }

  /** Bytes of all answers; 0 where another network is the reference. */
  public int expectedBytes() {
    return expected.length;
  }

  /** The right class of each sample, empty where unknown. */
  public List<Integer> labels() {
    return labels;
  }

  /** The input of sample {@code index}, which is {@code bytes} long. */
  public byte[] sample(int index, int bytes) {
    return Arrays.copyOfRange(input, index * bytes, (index + 1) * bytes);
  }

  /** The recorded answer to sample {@code index}, {@code bytes} long. */
  public byte[] answer(int index, int bytes) {
    return Arrays.copyOfRange(expected, index * bytes, (index + 1) * bytes);
  }
}
