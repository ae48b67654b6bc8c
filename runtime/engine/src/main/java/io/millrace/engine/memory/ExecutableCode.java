package io.millrace.engine.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * Machine code in pages of its own. The bytes are copied in, then the pages lose the right to be
 * written and gain the right to be executed; there is no moment at which they have both. No
 * function may be running once the scope is closed; none can be called then.
 */
@SuppressWarnings("restricted")
public final class ExecutableCode {
  private static final long PAGE = 4096;
  private final MemorySegment pages;

  private ExecutableCode(MemorySegment pages) {
    this.pages = pages;
  }

  /**
   * Copies {@code code} into executable pages that live as long as {@code scope}.
   *
   * @throws IllegalStateException if the system refuses executable memory
   */
  public static ExecutableCode of(Arena scope, byte[] code) {
    MemorySegment pages =
        NativeMemory.map(Math.ceilDiv(Math.max(code.length, 1), PAGE) * PAGE)
            .reinterpret(scope, NativeMemory::unmap);
    MemorySegment.copy(code, 0, pages, ValueLayout.JAVA_BYTE, 0, code.length);
    NativeMemory.protect(pages, NativeMemory.READ | NativeMemory.EXECUTE);
    NativeMemory.synchronize(pages);
    return new ExecutableCode(pages);
  }

  /** Why there can be no executable code in this process; empty if nothing speaks against it. */
  public static Optional<String> unavailable() {
    return NativeMemory.unsynchronized();
  }

  /** Bytes that the pages take. */
  public long bytes() {
    return pages.byteSize();
  }

  /**
   * The function at {@code offset}, for {@link #call}.
   *
   * @throws IndexOutOfBoundsException if that is outside the code
   */
  public MemorySegment function(int offset) {
    return pages.asSlice(offset);
  }

  /**
   * Calls a {@link #function} with four 64-bit arguments in the platform's C convention. The thread
   * is in native state meanwhile, so a garbage collection neither waits for it nor stops it.
   */
  public static void call(MemorySegment function, long a, long b, long c, long d) {
    NativeMemory.call(function, a, b, c, d, 0, 0);
  }
}
