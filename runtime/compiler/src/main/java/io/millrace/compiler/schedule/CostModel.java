package io.millrace.compiler.schedule;

import io.millrace.device.DeviceProfile;
import io.millrace.device.Provenance;
import io.millrace.program.Operator;
import io.millrace.program.Placement;
import io.millrace.program.ProgramLimits;
import io.millrace.program.Rows;
import io.millrace.program.Schedule;
import io.millrace.program.TensorSpec;
import io.millrace.program.Work;
import java.util.List;

/**
 * What a band of an operator takes on one core of a board, from the figures of its profile:
 *
 * <pre>
 * time   = slot overhead + max(work / rate of its kind, bytes moved / bytes per second)
 * energy = time * what a spinning core draws above the idle board
 *          + work * energy of its kind + bytes moved * energy of a byte
 * </pre>
 *
 * Work is multiply-accumulates for convolutions and products, elements for all else. Bytes moved
 * are the constants, which come from RAM at each inference, and the activations where the arena is
 * larger than the L2 cache. Energy leaves out the idle board, which draws the same without us. A
 * slot that computes all the time, or moves bytes all the time, takes an active core's power; one
 * that does both at once takes more, one that starts or waits takes less.
 *
 * <p>Work and bytes are shared among bands by rows, so the bands of an operator take together what
 * it takes undivided, and the start of each further slot; each slot is rounded up to a nanojoule.
 *
 * <p>With several lanes a slot that waits for others takes a hand-over for each of them besides, at
 * the power of a spinning core, and a lane that slept takes a while to be there.
 */
public final class CostModel {
  /** So much for one slot that thousands of them still sum up: 24 days. */
  private static final double MOST = 1L << 51;

  /**
   * The caller of a futex is back long before the sleeper runs; that it takes an eighth of that
   * time is modelled, not measured.
   */
  private static final long WAKE_PER_CALL = 8;

  private static final List<DeviceProfile.Key> USED =
      List.of(
          DeviceProfile.Key.L2_BYTES,
          DeviceProfile.Key.RAM_BYTES_PER_SECOND,
          DeviceProfile.Key.INT8_MACS_PER_SECOND,
          DeviceProfile.Key.INT8_DEPTHWISE_MACS_PER_SECOND,
          DeviceProfile.Key.ELEMENTS_PER_SECOND,
          DeviceProfile.Key.SLOT_OVERHEAD_NS,
          DeviceProfile.Key.HANDOVER_NS,
          DeviceProfile.Key.WAKE_NS,
          DeviceProfile.Key.SPINNING_CORE_MILLIW,
          DeviceProfile.Key.INT8_MAC_PICOJ,
          DeviceProfile.Key.DEPTHWISE_MAC_PICOJ,
          DeviceProfile.Key.ELEMENT_PICOJ,
          DeviceProfile.Key.RAM_BYTE_PICOJ);

  /** What a kind of work takes: the keys of its rate and of its energy. */
  private enum Kind {
    MATRIX(DeviceProfile.Key.INT8_MACS_PER_SECOND, DeviceProfile.Key.INT8_MAC_PICOJ),
    DEPTHWISE(
        DeviceProfile.Key.INT8_DEPTHWISE_MACS_PER_SECOND, DeviceProfile.Key.DEPTHWISE_MAC_PICOJ),
    ELEMENTS(DeviceProfile.Key.ELEMENTS_PER_SECOND, DeviceProfile.Key.ELEMENT_PICOJ);

    final DeviceProfile.Key perSecond;
    final DeviceProfile.Key picoJ;

    Kind(DeviceProfile.Key perSecond, DeviceProfile.Key picoJ) {
      this.perSecond = perSecond;
      this.picoJ = picoJ;
    }

    static Kind of(Operator operator) {
      return switch (operator) {
        case Operator.Conv2D _, Operator.FullyConnected _ -> MATRIX;
        case Operator.DepthwiseConv2D _ -> DEPTHWISE;
        default -> ELEMENTS;
      };
    }
  }

  private final DeviceProfile device;
  private final boolean arenaInCache;

  public CostModel(DeviceProfile device, long arenaBytes) {
    this.device = device;
    this.arenaInCache = arenaBytes <= device.value(DeviceProfile.Key.L2_BYTES);
  }

  /** The weakest provenance of all figures that predictions are made from. */
  public Provenance provenance() {
    Provenance weakest = Provenance.MEASURED_HERE;
    for (DeviceProfile.Key key : USED) {
      weakest = weakest.weaker(device.figure(key).provenance());
    }
    return weakest;
  }

  /** What {@code rows} output rows of {@code operator} take. */
  public Schedule.Cost cost(Operator operator, List<TensorSpec> tensors, int rows) {
    double share = (double) rows / Rows.of(tensors.get(operator.output()).shape());
    Kind kind = Kind.of(operator);
    double work = (double) Work.of(operator, tensors::get) * share;
    double bytes = bytesMoved(operator, tensors) * share;
    double seconds =
        Math.max(
            work / device.value(kind.perSecond),
            bytes / device.value(DeviceProfile.Key.RAM_BYTES_PER_SECOND));
    double timeNs =
        Math.min(MOST, device.value(DeviceProfile.Key.SLOT_OVERHEAD_NS) + 1e9 * seconds);
    double picoJ =
        spinningPicoJ(timeNs)
            + work * device.value(kind.picoJ)
            + bytes * device.value(DeviceProfile.Key.RAM_BYTE_PICOJ);
    return new Schedule.Cost((long) Math.ceil(timeNs), nanoJ(picoJ));
  }

  /** What a core takes that spins for {@code timeNs}, above the idle board. */
  long spinningNanoJ(double timeNs) {
    return nanoJ(spinningPicoJ(timeNs));
  }

  private double spinningPicoJ(double timeNs) {
    // milliwatts times nanoseconds are picojoules
    return timeNs * device.value(DeviceProfile.Key.SPINNING_CORE_MILLIW);
  }

  private static long nanoJ(double picoJ) {
    return (long) Math.ceil(Math.min(MOST, picoJ / 1e3));
  }

  /** How many lanes the board has cores for. */
  public int cores() {
    return (int) Math.clamp(device.value(DeviceProfile.Key.CORES), 1, ProgramLimits.LANES);
  }

  /** From the end of a slot until a core that spins for it goes on. */
  long handoverNs() {
    return bounded(DeviceProfile.Key.HANDOVER_NS);
  }

  /** From the start of an inference until a lane that slept runs. */
  long wakeNs() {
    return bounded(DeviceProfile.Key.WAKE_NS);
  }

  /** How long waking one lane holds up the lane that wakes it: a system call. */
  long wakeCallNs() {
    return wakeNs() / WAKE_PER_CALL;
  }

  private long bounded(DeviceProfile.Key key) {
    return (long) Math.ceil(Math.min(MOST, device.value(key)));
  }

  private double bytesMoved(Operator operator, List<TensorSpec> tensors) {
    double bytes = 0;
    for (int read : operator.reads()) {
      TensorSpec tensor = tensors.get(read);
      if (!arenaInCache || tensor.placement() instanceof Placement.InConstants) {
        bytes += tensor.bytes();
      }
    }
    return arenaInCache ? bytes : bytes + tensors.get(operator.output()).bytes();
  }
}
