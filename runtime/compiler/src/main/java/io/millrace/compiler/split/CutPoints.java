package io.millrace.compiler.split;

import io.millrace.compiler.BadModelException;
import io.millrace.compiler.UnsupportedModelException;
import io.millrace.compiler.graph.Value;
import io.millrace.compiler.schedule.Prediction;
import io.millrace.device.DeviceProfile;
import io.millrace.program.Program;
import io.millrace.program.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All places at which a network can be cut, between its two ends: the whole network in the cloud,
 * which sends the input and computes nothing here, and the whole network on the board.
 *
 * @param device the board's profile
 * @param input what is sent where the cloud computes all
 * @param inputBytes its bytes
 * @param whole predicted time and energy where the board computes all
 * @param wholeMacs multiply-accumulates of the network
 * @param costProvenance how the predictions came about
 * @param all in the order of the network
 */
public record CutPoints(
    String device,
    Value input,
    long inputBytes,
    Prediction whole,
    long wholeMacs,
    String costProvenance,
    List<CutPoint> all) {
  public CutPoints {
    all = List.copyOf(all);
  }

  /** The ways without a cut, which stand before the others. */
  private static final int ENDS = 2;

  /** What a way costs: the cloud computing all, the board computing all, or a cut. */
  private record Way(long bytes, long energyNanoJ) {
    boolean isNoDearerThan(Way other) {
      return bytes <= other.bytes && energyNanoJ <= other.energyNanoJ;
    }
  }

  /**
   * Prices every cut: compiles each front part for {@code device}, as {@link SplitModel#at} will.
   *
   * @throws UnsupportedModelException if the network does not fit into a program
   */
  public static CutPoints of(SplitModel model, DeviceProfile device)
      throws BadModelException, UnsupportedModelException {
    Program whole = SplitModel.compiled(model.file(), device).program();
    long wholeMacs = macs(whole);
    List<CutPoint> points = new ArrayList<>();
    for (Value activation : model.activations()) {
      Program front = model.front(activation, device).program();
      points.add(
          new CutPoint(
              points.size() + 1,
              activation,
              bytes(activation),
              Prediction.of(front.schedule()),
              macs(front),
              wholeMacs - macs(front),
              front.memory().arenaBytes() + front.constants().byteSize(),
              front.costProvenance(),
              false));
    }
    Prediction here = Prediction.of(whole.schedule());
    List<Way> ways = new ArrayList<>();
    ways.add(new Way(bytes(model.input()), 0));
    ways.add(new Way(0, here.energyNanoJ())); // ENDS of them
    points.forEach(p -> ways.add(way(p)));
    points.replaceAll(p -> marked(p, isWorthwhile(ways, ENDS + p.number() - 1)));
    return new CutPoints(
        whole.device(),
        model.input(),
        bytes(model.input()),
        here,
        wholeMacs,
        whole.costProvenance(),
        points);
  }

  /** The ones that are worth choosing from. */
  public List<CutPoint> worthwhile() {
    return all.stream().filter(CutPoint::isWorthwhile).toList();
  }

  /** The one whose activation has this name. */
  public Optional<CutPoint> named(String name) {
    return all.stream().filter(p -> p.name().equals(name)).findFirst();
  }

  /** Of ways that cost the same the first stays. */
  private static boolean isWorthwhile(List<Way> ways, int index) {
    Way way = ways.get(index);
    for (int i = 0; i < ways.size(); i++) {
      boolean isCheaper = !way.isNoDearerThan(ways.get(i));
      if (i != index && ways.get(i).isNoDearerThan(way) && (isCheaper || i < index)) {
        return false;
      }
    }
    return true;
  }

  private static Way way(CutPoint p) {
    return new Way(p.bytes(), p.front().energyNanoJ());
  }

  private static CutPoint marked(CutPoint p, boolean isWorthwhile) {
    return new CutPoint(
        p.number(),
        p.activation(),
        p.bytes(),
        p.front(),
        p.frontMacs(),
        p.tailMacs(),
        p.memoryBytes(),
        p.costProvenance(),
        isWorthwhile);
  }

  private static long bytes(Value v) {
    return v.type().bytes(v.shape().elements());
  }

  private static long macs(Program program) {
    return program.operators().stream().mapToLong(o -> Work.macs(o, program::tensor)).sum();
  }
}
