package io.millrace.sensors.pi4j.simulated;

/** MCP3008, single-ended. */
public final class SimulatedMcp3008 extends SpiDevice {
  private final double[] share = new double[8];

  /** Nothing lies at its inputs. */
  public SimulatedMcp3008() {}

  /** What lies at an input, as a share of the reference. */
  public void input(int input, double share) {
    this.share[input] = share;
  }

  @Override
  protected void powerOn() {
    // it keeps nothing
  }

  @Override
  protected void transfer(byte[] out, byte[] in, int length) {
    in[0] = (byte) 0xFF; // nobody drives the line yet
    if (length == 3 && out[0] == 1 && (out[1] & 0x80) != 0) {
      int code = (int) Math.clamp(share[out[1] >> 4 & 7] * 1024, 0, 1023);
      in[1] = (byte) (0xF8 | code >> 8);
      in[2] = (byte) code;
    } else {
      java.util.Arrays.fill(in, 1, length, (byte) 0xFF);
    }
  }
}
