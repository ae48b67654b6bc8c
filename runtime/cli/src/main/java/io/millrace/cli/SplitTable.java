package io.millrace.cli;

import io.millrace.cli.picture.Quantities;
import io.millrace.compiler.BadModelException;
import io.millrace.compiler.UnsupportedModelException;
import io.millrace.compiler.graph.Value;
import io.millrace.compiler.split.CutPoint;
import io.millrace.compiler.split.CutPoints;
import io.millrace.compiler.split.SplitModel;
import io.millrace.device.DeviceProfile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;

/** The cut points of a network as a table, between its two ends: all in the cloud, all here. */
final class SplitTable {
  private static final int MOST_SHOWN = 64;

  private SplitTable() {}

  /** Prices the cut points of {@code model} for {@code board} and prints them. */
  static void print(Path model, DeviceProfile board, PrintWriter out)
      throws IOException, BadModelException, UnsupportedModelException {
    CutPoints points = CutPoints.of(SplitModel.read(model), board);
    int count = points.all().size();
    out.println(
        "%s for %s: %d cut %s"
            .formatted(
                model.getFileName(), points.device(), count, count == 1 ? "point" : "points"));
    Table table =
        new Table("#", "bytes", "sent", "MACs here", "MACs there", "time", "energy", "", "tensor");
    table.row(
        "",
        Quantities.count(points.inputBytes()),
        form(points.input()),
        "0",
        Quantities.large(points.wholeMacs()),
        "0 ns",
        "0 nJ",
        "",
        "(the input: all in the cloud)");
    points.all().forEach(p -> row(p, table));
    table.row(
        "",
        "0",
        "",
        Quantities.large(points.wholeMacs()),
        "0",
        Quantities.time(points.whole().latencyNs()),
        Quantities.energy(points.whole().energyNanoJ()),
        "",
        "(nothing: all on the board)");
    table.print(out);
    out.println("  time and energy on the board predicted, " + points.costProvenance());
    out.println(
        points.worthwhile().isEmpty()
            ? "  no cut sends less than the input for less energy than the whole network takes"
            : "  * no other way sends as few bytes for as little energy");
  }

  private static void row(CutPoint p, Table table) {
    table.row(
        Integer.toString(p.number()),
        Quantities.count(p.bytes()),
        form(p.activation()),
        Quantities.large(p.frontMacs()),
        Quantities.large(p.tailMacs()),
        Quantities.time(p.front().latencyNs()),
        Quantities.energy(p.front().energyNanoJ()),
        p.isWorthwhile() ? "*" : "",
        shortened(p.name()));
  }

  /** Converters join the names of all that they fused; the first of them is enough to see. */
  private static String shortened(String name) {
    int first = name.indexOf(';');
    String shown = first > 0 ? name.substring(0, first) : name;
    return shown.length() <= MOST_SHOWN ? shown : shown.substring(0, MOST_SHOWN);
  }

  static String form(Value v) {
    return v.type() + " " + v.shape();
  }
}
