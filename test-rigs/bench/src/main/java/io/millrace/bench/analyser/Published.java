package io.millrace.bench.analyser;

import java.util.List;
import java.util.Optional;

/**
 * What others published for these networks, or for the same architecture, on these boards.
 *
 * @param board of the profiles
 * @param network how the model's file name begins
 * @param us microseconds of one inference
 * @param source who, with what
 */
record Published(String board, String network, double us, String source) {
  private static final String MLPERF = "MLPerf Tiny v0.5 submission";
  private static final List<Published> ALL =
      List.of(
          new Published("rpi4b", "ad01", 190, MLPERF),
          new Published("rpi4b", "pretrainedResnet", 1_070, MLPERF),
          new Published("rpi4b", "kws", 420, MLPERF),
          new Published("rpi4b", "vww", 2_600, MLPERF),
          new Published("rpi5", "tf2_mobilenet_v2", 3_980, "XNNPACK, INT8"),
          new Published("rpi4b", "mobilenet_v1", 24_000, "XNNPACK, INT8, several threads"),
          new Published("rpi4b", "tf2_mobilenet_v2", 17_000, "XNNPACK, INT8, several threads"));

  static Optional<Published> of(String board, String network) {
    return ALL.stream()
        .filter(p -> p.board.equals(board) && network.startsWith(p.network))
        .findFirst();
  }
}
