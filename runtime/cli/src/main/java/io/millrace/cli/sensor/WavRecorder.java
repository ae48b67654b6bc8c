package io.millrace.cli.sensor;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Records sound into a WAVE file of 32-bit floats (chunks as {@code WavRecording} describes them),
 * the same to the last bit. A WAVE file knows no gaps: missing samples are silence. The header is
 * true after each block, so that what a power cut leaves can be read.
 */
public final class WavRecorder implements SampleSink {
  private static final int HEADER_BYTES = 44;
  private static final long MOST_BYTES = 0xFFFF_FFFFL - HEADER_BYTES;
  private static final int IEEE_FLOAT = 3;

  private final Path file;
  private final SampleFormat format;
  private final FileOutputStream out;
  private byte[] bytes = new byte[0];
  private long dataBytes;
  private long silent;

  /**
   * Makes {@code file}, which must not be there yet.
   *
   * @throws IOException if it cannot be made, or the rate is no whole number
   */
  public WavRecorder(Path file, SampleFormat format) throws IOException {
    if (format.rateHz() != Math.rint(format.rateHz()) || format.width() > 256) {
      throw new IOException(
          "%s gives %d values at %s Hz; a WAVE file takes 256 channels at most and whole numbers of Hz: record into .csv"
              .formatted(format.source(), format.width(), format.rateHz()));
    }
    this.file = file;
    this.format = format;
    this.out = RecordingFile.create(file);
    out.write(header());
  }

  private byte[] header() {
    int frame = 4 * format.width();
    int rate = (int) format.rateHz();
    ByteBuffer h = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    h.put(ascii("RIFF")).putInt((int) (HEADER_BYTES - 8 + dataBytes)).put(ascii("WAVE"));
    h.put(ascii("fmt ")).putInt(16).putShort((short) IEEE_FLOAT).putShort((short) format.width());
    h.putInt(rate).putInt(rate * frame).putShort((short) frame).putShort((short) 32);
    h.put(ascii("data")).putInt((int) dataBytes);
    return h.array();
  }

  private static byte[] ascii(String id) {
    return id.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void take(SampleBlock block) throws IOException {
    int width = format.width();
    long added = (block.missingBefore() + block.samples()) * 4 * width;
    if (dataBytes + added > MOST_BYTES) {
      throw new IOException(file + ": a WAVE file holds 4 GiB at most; what came so far is in it");
    }
    silence(block.missingBefore() * width);
    int blockBytes = 4 * width * block.samples();
    ByteBuffer b = ByteBuffer.wrap(room(blockBytes)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < block.samples() * width; i++) {
      b.putFloat(block.values()[block.offset() + i]);
    }
    out.write(bytes, 0, blockBytes);
    dataBytes += added;
    silent += block.missingBefore();
    @SuppressWarnings("resource") // the stream's own
    var channel = out.getChannel();
    long end = channel.position();
    channel.position(0);
    out.write(header());
    channel.position(end);
  }

  private void silence(long values) throws IOException {
    int piece = (int) Math.min(4 * values, 1 << 16);
    java.util.Arrays.fill(room(piece), (byte) 0);
    for (long left = 4 * values; left > 0; left -= piece) {
      out.write(bytes, 0, (int) Math.min(left, piece));
    }
  }

  private byte[] room(int atLeast) {
    if (bytes.length < atLeast) {
      bytes = new byte[atLeast];
    }
    return bytes;
  }

  /** How a pipeline file names the recording. */
  public String replay() {
    return "sensor: {replay: %s}%s"
        .formatted(file, silent == 0 ? "" : "; " + silent + " missing samples are silence in it");
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
