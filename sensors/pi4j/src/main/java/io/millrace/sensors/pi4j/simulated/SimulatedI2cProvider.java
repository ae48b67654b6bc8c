package io.millrace.sensors.pi4j.simulated;

import com.pi4j.exception.Pi4JException;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.i2c.I2CBase;
import com.pi4j.io.i2c.I2CBusBase;
import com.pi4j.io.i2c.I2CConfig;
import com.pi4j.io.i2c.I2CProvider;
import com.pi4j.io.i2c.I2CProviderBase;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;

/** I²C for Pi4J. Locks and wraps as Pi4J's Linux provider does, but allocates nothing. */
final class SimulatedI2cProvider extends I2CProviderBase {
  private final IntFunction<SimulatedI2cBus> buses;
  private final Map<Integer, Bus> opened = new HashMap<>();

  /** {@code buses} gives the bus of a number, or null. */
  SimulatedI2cProvider(IntFunction<SimulatedI2cBus> buses) {
    super("simulated-i2c", "simulated I2C");
    this.buses = buses;
  }

  @Override
  public I2C create(I2CConfig config) {
    SimulatedI2cBus bus = buses.apply(config.bus());
    if (bus == null) {
      throw new Pi4JException("/dev/i2c-" + config.bus() + " does not exist");
    }
    Device device =
        new Device(this, config, opened.computeIfAbsent(config.bus(), n -> new Bus(config)), bus);
    context.registry().add(device);
    return device;
  }

  private static final class Bus extends I2CBusBase {
    Bus(I2CConfig config) {
      super(config);
    }

    @Override
    public <R> R execute(I2C i2c, Callable<R> action) {
      return _execute(i2c, action);
    }
  }

  private static final class Device extends I2CBase<Bus> {
    private final SimulatedI2cBus bus;
    private final int address;
    private final byte[] one = new byte[1];

    Device(I2CProvider provider, I2CConfig config, Bus lock, SimulatedI2cBus bus) {
      super(provider, config, lock);
      this.bus = bus;
      this.address = config.device();
    }

    @Override
    public int write(byte[] data, int offset, int length) {
      try {
        bus.write(address, data, offset, length);
      } catch (IOException e) {
        throw failure(e);
      }
      return length;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      try {
        bus.read(address, into, offset, length);
      } catch (IOException e) {
        throw failure(e);
      }
      return length;
    }

    private Pi4JException failure(IOException e) {
      return new Pi4JException(
          "Failed to execute action for device " + address + " on bus " + bus(), e);
    }

    @Override
    public int write(byte b) {
      one[0] = b;
      return write(one, 0, 1);
    }

    @Override
    public int read() {
      read(one, 0, 1);
      return one[0] & 0xFF;
    }

    @Override
    public int readRegister(int register) {
      write((byte) register);
      return read();
    }

    @Override
    public int readRegister(int register, byte[] into, int offset, int length) {
      write((byte) register);
      return read(into, offset, length);
    }

    @Override
    public int readRegister(byte[] register, byte[] into, int offset, int length) {
      write(register, 0, register.length);
      return read(into, offset, length);
    }

    @Override
    public int writeRegister(int register, byte b) {
      return write(new byte[] {(byte) register, b}, 0, 2);
    }

    @Override
    public int writeRegister(int register, byte[] data, int offset, int length) {
      return writeRegister(new byte[] {(byte) register}, data, offset, length);
    }

    @Override
    public int writeRegister(byte[] register, byte[] data, int offset, int length) {
      byte[] all = new byte[register.length + length];
      System.arraycopy(register, 0, all, 0, register.length);
      System.arraycopy(data, offset, all, register.length, length);
      return write(all, 0, all.length) - register.length;
    }

    /** Pi4J's Linux provider does no transfer here either, and says so nowhere. */
    @Override
    public int writeReadRegisterWord(int register, int word) {
      throw new UnsupportedOperationException("Pi4J 3.0.4 on Linux does nothing here");
    }
  }
}
