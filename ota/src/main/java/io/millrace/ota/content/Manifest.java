package io.millrace.ota.content;

import io.millrace.ota.json.BadJsonException;
import io.millrace.ota.json.CanonicalJson;
import io.millrace.ota.json.JsonObject;
import io.millrace.program.ProgramLimits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One release of a model.
 *
 * <pre>
 * {"format": 1, "name": "bearing", "version": "1.4", "device": "rpi4b", "summary": "…",
 *  "program": {"bytes": 4568880, "sha256": "…",
 *              "blocks": [{"bytes": 65536, "sha256": "…", "stored": 60211, "stored_sha256": "…"}, …]},
 *  "golden": {"samples": 4, "bytes": …, "sha256": "…", "blocks": […]}}
 * </pre>
 *
 * @param name of the model; the target is called {@code NAME.update}
 * @param version as its publisher calls it
 * @param device the board that it was compiled for, a device profile's id
 * @param summary what is new, for people
 * @param program the {@code .mill} file
 * @param samples how many golden samples there are
 * @param golden all inputs of the samples, one sample behind the other, then all their outputs
 */
public record Manifest(
    String name,
    String version,
    String device,
    String summary,
    Blob program,
    int samples,
    Blob golden) {
  /** The most bytes that a manifest may have. */
  public static final int MAX_BYTES = 4 << 20;

  /** The most bytes of golden samples. */
  public static final int MAX_GOLDEN_BYTES = 64 << 20;

  private static final int FORMAT = 1;
  private static final int MAX_SAMPLES = 4096;
  private static final int MAX_NAME_CHARS = 64;

  /** Ending of a manifest's target. */
  public static final String ENDING = ".update";

  public Manifest {
    requireWord("name", name);
    requireWord("version", version);
    requireWord("device", device);
    if (samples < 1 || samples > MAX_SAMPLES) {
      throw new IllegalArgumentException(
          samples + " golden samples: at least 1 and at most " + MAX_SAMPLES + " are needed");
    }
  }

  private static void requireWord(String what, String word) {
    if (!word.matches("[A-Za-z0-9_+-][A-Za-z0-9._+-]{0," + (MAX_NAME_CHARS - 1) + "}")) {
      throw new IllegalArgumentException(
          "%s '%s' must be 1 to %d letters, digits, dots, dashes, + or _, and not begin with a dot"
              .formatted(what, word, MAX_NAME_CHARS));
    }
  }

  /** The target that vouches for it. */
  public static String target(String name) {
    return name + ENDING;
  }

  /** The file. */
  public byte[] bytes() {
    Map<String, Object> form = new LinkedHashMap<>();
    form.put("format", FORMAT);
    form.put("name", name);
    form.put("version", version);
    form.put("device", device);
    form.put("summary", summary);
    form.put("program", form(program));
    Map<String, Object> samplesForm = form(golden);
    samplesForm.put("samples", samples);
    form.put("golden", samplesForm);
    try {
      return CanonicalJson.bytes(form);
    } catch (BadJsonException e) {
      throw new IllegalStateException("texts and whole numbers have a canonical form", e);
    }
  }

  private static Map<String, Object> form(Blob blob) {
    List<Object> blocks = new ArrayList<>();
    for (Block block : blob.blocks()) {
      blocks.add(
          Map.of(
              "bytes",
              block.bytes(),
              "sha256",
              block.sha256(),
              "stored",
              block.storedBytes(),
              "stored_sha256",
              block.storedSha256()));
    }
    Map<String, Object> form = new LinkedHashMap<>();
    form.put("bytes", blob.bytes());
    form.put("sha256", blob.sha256());
    form.put("blocks", blocks);
    return form;
  }

  /**
   * Reads a file.
   *
   * @throws BadJsonException if a field is missing, out of bounds, or they do not fit one another
   */
  public static Manifest read(byte[] file) throws BadJsonException {
    JsonObject form = JsonObject.parse(file, "manifest");
    form.integer("format", FORMAT, FORMAT);
    JsonObject golden = form.object("golden");
    try {
      return new Manifest(
          form.text("name"),
          form.text("version"),
          form.text("device"),
          form.text("summary"),
          blob(form.object("program"), ProgramLimits.FILE_BYTES),
          (int) golden.integer("samples", 1, MAX_SAMPLES),
          blob(golden, MAX_GOLDEN_BYTES));
    } catch (IllegalArgumentException e) {
      throw new BadJsonException("manifest: " + e.getMessage(), e);
    }
  }

  private static Blob blob(JsonObject form, long maxBytes) throws BadJsonException {
    long bytes = form.integer("bytes", 1, maxBytes);
    List<Block> blocks = new ArrayList<>();
    for (JsonObject each : form.objects("blocks")) {
      int length = (int) each.integer("bytes", 1, Block.MAX_BYTES);
      blocks.add(
          new Block(
              each.hex("sha256", 32),
              length,
              each.hex("stored_sha256", 32),
              (int) each.integer("stored", 1, length + Block.MAX_ADDED)));
    }
    return new Blob(form.hex("sha256", 32), bytes, blocks);
  }
}
