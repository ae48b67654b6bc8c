package io.millrace.node.report.sparkplug;

import io.millrace.node.storage.SmallFile;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * The number that ties a death to its birth, {@code bdSeq}: one more with each attempt to connect,
 * 0 after 255, and not forgotten between starts, so that a late death of an earlier connection is
 * not taken for that of this one.
 */
final class BirthNumber {
  private static final int NUMBERS = 256;

  private final SmallFile file;
  private final Consumer<? super Exception> errors;
  private int current;

  /** Goes on where the last start ended; a file that cannot be read is told, and begins at 0. */
  BirthNumber(SmallFile file, Consumer<? super Exception> errors) {
    this.file = file;
    this.errors = errors;
    current = last();
  }

  private int last() {
    try {
      String text = file.read().orElse("").strip();
      if (text.isEmpty()) {
        return NUMBERS - 1;
      }
      int number = Integer.parseInt(text);
      if (number >= 0 && number < NUMBERS) {
        return number;
      }
      errors.accept(new IOException(file.path() + " holds " + number + ", not 0 to 255; from 0"));
    } catch (NumberFormatException e) {
      errors.accept(new IOException(file.path() + " holds no number; births begin at 0", e));
    } catch (IOException e) {
      errors.accept(e);
    }
    return NUMBERS - 1;
  }

  /** The next one, on disk before it is used. */
  int next() {
    current = (current + 1) % NUMBERS;
    try {
      file.write(current + "\n");
    } catch (IOException e) {
      // a number that is used twice is better than no birth
      errors.accept(new IOException("birth number not remembered: " + e.getMessage(), e));
    }
    return current;
  }

  int current() {
    return current;
  }
}
