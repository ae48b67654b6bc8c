package io.millrace.engine.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;

/**
 * The C library's {@code mmap}, {@code mprotect}, {@code munmap} and {@code mlock} with Linux
 * constants, and calls into code of our own.
 *
 * <p>All go through one handle of six 64-bit integers to one: the linker spins classes for each
 * shape that it is asked for, some milliseconds of a process's start. In both conventions that we
 * run on, System V AMD64 and AAPCS64, addresses and integers are passed in the same registers, a
 * function reads the low half of a register where it expects 32 bits, and registers of arguments
 * that it has not are its own to overwrite; of a 32-bit result the high half is undefined.
 */
@SuppressWarnings("restricted")
final class NativeMemory {
  static final int READ = 1;
  static final int WRITE = 2;
  static final int EXECUTE = 4;
  private static final int PRIVATE_ANONYMOUS = 0x22;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final FunctionDescriptor SHAPE =
      FunctionDescriptor.of(
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG);
  private static final MethodHandle CALL = LINKER.downcallHandle(SHAPE);

  private static final MemorySegment MMAP = find("mmap");
  private static final MemorySegment MPROTECT = find("mprotect");
  private static final MemorySegment MUNMAP = find("munmap");
  private static final MemorySegment MLOCK = find("mlock");

  private NativeMemory() {}

  /** Looked for where instructions are fetched past what was written; see {@link #synchronize}. */
  private static final class Caches {
    static final boolean APART =
        System.getProperty("os.arch").toLowerCase(Locale.ROOT).equals("aarch64");
    static final Optional<MemorySegment> CLEAR = APART ? clear() : Optional.empty();

    private static Optional<MemorySegment> clear() {
      Optional<MemorySegment> found = LINKER.defaultLookup().find(CLEAR_CACHE);
      if (found.isPresent()) {
        return found;
      }
      try {
        return SymbolLookup.libraryLookup(RUNTIME_OF_COMPILERS, Arena.global()).find(CLEAR_CACHE);
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
  }

  private static final String CLEAR_CACHE = "__clear_cache";
  private static final String RUNTIME_OF_COMPILERS = "libgcc_s.so.1";

  /** Why code that was written cannot be made seen by instruction fetches; empty if it can. */
  static Optional<String> unsynchronized() {
    return Caches.APART && Caches.CLEAR.isEmpty()
        ? Optional.of("no " + CLEAR_CACHE + " in " + RUNTIME_OF_COMPILERS + " (package libgcc-s1)")
        : Optional.empty();
  }

  /**
   * Makes instruction fetches see what was written. AArch64 does not by itself (DDI 0487,
   * B2.7.4.2): data caches are cleaned and instruction caches invalidated line by line, for all
   * cores.
   */
  static void synchronize(MemorySegment code) {
    if (Caches.APART) {
      MemorySegment clear =
          Caches.CLEAR.orElseThrow(() -> new IllegalStateException(unsynchronized().orElseThrow()));
      long _ = call(clear, code.address(), code.address() + code.byteSize(), 0, 0, 0, 0);
    }
  }

  private static MemorySegment find(String name) {
    SymbolLookup libc = LINKER.defaultLookup();
    return libc.findOrThrow(name);
  }

  /** Fresh zeroed pages, readable and writable. */
  static MemorySegment map(long bytes) {
    long rights = READ | WRITE;
    long address = call(MMAP, 0, bytes, rights, PRIVATE_ANONYMOUS, -1, 0);
    if (address == -1) {
      throw new OutOfMemoryError(
          "mmap of "
              + bytes
              + " bytes: errno "
              + errno(MMAP, 0, bytes, rights, PRIVATE_ANONYMOUS, -1, 0));
    }
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  static void protect(MemorySegment pages, int rights) {
    if ((int) call(MPROTECT, pages.address(), pages.byteSize(), rights, 0, 0, 0) != 0) {
      throw new IllegalStateException(
          "mprotect of %d bytes to rights %d: errno %d (a hardened kernel may forbid it)"
              .formatted(
                  pages.byteSize(),
                  rights,
                  errno(MPROTECT, pages.address(), pages.byteSize(), rights, 0, 0, 0)));
    }
  }

  static void unmap(MemorySegment pages) {
    if ((int) call(MUNMAP, pages.address(), pages.byteSize(), 0, 0, 0, 0) != 0) {
      throw new IllegalStateException(
          "munmap: errno " + errno(MUNMAP, pages.address(), pages.byteSize(), 0, 0, 0, 0));
    }
  }

  /** Whether the pages could be locked into RAM; a user's limit often forbids it. */
  static boolean lock(MemorySegment pages) {
    return (int) call(MLOCK, pages.address(), pages.byteSize(), 0, 0, 0, 0) == 0;
  }

  /** Calls {@code function}; see the class comment on what it may be. */
  static long call(MemorySegment function, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) CALL.invokeExact(function, a, b, c, d, e, f);
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /**
   * Why a call failed: it is made once more, through a handle that keeps {@code errno}, which would
   * cost every start a second shape.
   */
  private static int errno(MemorySegment function, long a, long b, long c, long d, long e, long f) {
    StructLayout state = Linker.Option.captureStateLayout();
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment kept = scratch.allocate(state);
      MethodHandle keeping = LINKER.downcallHandle(SHAPE, Linker.Option.captureCallState("errno"));
      long _ = (long) keeping.invokeExact(function, kept, a, b, c, d, e, f);
      return (int) state.varHandle(MemoryLayout.PathElement.groupElement("errno")).get(kept, 0L);
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  private static RuntimeException unchecked(Throwable t) {
    if (t instanceof Error e) {
      throw e;
    }
    return t instanceof RuntimeException r ? r : new IllegalStateException(t);
  }
}
