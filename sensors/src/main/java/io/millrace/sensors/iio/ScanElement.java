package io.millrace.sensors.iio;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How one channel lies in the records of a buffer, as {@code scan_elements/in_*_type} says: {@code
 * [be|le]:[s|u]bits/storagebitsXrepeat>>shift}.
 *
 * @param name the channel
 * @param index its place among the channels
 * @param bigEndian byte order
 * @param signed whether negative values are there
 * @param bits of the value, 1 to 64
 * @param storageBytes that it takes, 1, 2, 4 or 8; also what it is aligned to
 * @param shift bits below the value
 */
record ScanElement(
    String name,
    int index,
    boolean bigEndian,
    boolean signed,
    int bits,
    int storageBytes,
    int shift) {
  private static final Pattern TYPE =
      Pattern.compile("(be|le):([su])([0-9]{1,2})/([0-9]{1,2})(X[0-9]+)?>>([0-9]{1,2})");

  /**
   * The element that {@code type} describes.
   *
   * @throws IllegalArgumentException if it does not
   */
  static ScanElement of(String name, int index, String type) {
    Matcher m = TYPE.matcher(type);
    if (m.matches() && (m.group(5) == null || m.group(5).equals("X1"))) {
      int bits = Integer.parseInt(m.group(3));
      int storage = Integer.parseInt(m.group(4));
      int shift = Integer.parseInt(m.group(6));
      boolean whole = storage == 8 || storage == 16 || storage == 32 || storage == 64;
      if (whole && bits >= 1 && bits + shift <= storage) {
        boolean big = m.group(1).equals("be");
        return new ScanElement(name, index, big, m.group(2).equals("s"), bits, storage / 8, shift);
      }
    }
    throw new IllegalArgumentException(
        "type '%s' of channel %s is not one such as le:s12/16>>4 (storage of 8, 16, 32 or 64 bits)"
            .formatted(type, name));
  }

  /** The value at {@code at}. */
  long value(byte[] from, int at) {
    long stored = 0;
    for (int i = 0; i < storageBytes; i++) {
      int b = bigEndian ? i : storageBytes - 1 - i;
      stored = (stored << 8) | (from[at + b] & 0xFF);
    }
    long top = stored << (64 - bits - shift);
    return signed ? top >> (64 - bits) : top >>> (64 - bits);
  }
}
