package io.millrace.node.pipeline;

import io.millrace.engine.Executor;
import io.millrace.node.admission.LocalCost;
import io.millrace.node.feature.FeatureExtractor;
import io.millrace.node.feature.TensorValues;
import io.millrace.node.rule.AlertRules;
import io.millrace.node.window.Window;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One model with all that makes answers of windows with it. For one thread. */
final class Answering implements Closeable {
  final Executor executor;
  final FeatureExtractor extractor;
  final AlertRules rules;
  final LocalCost cost;
  final float[] features;
  final List<float[]> outputs = new ArrayList<>();
  private final TensorValues input;
  private final List<TensorValues> outputValues = new ArrayList<>();
  private final Closeable memory;

  /**
   * @param memory what the program is mapped into; closed after the executor
   */
  Answering(
      Executor executor,
      FeatureExtractor extractor,
      AlertRules rules,
      LocalCost cost,
      Closeable memory) {
    this.executor = executor;
    this.extractor = extractor;
    this.rules = rules;
    this.cost = cost;
    this.memory = memory;
    var program = executor.program();
    input = new TensorValues(program.tensor(program.inputs().getFirst()));
    for (int output : program.outputs()) {
      outputValues.add(new TensorValues(program.tensor(output)));
      outputs.add(new float[outputValues.getLast().elements()]);
    }
    features = new float[extractor.length()];
  }

  void extract(Window window) {
    extractor.extract(window, features, 0);
  }

  /** Fills {@link #features} and {@link #outputs}. */
  void answer(Window window) {
    extract(window);
    input.write(features, executor.input(0));
    executor.run();
    for (int i = 0; i < outputs.size(); i++) {
      outputValues.get(i).read(executor.output(i), outputs.get(i));
    }
  }

  @Override
  public void close() throws IOException {
    try {
      executor.close();
    } finally {
      memory.close();
    }
  }
}
