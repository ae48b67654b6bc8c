package io.millrace.sensors.audio;

import io.millrace.sensors.SampleFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * What is recorded: interleaved linear PCM, little-endian.
 *
 * @param encoding how one value is stored
 * @param rateHz samples a second, 1 to 768000
 * @param channels 1 to 64
 */
public record AudioFormat(Encoding encoding, int rateHz, int channels) {
  /** How one value is stored, with ALSA's names. */
  public enum Encoding {
    S16_LE(2),
    S32_LE(4);

    private final int bytes;

    Encoding(int bytes) {
      this.bytes = bytes;
    }

    /** Bytes of one value. */
    public int bytes() {
      return bytes;
    }

    /** The value at {@code at} as a share of full scale, -1 to below 1. */
    float value(byte[] from, int at) {
      if (this == S16_LE) {
        return ((from[at] & 0xFF) | (from[at + 1] << 8)) / 32768f;
      }
      int v =
          (from[at] & 0xFF)
              | ((from[at + 1] & 0xFF) << 8)
              | ((from[at + 2] & 0xFF) << 16)
              | (from[at + 3] << 24);
      return (float) (v / 2147483648.0);
    }
  }

  public AudioFormat {
    if (rateHz < 1 || rateHz > 768_000 || channels < 1 || channels > 64) {
      throw new IllegalArgumentException(
          "%d channels at %d Hz; 1 to 64 channels at 1 to 768000 Hz can be recorded"
              .formatted(channels, rateHz));
    }
  }

  /** Bytes of one sample of all channels. */
  public int frameBytes() {
    return encoding.bytes() * channels;
  }

  /** Channels {@code ch0}, {@code ch1}, … in shares of full scale. */
  public SampleFormat samples(String source) {
    List<SampleFormat.Channel> named = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      named.add(new SampleFormat.Channel("ch" + c, "1", 1));
    }
    return new SampleFormat(source, named, rateHz);
  }
}
