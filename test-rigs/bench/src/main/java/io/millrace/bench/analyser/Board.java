package io.millrace.bench.analyser;

import io.millrace.device.DeviceProfile;
import io.millrace.device.DeviceProfiles;
import io.millrace.engine.aarch64.Target;

/** A board of the profiles, with the core that its times are worked out for. */
enum Board {
  ZERO_2W("rpi-zero2w", Processor.CORTEX_A53, Target.NEON),
  PI_3BP("rpi3b+", Processor.CORTEX_A53, Target.NEON),
  PI_4B("rpi4b", Processor.CORTEX_A72, Target.NEON),
  PI_5("rpi5", Processor.CORTEX_A76, Target.DOTPROD);

  private final String id;
  private final Processor processor;
  private final Target target;

  Board(String id, Processor processor, Target target) {
    this.id = id;
    this.processor = processor;
    this.target = target;
  }

  String id() {
    return id;
  }

  Processor processor() {
    return processor;
  }

  /** The instructions that its kernels are made of. */
  Target target() {
    return target;
  }

  DeviceProfile profile() {
    return DeviceProfiles.named(id);
  }

  /** Its caches and RAM, from the profile. */
  MemoryTraffic memory() {
    DeviceProfile p = profile();
    return new MemoryTraffic(
        processor,
        p.value(DeviceProfile.Key.L1D_BYTES),
        p.value(DeviceProfile.Key.L2_BYTES),
        p.value(DeviceProfile.Key.RAM_BYTES_PER_SECOND) / p.value(DeviceProfile.Key.CLOCK_HZ));
  }
}
