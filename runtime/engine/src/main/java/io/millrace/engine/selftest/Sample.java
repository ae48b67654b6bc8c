package io.millrace.engine.selftest;

import io.millrace.engine.kernel.Kernel;
import io.millrace.engine.portable.PortableKernels;
import io.millrace.program.BadProgramException;
import io.millrace.program.Operator;
import io.millrace.program.Placement;
import io.millrace.program.Program;
import io.millrace.program.ProgramLimits;
import io.millrace.program.Quantization;
import io.millrace.program.Rows;
import io.millrace.program.Schedule;
import io.millrace.program.Shape;
import io.millrace.program.TensorSpec;
import io.millrace.program.WeightLayout;
import io.millrace.program.Work;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Some rows of one operator, and of them all channels or a few.
 *
 * @param alone the operator as a program of its own, with these rows as its slots
 * @param rows the rows, rising
 * @param channels which channels the portable kernels compute
 * @param work what that takes them
 */
record Sample(Program alone, List<Integer> rows, List<Channels> channels, long work) {
  /** Channels {@code from} to {@code from + count - 1} of the output, of {@code all}. */
  record Channels(int from, int count, int all) {}

  /** A row that cannot be cut may take so many times the limit. */
  private static final long ONE_ROW = 8;

  /**
   * As many of the rows and channels of {@code operator} as the limits allow, if any.
   *
   * @param perOperator work that one operator may take
   * @param left work that is left for it and all behind it
   */
  static Optional<Sample> of(Program program, Operator operator, long perOperator, long left) {
    long limit = Math.min(perOperator, left);
    TensorSpec output = program.tensor(operator.output());
    int count = Rows.of(output.shape());
    long rowWork = Math.ceilDiv(Work.of(operator, program::tensor), count);
    int all = output.shape().last();
    Channels whole = new Channels(0, all, all);
    TreeSet<Integer> rows = new TreeSet<>(List.of(0, count / 2, count - 1));
    if (rowWork * rows.size() <= limit) {
      return Optional.of(
          new Sample(
              alone(program, operator, List.copyOf(rows)),
              List.copyOf(rows),
              List.of(whole),
              rowWork * rows.size()));
    }
    long channelWork = Math.ceilDiv(rowWork, all);
    if (isMatrix(operator, program) && channelWork <= limit) {
      rows.retainAll(channelWork * rows.size() <= limit ? rows : List.of(count / 2));
      int few = (int) Math.min(all, limit / (channelWork * rows.size()));
      // filters may share bytes with others: begin where a block of them does
      int end = (all - few / 2) / WeightLayout.CHANNELS * WeightLayout.CHANNELS;
      List<Channels> channels = new ArrayList<>(List.of(new Channels(0, few - few / 2, all)));
      if (few > 1) {
        channels.add(new Channels(end, few / 2, all));
      }
      return Optional.of(
          new Sample(
              alone(program, operator, List.copyOf(rows)),
              List.copyOf(rows),
              channels,
              channelWork * few * rows.size()));
    }
    if (rowWork <= Math.min(ONE_ROW * perOperator, left)) {
      List<Integer> middle = List.of(count / 2);
      return Optional.of(
          new Sample(alone(program, operator, middle), middle, List.of(whole), rowWork));
    }
    return Optional.empty();
  }

  /** Whether the first axis of the weights is the last of the output. */
  private static boolean isMatrix(Operator operator, Program program) {
    if (operator instanceof Operator.Conv2D o) {
      return o.groups() == 1
          && program.tensor(o.weights()).shape().dim(0)
              == program.tensor(o.output()).shape().last();
    }
    if (operator instanceof Operator.FullyConnected o) {
      return program.tensor(o.weights()).shape().dim(0)
          == program.tensor(o.output()).shape().last();
    }

    return false;
  }

  private static Program alone(Program program, Operator operator, List<Integer> rows) {
    List<TensorSpec> tensors = new ArrayList<>(program.tensors());
    long arena = 0;
    List<Integer> inputs = new ArrayList<>();
    Constants constants = Constants.of(program, operator);
    for (int t : touched(operator)) {
      TensorSpec spec = tensors.get(t);
      Placement place =
          spec.placement() instanceof Placement.InArena
              ? new Placement.InArena(arena)
              : new Placement.InConstants(spec.placement().offset() - constants.from());
      tensors.set(t, placed(spec, spec.shape(), place));
      if (place instanceof Placement.InArena) {
        arena = ProgramLimits.aligned(arena + spec.bytes());
        if (t != operator.output()) {
          inputs.add(t);
        }
      }
    }
    List<Schedule.Slot> slots =
        rows.stream().map(r -> new Schedule.Slot(0, r, 1, List.of(), Schedule.Cost.ZERO)).toList();
    return new Program(
        program.name(),
        program.device(),
        program.costProvenance(),
        tensors,
        List.of(operator),
        inputs,
        List.of(operator.output()),
        new Schedule(List.of(new Schedule.Lane(slots))),
        new Program.MemorySummary(arena, arena),
        program.constants().asSlice(constants.from(), constants.to() - constants.from()));
  }

  /** The part of the constants section that an operator reads: what it reads lies together. */
  private record Constants(long from, long to) {
    static Constants of(Program program, Operator operator) {
      long from = program.constants().byteSize();
      long to = 0;
      for (int t : operator.reads()) {
        TensorSpec spec = program.tensor(t);
        if (spec.placement() instanceof Placement.InConstants at) {
          from = Math.min(from, at.offset());
          to = Math.max(to, at.offset() + spec.bytes());
        }
      }
      return new Constants(Math.min(from, to), to);
    }
  }

  /** Each tensor of an operator once. */
  private static Set<Integer> touched(Operator operator) {
    Set<Integer> tensors = new TreeSet<>(operator.reads());
    tensors.add(operator.output());
    return tensors;
  }

  private static TensorSpec placed(TensorSpec spec, Shape shape, Placement at) {
    return new TensorSpec(spec.name(), spec.type(), shape, spec.quantization(), at, spec.layout());
  }

  /**
   * Has both compute the sample.
   *
   * @param operator its index, which seeds the inputs too
   * @return the first byte that differs, empty if none does
   */
  Optional<String> compare(Emitted emitted, int operator) throws BadProgramException {
    Random random = new Random(operator);
    Map<Integer, byte[]> inputs = new LinkedHashMap<>();
    for (int input : alone.inputs()) {
      byte[] bytes = new byte[Math.toIntExact(alone.tensor(input).bytes())];
      random.nextBytes(bytes);
      inputs.put(input, bytes);
    }
    byte[] actual = emitted.answer(operator, inputs);
    TensorSpec output = alone.tensor(alone.outputs().getFirst());
    int rowBytes = actual.length / Rows.of(output.shape());
    for (Channels some : channels) {
      byte[] expected = portable(some, inputs);
      // bytes of the channels asked for, and of all, at one pixel
      int part = Math.toIntExact(output.type().bytes(some.count()));
      int pixel = Math.toIntExact(output.type().bytes(some.all()));
      int first = Math.toIntExact(output.type().bytes(some.from()));
      for (int row : rows) {
        for (int p = 0; p < rowBytes / pixel; p++) {
          for (int b = 0; b < part; b++) {
            byte wanted = expected[row * (rowBytes / pixel * part) + p * part + b];
            byte found = actual[row * rowBytes + p * pixel + first + b];
            if (wanted != found) {
              return Optional.of(
                  "row %d, byte %d is %d, not %d"
                      .formatted(row, p * pixel + first + b, found, wanted));
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  private byte[] portable(Channels some, Map<Integer, byte[]> inputs) throws BadProgramException {
    Program part = some.count() == some.all() ? alone : narrowed(some);
    try (Arena scope = Arena.ofConfined()) {
      MemorySegment arena = scope.allocate(alone.memory().arenaBytes(), ProgramLimits.ALIGNMENT);
      inputs.forEach((tensor, bytes) ->
          MemorySegment.copy(
              bytes,
              0,
              arena,
              ValueLayout.JAVA_BYTE,
              part.tensor(tensor).placement().offset(),
              bytes.length));
      Kernel kernel = PortableKernels.bind(part, 0, arena);
      rows.forEach(row -> kernel.run(row, 1));
      TensorSpec out = part.tensor(part.outputs().getFirst());
      return arena.asSlice(out.placement().offset(), out.bytes()).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /** The operator with a part of its filters. */
  private Program narrowed(Channels some) {
    List<TensorSpec> tensors = new ArrayList<>(alone.tensors());
    Operator operator = alone.operators().getFirst();
    if (operator instanceof Operator.Conv2D o) {
      narrow(tensors, some, o.weights(), o.bias(), o.multipliers());
    } else if (operator instanceof Operator.FullyConnected o) {
      narrow(tensors, some, o.weights(), o.bias(), o.multipliers());
    } else {
      throw new IllegalStateException("no part of " + operator);
    }
    TensorSpec output = tensors.get(operator.output());
    tensors.set(
        operator.output(), placed(output, last(output.shape(), some.count()), output.placement()));
    return new Program(
        alone.name(),
        alone.device(),
        alone.costProvenance(),
        tensors,
        alone.operators(),
        alone.inputs(),
        alone.outputs(),
        alone.schedule(),
        alone.memory(),
        alone.constants());
  }

  private static void narrow(
      List<TensorSpec> tensors, Channels some, int weights, int bias, int multipliers) {
    TensorSpec w = tensors.get(weights);
    int[] dims = w.shape().toArray();
    // that many filters lie before them
    dims[0] = some.from();
    long before = some.from() == 0 ? 0 : w.layout().bytes(w.type(), Shape.of(dims));
    dims[0] = some.count();
    // machine code exists only for weights whose zero points are all 0
    tensors.set(
        weights,
        new TensorSpec(
            w.name(),
            w.type(),
            Shape.of(dims),
            Quantization.NONE,
            new Placement.InConstants(w.placement().offset() + before),
            w.layout()));
    for (int t : new int[] {bias, multipliers}) {
      if (t != Operator.NONE) {
        TensorSpec spec = tensors.get(t);
        tensors.set(
            t,
            placed(
                spec,
                Shape.of(some.count()),
                new Placement.InConstants(
                    spec.placement().offset() + spec.type().bytes(some.from()))));
      }
    }
  }

  private static Shape last(Shape shape, int extent) {
    int[] dims = shape.toArray();
    dims[dims.length - 1] = extent;
    return Shape.of(dims);
  }
}
