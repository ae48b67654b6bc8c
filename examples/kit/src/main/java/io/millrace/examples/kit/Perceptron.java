package io.millrace.examples.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntBinaryOperator;

/**
 * A network of one hidden layer: {@code softmax(V relu(W x + b) + c)}. It learns by stochastic
 * gradient descent on the cross entropy, in double precision, and is written as INT8: weights
 * symmetric with a scale for each unit, activations with one scale each, over the training data.
 *
 * <p>Seeded and on one thread: the same examples give the same network.
 */
public final class Perceptron {
  private static final int EPOCHS = 20;

  /** Of all inputs together: a step of the first layer grows with their number. */
  private static final double FIRST_RATE = 0.4;

  private static final double DECAY = 1e-4;

  /**
   * What is to be learnt.
   *
   * @param features of one window, as the node works them out
   * @param label its class, from 0
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Sample(float[] features, int label) {}

  private final int inputs;
  private final int hidden;
  private final int classes;
  private final double[][] first;
  private final double[][] second;
  private final double[] mean;
  private final double[] deviation;
  private final IntBinaryOperator sees;

  /** As {@link #learn(List, int, int, long, IntBinaryOperator)}; each unit sees all inputs. */
  public static Perceptron learn(List<Sample> samples, int hidden, int classes, long seed) {
    return learn(samples, hidden, classes, seed, (unit, input) -> 1);
  }

  /**
   * Trains a network.
   *
   * @param samples all of the same length; none may be missing of any class
   * @param hidden units of the hidden layer
   * @param sees 1 if this hidden unit sees this input, else 0
   */
  public static Perceptron learn(
      List<Sample> samples, int hidden, int classes, long seed, IntBinaryOperator sees) {
    Random random = new Random(seed);
    Perceptron net = new Perceptron(samples, hidden, classes, random, sees);
    Sample[] order = samples.toArray(Sample[]::new);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      double rate = FIRST_RATE / net.inputs * (EPOCHS - epoch) / EPOCHS;
      for (int i = order.length - 1; i >= 0; i--) {
        int j = random.nextInt(i + 1);
        Sample chosen = order[j];
        order[j] = order[i];
        order[i] = chosen;
        net.step(chosen, rate);
      }
    }
    return net;
  }

  private Perceptron(
      List<Sample> samples, int hidden, int classes, Random random, IntBinaryOperator sees) {
    this.inputs = samples.getFirst().features().length;
    this.hidden = hidden;
    this.classes = classes;
    this.sees = sees;
    mean = new double[inputs];
    deviation = new double[inputs];
    for (int i = 0; i < inputs; i++) {
      int at = i;
      mean[i] = samples.stream().mapToDouble(s -> s.features()[at]).average().orElse(0);
      double squares =
          samples.stream()
              .mapToDouble(s -> (s.features()[at] - mean[at]) * (s.features()[at] - mean[at]))
              .average()
              .orElse(0);
      deviation[i] = Math.sqrt(squares) + 1e-6;
    }
    // the last weight of each row is the bias
    first = new double[hidden][inputs + 1];
    for (int k = 0; k < hidden; k++) {
      int seen = 0;
      for (int i = 0; i < inputs; i++) {
        seen += sees.applyAsInt(k, i);
      }
      for (int i = 0; i < inputs; i++) {
        first[k][i] = sees.applyAsInt(k, i) * random.nextGaussian() * Math.sqrt(2.0 / seen);
      }
    }
    second = new double[classes][hidden + 1];
    for (double[] row : second) {
      Arrays.setAll(row, k -> k == hidden ? 0 : random.nextGaussian() / Math.sqrt(hidden));
    }
  }

  private double[] normalized(float[] features) {
    double[] x = new double[inputs];
    Arrays.setAll(x, i -> (features[i] - mean[i]) / deviation[i]);
    return x;
  }

  private static double[] layer(double[][] weights, double[] x) {
    double[] out = new double[weights.length];
    for (int k = 0; k < out.length; k++) {
      double sum = weights[k][x.length];
      for (int i = 0; i < x.length; i++) {
        sum += weights[k][i] * x[i];
      }
      out[k] = sum;
    }
    return out;
  }

  private static double[] relu(double[] x) {
    Arrays.setAll(x, i -> Math.max(0, x[i]));
    return x;
  }

  private static double[] softmax(double[] scores) {
    double most = Arrays.stream(scores).max().orElse(0);
    Arrays.setAll(scores, i -> Math.exp(scores[i] - most));
    double sum = Arrays.stream(scores).sum();
    Arrays.setAll(scores, i -> scores[i] / sum);
    return scores;
  }

  private void step(Sample sample, double rate) {
    double[] x = normalized(sample.features());
    double[] h = relu(layer(first, x));
    double[] error = softmax(layer(second, h));
    error[sample.label()] -= 1;
    for (int k = 0; k < hidden; k++) {
      double back = 0;
      for (int c = 0; c < classes; c++) {
        back += error[c] * second[c][k];
        second[c][k] -= rate * (error[c] * h[k] + DECAY * second[c][k]);
      }
      if (h[k] > 0) {
        for (int i = 0; i < inputs; i++) {
          first[k][i] -= rate * sees.applyAsInt(k, i) * (back * x[i] + DECAY * first[k][i]);
        }
        first[k][inputs] -= rate * back;
      }
    }
    for (int c = 0; c < classes; c++) {
      second[c][hidden] -= rate * error[c];
    }
  }

  /** The share of {@code samples} whose class gets the highest score, in double precision. */
  public double accuracy(List<Sample> samples) {
    return (double)
            samples.stream()
                .filter(s -> {
                  double[] p = layer(second, relu(layer(first, normalized(s.features()))));
                  return Arrays.stream(p).allMatch(v -> v <= p[s.label()]);
                })
                .count()
        / samples.size();
  }

  /**
   * Writes the network as INT8.
   *
   * @param samples over which ranges of activations are taken
   * @return {@code file}
   */
  public Path write(Path file, List<Sample> samples) throws IOException {
    double[][] folded = folded();
    Range x = new Range();
    Range h = new Range();
    Range y = new Range();
    for (Sample s : samples) {
      double[] raw = new double[inputs];
      Arrays.setAll(raw, i -> s.features()[i]);
      x.add(raw);
      double[] units = relu(layer(folded, raw));
      h.add(units);
      y.add(layer(second, units));
    }
    String name = file.getFileName().toString();
    OnnxFile onnx = new OnnxFile(name.substring(0, name.lastIndexOf('.')));
    onnx.input("features", 1, inputs).output("probabilities", 1, classes);
    quantized(onnx, "features", x);
    dense(onnx, "hidden", "features_dq", folded);
    onnx.node("Relu", "relu", null, 0, "hidden");
    quantized(onnx, "relu", h);
    dense(onnx, "scores", "relu_dq", second);
    quantized(onnx, "scores", y);
    onnx.node("Softmax", "probabilities", "axis", 1, "scores_dq");
    return Files.write(file, onnx.file());
  }

  /** The first layer for features as they come: mean and deviation inside. */
  private double[][] folded() {
    double[][] out = new double[hidden][inputs + 1];
    for (int k = 0; k < hidden; k++) {
      out[k][inputs] = first[k][inputs];
      for (int i = 0; i < inputs; i++) {
        out[k][i] = first[k][i] / deviation[i];
        out[k][inputs] -= out[k][i] * mean[i];
      }
    }
    return out;
  }

  private static void quantized(OnnxFile onnx, String name, Range range) {
    onnx.floats(name + "_scale", new float[] {range.scale()});
    onnx.bytes(name + "_zero", new byte[] {range.zeroPoint()});
    onnx.node("QuantizeLinear", name + "_q", null, 0, name, name + "_scale", name + "_zero");
    onnx.node(
        "DequantizeLinear", name + "_dq", null, 0, name + "_q", name + "_scale", name + "_zero");
  }

  private static void dense(OnnxFile onnx, String name, String input, double[][] weights) {
    int units = weights.length;
    int width = weights[0].length - 1;
    byte[] stored = new byte[units * width];
    float[] scales = new float[units];
    float[] bias = new float[units];
    for (int k = 0; k < units; k++) {
      double most = 1e-9;
      for (int i = 0; i < width; i++) {
        most = Math.max(most, Math.abs(weights[k][i]));
      }
      scales[k] = (float) (most / 127);
      bias[k] = (float) weights[k][width];
      for (int i = 0; i < width; i++) {
        stored[k * width + i] = (byte) Math.rint(weights[k][i] / scales[k]);
      }
    }
    onnx.bytes(name + "_int8", stored, units, width);
    onnx.floats(name + "_scales", scales, units);
    onnx.bytes(name + "_zeros", new byte[units], units);
    onnx.node(
        "DequantizeLinear",
        name + "_weights",
        "axis",
        0,
        name + "_int8",
        name + "_scales",
        name + "_zeros");
    onnx.floats(name + "_bias", bias, units);
    onnx.node("Gemm", name, "transB", 1, input, name + "_weights", name + "_bias");
  }

  /** Least and largest of what an activation was; zero is always inside, and exact. */
  private static final class Range {
    private double low;
    private double high = 1e-6;

    void add(double[] values) {
      for (double v : values) {
        low = Math.min(low, v);
        high = Math.max(high, v);
      }
    }

    float scale() {
      return (float) ((high - low) / 255);
    }

    byte zeroPoint() {
      return (byte) Math.clamp(Math.rint(-128 - low / scale()), -128, 127);
    }
  }
}
