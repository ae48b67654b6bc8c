package io.millrace.sensors.pi4j.chip;

import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.SampleFormat.Channel;
import io.millrace.sensors.pi4j.bus.SpiPort;
import io.millrace.sensors.pi4j.settings.Mcp3008Settings;
import io.millrace.sensors.pi4j.stream.PolledChip;
import java.io.IOException;
import java.util.List;

/**
 * Microchip MCP3008 (DS21295). It converts while it is asked, and has neither registers nor an id:
 * a missing chip shows only where the line is pulled up, by a null bit that is none.
 */
public final class Mcp3008 implements PolledChip {
  /** Figure 6-1: the start bit at the end of the first byte. */
  private static final int START = 0x01;

  /** Table 5-2: single-ended. */
  private static final int SINGLE = 0x80;

  /** Figure 6-1: before the ten bits comes one that is 0. */
  private static final int NULL_BIT = 0x04;

  /** Equation 4-2: code = 1024 · input / reference. */
  private static final double STEPS = 1024;

  private final SpiPort port;
  private final SampleFormat format;
  private final int[] inputs;
  private final double voltsPerStep;
  private final byte[] out = {START, 0, 0};
  private final byte[] in = new byte[3];

  /** Closes {@code port} when this is closed. */
  public Mcp3008(SpiPort port, Mcp3008Settings settings) {
    this.port = port;
    List<Channel> channels =
        settings.inputs().stream().map(i -> new Channel("ch" + i, "V", 1)).toList();
    this.format = new SampleFormat(settings.source(), channels, settings.rateHz());
    this.inputs = settings.inputs().stream().mapToInt(i -> i).toArray();
    this.voltsPerStep = settings.referenceV() / STEPS;
  }

  @Override
  public SampleFormat format() {
    return format;
  }

  @Override
  public void start() throws IOException {
    convert(inputs[0]);
  }

  @Override
  public void sample(float[] into, int offset) throws IOException {
    for (int i = 0; i < inputs.length; i++) {
      into[offset + i] = (float) (convert(inputs[i]) * voltsPerStep);
    }
  }

  private int convert(int input) throws IOException {
    out[1] = (byte) (SINGLE | input << 4);
    port.transfer(out, in, 3);
    if ((in[1] & NULL_BIT) != 0) {
      throw new IOException(port.where() + ": no MCP3008 answers: the bit before the value is 1");
    }
    return (in[1] & 0x03) << 8 | (in[2] & 0xFF);
  }

  @Override
  public void close() {
    port.close();
  }
}
