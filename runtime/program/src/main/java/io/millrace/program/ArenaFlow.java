package io.millrace.program;

import java.util.Map;
import java.util.TreeMap;

/**
 * Follows what lies in the arena through the operators in their order, and proves that each reads
 * what was meant for it: a tensor is read only while all of its bytes are still those that its
 * maker wrote.
 *
 * <p>A tensor that no operator writes and that is no input is another view (a reshape) of whatever
 * lies at exactly its bytes when it is first read; from then on it stands for that one content.
 */
final class ArenaFlow {
  /** Something written: a tensor's bytes, whole. */
  private record Content(int tensor, long from, long to) {
    /** Not the generated method: that is linked at its first use, and processes start with this. */
    boolean is(Content other) {
      return other != null && tensor == other.tensor && from == other.from && to == other.to;
    }
  }

  private final Program program;
  private final TreeMap<Long, Content> lying = new TreeMap<>();
  private final Content[] meant;
  private final boolean[] written;

  private ArenaFlow(Program program) {
    this.program = program;
    this.meant = new Content[program.tensors().size()];
    this.written = new boolean[program.tensors().size()];
  }

  static void verify(Program program) throws BadProgramException {
    new ArenaFlow(program).run();
  }

  private void run() throws BadProgramException {
    for (int input : program.inputs()) {
      written[input] = true;
    }
    for (Operator operator : program.operators()) {
      written[operator.output()] = true;
    }
    for (int input : program.inputs()) {
      Content content = content(input);
      Map.Entry<Long, Content> below = lying.lowerEntry(content.to());
      Require.that(
          below == null || below.getValue().to() <= content.from(),
          "inputs %d and %d share bytes of the arena",
          input,
          below == null ? 0 : below.getValue().tensor());
      write(input);
    }
    for (int i = 0; i < program.operators().size(); i++) {
      Operator operator = program.operators().get(i);
      for (int read : operator.reads()) {
        read(read, "operator " + i);
        apart(operator, read, i);
      }
      write(operator.output());
    }
    for (int output : program.outputs()) {
      read(output, "the caller");
    }
  }

  private Content content(int tensor) {
    long from = program.tensor(tensor).placement().offset();
    return new Content(tensor, from, from + program.tensor(tensor).bytes());
  }

  private void write(int tensor) {
    Content content = content(tensor);
    Map.Entry<Long, Content> hit = lying.lowerEntry(content.to());
    while (hit != null && hit.getValue().to() > content.from()) {
      lying.remove(hit.getKey());
      hit = lying.lowerEntry(content.to());
    }
    lying.put(content.from(), content);
    meant[tensor] = content;
  }

  private void read(int tensor, String reader) throws BadProgramException {
    if (program.tensor(tensor).placement() instanceof Placement.InConstants) {
      return;
    }
    Content wanted = content(tensor);
    Content found = lying.get(wanted.from());
    if (!written[tensor] && meant[tensor] == null && found != null && found.to() == wanted.to()) {
      meant[tensor] = found;
    }
    Require.that(
        meant[tensor] != null,
        "tensor %d (%s) is read by %s before anything is written there",
        tensor,
        program.tensor(tensor).name(),
        reader);
    Require.that(
        meant[tensor].is(found),
        "tensor %d (%s) at %d to %d of the arena is read by %s after its bytes were written over",
        tensor,
        program.tensor(tensor).name(),
        wanted.from(),
        wanted.to(),
        reader);
  }

  /** An operator may write over what it reads only where that cannot be seen. */
  private void apart(Operator operator, int read, int index) throws BadProgramException {
    if (program.tensor(read).placement() instanceof Placement.InConstants) {
      return;
    }
    Content in = content(read);
    Content out = content(operator.output());
    boolean disjoint = in.to() <= out.from() || out.to() <= in.from();
    Require.that(
        disjoint
            || (in.from() == out.from()
                && in.to() == out.to()
                && InPlace.allowed(
                    operator, read, t -> program.tensor(t).shape(), t -> program.tensor(t).type())),
        "operator %d writes tensor %d over tensor %d, which it still reads",
        index,
        operator.output(),
        read);
  }
}
