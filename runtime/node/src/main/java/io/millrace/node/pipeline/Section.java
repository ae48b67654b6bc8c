package io.millrace.node.pipeline;

import java.util.Map;
import java.util.Optional;

/**
 * The entries of one mapping.
 *
 * @param place the mapping itself
 * @param entries by key
 */
public record Section(Entry place, Map<String, Entry> entries) {
  /** How a value is read. */
  public interface Reader<T> {
    /** Reads it, or says what is wrong with it. */
    T read(Entry entry) throws PipelineException;
  }

  /** The entry of a key that must be there. */
  public Entry required(String key) throws PipelineException {
    Entry entry = entries.get(key);
    if (entry == null) {
      throw place.bad("key '" + key + "' is missing");
    }
    return entry;
  }

  /** Whether the key is there. */
  public boolean has(String key) {
    return entries.containsKey(key);
  }

  /** What {@code reader} makes of the entry; {@code absent} if there is none. */
  public <T> T optional(String key, T absent, Reader<? extends T> reader) throws PipelineException {
    Entry entry = entries.get(key);
    return entry == null ? absent : reader.read(entry);
  }

  /** What {@code reader} makes of the entry, if there is one. */
  public <T> Optional<T> optional(String key, Reader<T> reader) throws PipelineException {
    Entry entry = entries.get(key);
    return entry == null ? Optional.empty() : Optional.of(reader.read(entry));
  }

  /** Refuses keys that mean nothing here. */
  public void refuse(String because, String... keys) throws PipelineException {
    for (String key : keys) {
      if (has(key)) {
        throw entries.get(key).bad(because);
      }
    }
  }
}
