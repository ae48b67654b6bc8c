package io.millrace.sensors.iio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Records of a buffer: enabled elements by their index, each aligned to its own size, the whole to
 * that of the largest (drivers/iio/industrialio-buffer.c, iio_compute_scan_bytes).
 *
 * <pre>
 *   accel_x le:s12/16&gt;&gt;4   accel_y   accel_z   (2 bytes)   timestamp le:s64/64&gt;&gt;0
 *   0                        2         4         6           8                      16
 * </pre>
 *
 * @param elements by index, the time stamp too
 * @param offsets of each in a record
 * @param recordBytes of one record
 */
record ScanLayout(List<ScanElement> elements, List<Integer> offsets, int recordBytes) {
  static final String TIMESTAMP = "timestamp";

  static ScanLayout of(List<ScanElement> enabled) {
    List<ScanElement> elements =
        enabled.stream().sorted(Comparator.comparingInt(ScanElement::index)).toList();
    List<Integer> offsets = new ArrayList<>();
    int at = 0;
    int largest = 1;
    for (ScanElement e : elements) {
      at = Math.ceilDiv(at, e.storageBytes()) * e.storageBytes();
      offsets.add(at);
      at += e.storageBytes();
      largest = Math.max(largest, e.storageBytes());
    }
    return new ScanLayout(elements, offsets, Math.ceilDiv(at, largest) * largest);
  }

  /** Names of what the device can put into a buffer. */
  static List<String> available(Path folder) throws IOException {
    Path scan = folder.resolve("scan_elements");
    if (!Files.isDirectory(scan)) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    try (Stream<Path> all = Files.list(scan)) {
      for (Path file : all.sorted().toList()) {
        String is = file.getFileName().toString();
        if (is.matches("in_.+_en")) {
          names.add(is.substring(3, is.length() - 3));
        }
      }
    }
    return names;
  }

  /** The elements of these names, as the device describes them. */
  static ScanLayout read(Path folder, List<String> names) throws IOException {
    List<ScanElement> elements = new ArrayList<>();
    for (String name : names) {
      Path scan = folder.resolve("scan_elements");
      Optional<String> index = IioDevice.text(scan, "in_" + name + "_index");
      Optional<String> type = IioDevice.text(scan, "in_" + name + "_type");
      if (index.isEmpty() || type.isEmpty()) {
        throw new IOException(scan + " has no channel '" + name + "'; it has " + available(folder));
      }
      try {
        elements.add(ScanElement.of(name, Integer.parseInt(index.get()), type.get()));
      } catch (IllegalArgumentException e) {
        throw new IOException(scan + ": " + e.getMessage(), e);
      }
    }
    return of(elements);
  }

  /** Where the element of this name stands among the elements; -1 if it is not there. */
  int indexOf(String name) {
    for (int i = 0; i < elements.size(); i++) {
      if (elements.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }
}
