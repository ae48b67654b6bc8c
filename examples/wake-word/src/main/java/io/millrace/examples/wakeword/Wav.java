package io.millrace.examples.wakeword;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** WAVE files of one channel, 16 bit PCM. */
final class Wav {
  private static final int HEADER = 44;

  private Wav() {}

  /** Writes {@code sound}, shares of full scale, at {@link Sounds#RATE_HZ}. */
  static void write(Path file, float[] sound) throws IOException {
    int bytes = 2 * sound.length;
    ByteBuffer wav = ByteBuffer.allocate(HEADER + bytes).order(ByteOrder.LITTLE_ENDIAN);
    text(wav, "RIFF").putInt(HEADER - 8 + bytes);
    text(wav, "WAVE");
    text(wav, "fmt ").putInt(16).putShort((short) 1).putShort((short) 1);
    wav.putInt(Sounds.RATE_HZ).putInt(2 * Sounds.RATE_HZ).putShort((short) 2).putShort((short) 16);
    text(wav, "data").putInt(bytes);
    for (float value : sound) {
      wav.putShort((short) Math.clamp(Math.round(value * 32767f), -32768, 32767));
    }
    Files.write(file, wav.array());
  }

  private static ByteBuffer text(ByteBuffer to, String four) {
    return to.put(four.getBytes(StandardCharsets.US_ASCII));
  }
}
