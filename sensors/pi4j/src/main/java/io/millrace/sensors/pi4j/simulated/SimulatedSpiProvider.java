package io.millrace.sensors.pi4j.simulated;

import com.pi4j.exception.Pi4JException;
import com.pi4j.io.spi.Spi;
import com.pi4j.io.spi.SpiBase;
import com.pi4j.io.spi.SpiConfig;
import com.pi4j.io.spi.SpiProvider;
import com.pi4j.io.spi.SpiProviderBase;
import java.util.Map;

/** SPI for Pi4J; a failure is a result of -1, as of Pi4J's Linux provider. */
final class SimulatedSpiProvider extends SpiProviderBase {
  private final Map<String, SpiDevice> devices;
  private final Script script;

  /** {@code devices} by bus and chip select: {@code 0.1}. */
  SimulatedSpiProvider(Map<String, SpiDevice> devices, Script script) {
    super("simulated-spi", "simulated SPI");
    this.devices = devices;
    this.script = script;
  }

  @Override
  public Spi create(SpiConfig config) {
    String name = config.bus().getBus() + "." + config.address();
    SpiDevice chip = devices.get(name);
    if (chip == null) {
      throw new Pi4JException("Failed to open SPI device /dev/spidev" + name);
    }
    Device device = new Device(this, config, chip, script);
    device.open();
    context.registry().add(device);
    return device;
  }

  private static final class Device extends SpiBase {
    private final SpiDevice chip;
    private final Script script;

    Device(SpiProvider provider, SpiConfig config, SpiDevice chip, Script script) {
      super(provider, config);
      this.chip = chip;
      this.script = script;
    }

    @Override
    public int transfer(byte[] write, int writeOffset, byte[] read, int readOffset, int length) {
      script.play();
      return chip.exchange(write, writeOffset, read, readOffset, length);
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) == 1 ? one[0] & 0xFF : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      return transfer(new byte[length], 0, into, offset, length);
    }

    @Override
    public int write(byte b) {
      return write(new byte[] {b}, 0, 1);
    }

    @Override
    public int write(byte[] data, int offset, int length) {
      byte[] out = java.util.Arrays.copyOfRange(data, offset, offset + length);
      return transfer(out, 0, new byte[length], 0, length) < 0 ? -1 : 0;
    }
  }
}
