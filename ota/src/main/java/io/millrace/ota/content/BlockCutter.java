package io.millrace.ota.content;

import io.millrace.program.Placement;
import io.millrace.program.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Where a program file is cut: before its constants and at each tensor of them. Small neighbours
 * stay together and large tensors are cut on, so that pieces are neither too many nor too large.
 */
public final class BlockCutter {
  /** Below this, a tensor takes its neighbour along: a digest costs more than it saves. */
  private static final int LEAST_BYTES = 2048;

  /** The header with its checksums is within these. */
  private static final int CHECKSUM_BYTES = 256;

  private BlockCutter() {}

  /**
   * The ends of the pieces, rising; the last is {@code fileBytes}.
   *
   * @param program what the file holds; its constants are the end of the file
   * @param fileBytes bytes of the file
   */
  public static List<Integer> ends(Program program, int fileBytes) {
    int constants = Math.toIntExact(fileBytes - program.constants().byteSize());
    TreeSet<Integer> starts = new TreeSet<>();
    program.tensors().stream()
        .map(tensor -> tensor.placement())
        .filter(Placement.InConstants.class::isInstance)
        .forEach(place ->
            starts.add(Math.toIntExact(constants + ((Placement.InConstants) place).offset())));
    starts.add(fileBytes);
    List<Integer> ends = new ArrayList<>();
    // checksums stand at the start and change each time; scales and costs up to the constants
    // change when a network is trained again as a whole
    int at = cutOn(0, Math.min(CHECKSUM_BYTES, constants), ends);
    at = cutOn(at, constants, ends);
    for (int start : starts) {
      if (start - at >= LEAST_BYTES || start == fileBytes) {
        at = cutOn(at, start, ends);
      }
    }
    return ends;
  }

  /** Of any other bytes: pieces of the largest size. */
  public static List<Integer> ends(int bytes) {
    List<Integer> ends = new ArrayList<>();
    cutOn(0, bytes, ends);
    return ends;
  }

  private static int cutOn(int from, int to, List<Integer> ends) {
    for (int at = from; at < to; ) {
      at = Math.min(to, at + Block.MAX_BYTES);
      ends.add(at);
    }
    return Math.max(from, to);
  }
}
