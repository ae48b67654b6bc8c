package io.millrace.node.cloud;

import io.millrace.node.cloud.CloudConfig.Output;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.jr.ob.JSON;

/**
 * Reads an inference response, which is not trusted: every length, type and value is checked before
 * an output is handed on.
 */
final class OipResponse {
  private static final int MAX_SHOWN_CHARS = 200;

  private OipResponse() {}

  /** The response is not what was asked for. */
  static final class BadResponseException extends Exception {
    private static final long serialVersionUID = 1L;

    BadResponseException(String message) {
      super(message);
    }
  }

  /**
   * The outputs in the order in which {@code asked} names them.
   *
   * @param jsonLength value of the header, where it was there: samples follow the JSON text
   * @param asked what was asked for
   * @throws BadResponseException saying what is wrong
   */
  static List<float[]> outputs(byte[] body, OptionalInt jsonLength, CloudConfig asked)
      throws BadResponseException {
    List<Output> wanted = asked.outputs();
    int textLength = jsonLength.orElse(body.length);
    if (textLength < 0 || textLength > body.length) {
      throw new BadResponseException(
          OipRequest.JSON_LENGTH_HEADER
              + " is "
              + textLength
              + ", the body has "
              + body.length
              + " bytes");
    }
    Map<String, Object> root = parse(Arrays.copyOf(body, textLength));
    requireSame("model_name", root, Optional.of(asked.model()));
    requireSame("model_version", root, asked.version());
    ByteBuffer samples =
        ByteBuffer.wrap(body, textLength, body.length - textLength)
            .slice()
            .order(ByteOrder.LITTLE_ENDIAN);
    Map<String, float[]> found = new HashMap<>();
    for (Object each : list(root.get("outputs"), "outputs")) {
      Map<?, ?> tensor = map(each);
      String name = String.valueOf(tensor.get("name"));
      Output output = wanted.stream().filter(w -> w.name().equals(name)).findFirst().orElse(null);
      // binary samples of an output that nobody asked for still have to be passed over
      ByteBuffer raw = binarySlice(tensor, name, samples);
      if (output != null && found.put(name, read(tensor, output, raw)) != null) {
        throw new BadResponseException("output " + name + " is there twice");
      }
    }
    List<float[]> ordered = new ArrayList<>();
    for (Output output : wanted) {
      float[] values = found.get(output.name());
      if (values == null) {
        throw new BadResponseException("output " + output.name() + " is missing");
      }
      ordered.add(values);
    }
    return ordered;
  }

  /** A proxy that mixes answers up, or a cache, gives those of another model. */
  private static void requireSame(String key, Map<String, Object> root, Optional<String> asked)
      throws BadResponseException {
    Object given = root.get(key);
    if (given != null && asked.isPresent() && !asked.get().equals(given.toString())) {
      throw new BadResponseException(
          key + " is '" + shorten(given.toString()) + "', asked was '" + asked.get() + "'");
    }
  }

  /** The message of an error body, for people; empty if there is none. */
  static String errorMessage(byte[] body) {
    try {
      Map<String, Object> root = parse(body);
      Object message = root.getOrDefault("error", root.get("message"));
      return message == null ? "" : shorten(message.toString());
    } catch (BadResponseException notJson) {
      return "";
    }
  }

  /** One line of bounded length: what a server says goes into logs and alerts. */
  static String shorten(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() <= MAX_SHOWN_CHARS ? line : line.substring(0, MAX_SHOWN_CHARS) + "...";
  }

  private static Map<String, Object> parse(byte[] text) throws BadResponseException {
    try {
      Map<String, Object> root = JSON.std.mapFrom(text);
      if (root == null) {
        throw new BadResponseException("the body is not a JSON object");
      }
      return root;
    } catch (JacksonException e) {
      throw new BadResponseException("the body is not JSON: " + shorten(e.getOriginalMessage()));
    }
  }

  private static ByteBuffer binarySlice(Map<?, ?> tensor, String name, ByteBuffer samples)
      throws BadResponseException {
    if (!(tensor.get("parameters") instanceof Map<?, ?> parameters)
        || !(parameters.get("binary_data_size") instanceof Number size)) {
      return null;
    }
    long bytes = size.longValue();
    if (bytes < 0 || bytes > samples.remaining()) {
      throw new BadResponseException(
          "output "
              + name
              + " says it has "
              + bytes
              + " bytes, "
              + samples.remaining()
              + " are left");
    }
    ByteBuffer slice = samples.slice(samples.position(), (int) bytes);
    samples.position(samples.position() + (int) bytes);
    return slice.order(ByteOrder.LITTLE_ENDIAN);
  }

  private static float[] read(Map<?, ?> tensor, Output output, ByteBuffer raw)
      throws BadResponseException {
    String type = String.valueOf(tensor.get("datatype"));
    int elements = elements(tensor, output);
    double[] values =
        raw == null ? numbers(tensor, output, elements) : samples(raw, type, elements, output);
    boolean integers = !type.equals("FP32") && !type.equals("FP64");
    requireKnown(type, output);
    float[] result = new float[elements];
    for (int i = 0; i < elements; i++) {
      double value = integers ? (values[i] - output.zeroPoint()) * output.scale() : values[i];
      result[i] = (float) value;
      if (!Float.isFinite(result[i])) {
        throw new BadResponseException(
            "output " + output.name() + " has " + value + " at " + i + ", not a finite number");
      }
    }
    return result;
  }

  private static void requireKnown(String type, Output output) throws BadResponseException {
    switch (type) {
      case "FP32", "FP64", "INT8", "UINT8", "INT16", "UINT16", "INT32", "UINT32", "INT64" -> {}
      default ->
          throw new BadResponseException(
              "output "
                  + output.name()
                  + " has datatype "
                  + shorten(type)
                  + ", not a known number");
    }
  }

  private static int elements(Map<?, ?> tensor, Output output) throws BadResponseException {
    List<?> shape = list(tensor.get("shape"), "shape of " + output.name());
    long elements = 1;
    for (Object each : shape) {
      long dimension = each instanceof Number number ? number.longValue() : -1;
      if (dimension < 0 || dimension > Integer.MAX_VALUE) {
        throw new BadResponseException(
            "output " + output.name() + " has shape " + shorten(shape + ""));
      }
      elements *= dimension;
      if (elements > Integer.MAX_VALUE) {
        throw new BadResponseException(
            "output " + output.name() + " has shape " + shorten(shape + ""));
      }
    }
    if (output.elements().isPresent() && output.elements().getAsInt() != elements) {
      throw new BadResponseException(
          "output "
              + output.name()
              + " has shape "
              + shape
              + ", "
              + elements
              + " samples, not "
              + output.elements().getAsInt());
    }
    return (int) elements;
  }

  private static double[] numbers(Map<?, ?> tensor, Output output, int elements)
      throws BadResponseException {
    List<Object> flat = new ArrayList<>();
    flatten(list(tensor.get("data"), "data of " + output.name()), flat);
    requireCount(output, flat.size(), elements);
    double[] values = new double[elements];
    for (int i = 0; i < elements; i++) {
      if (!(flat.get(i) instanceof Number number)) {
        throw new BadResponseException(
            "output "
                + output.name()
                + " has '"
                + shorten(String.valueOf(flat.get(i)))
                + "' at "
                + i
                + ", not a number");
      }
      values[i] = number.doubleValue();
    }
    return values;
  }

  /** The protocol allows data to be nested as the shape is. The parser bounds the depth. */
  private static void flatten(List<?> data, List<Object> flat) {
    for (Object each : data) {
      if (each instanceof List<?> inner) {
        flatten(inner, flat);
      } else {
        flat.add(each);
      }
    }
  }

  private static double[] samples(ByteBuffer raw, String type, int elements, Output output)
      throws BadResponseException {
    requireKnown(type, output);
    int width =
        switch (type) {
          case "INT8", "UINT8" -> 1;
          case "INT16", "UINT16" -> 2;
          case "FP64", "INT64" -> 8;
          default -> 4;
        };
    if (raw.remaining() % width != 0) {
      throw new BadResponseException(
          "output " + output.name() + " has " + raw.remaining() + " bytes of " + type);
    }
    requireCount(output, raw.remaining() / width, elements);
    double[] values = new double[elements];
    for (int i = 0; i < elements; i++) {
      int at = i * width;
      values[i] =
          switch (type) {
            case "INT8" -> raw.get(at);
            case "UINT8" -> Byte.toUnsignedInt(raw.get(at));
            case "INT16" -> raw.getShort(at);
            case "UINT16" -> Short.toUnsignedInt(raw.getShort(at));
            case "INT32" -> raw.getInt(at);
            case "UINT32" -> Integer.toUnsignedLong(raw.getInt(at));
            case "INT64" -> raw.getLong(at);
            case "FP64" -> raw.getDouble(at);
            default -> raw.getFloat(at);
          };
    }
    return values;
  }

  private static void requireCount(Output output, int there, int elements)
      throws BadResponseException {
    if (there != elements) {
      throw new BadResponseException(
          "output " + output.name() + " has " + there + " samples, its shape says " + elements);
    }
  }

  private static List<?> list(Object value, String what) throws BadResponseException {
    if (value instanceof List<?> list) {
      return list;
    }
    throw new BadResponseException(what + " is missing or not a list");
  }

  private static Map<?, ?> map(Object value) throws BadResponseException {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new BadResponseException("an output is not a JSON object");
  }
}
