package io.millrace.node.pipeline;

import io.millrace.sensors.BinaryOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A kind of output that writes down what it was told: {@code {kind: fake, pin: 3}}. */
final class FakeOutputs implements OutputKind {
  /** What happened, in order: {@code 3 open}, {@code 3 on}, {@code 3 off}, {@code 3 safe}. */
  final List<String> heard = new ArrayList<>();

  /** Pins that refuse. */
  final Set<Integer> broken = new HashSet<>();

  /** Those that are on. */
  final Map<Integer, Boolean> on = new TreeMap<>();

  @Override
  public List<String> keys() {
    return List.of("pin");
  }

  @Override
  public OutputDevice read(Section section, String name, boolean safeOn) throws PipelineException {
    int pin = section.required("pin").integer(0, 99);
    return new Device(pin, name, safeOn);
  }

  private final class Device implements OutputDevice {
    final int pin;
    final String name;
    final boolean safeOn;

    Device(int pin, String name, boolean safeOn) {
      this.pin = pin;
      this.name = name;
      this.safeOn = safeOn;
    }

    @Override
    public String place() {
      return "pin " + pin;
    }

    @Override
    public BinaryOutput open(Consumer<? super Exception> errors) throws IOException {
      if (broken.contains(pin)) {
        throw new IOException("pin " + pin + " cannot be opened");
      }
      heard.add(pin + " open");
      on.put(pin, safeOn);
      return new Output(this);
    }
  }

  private final class Output implements BinaryOutput {
    final Device device;

    Output(Device device) {
      this.device = device;
    }

    @Override
    public String name() {
      return device.name;
    }

    @Override
    public boolean isOn() {
      return on.get(device.pin);
    }

    @Override
    public void set(boolean wanted) throws IOException {
      if (broken.contains(device.pin)) {
        heard.add(device.pin + " failed");
        throw new IOException(device.name + " does not switch");
      }
      on.put(device.pin, wanted);
      heard.add(device.pin + (wanted ? " on" : " off"));
    }

    @Override
    public void close() {
      on.put(device.pin, device.safeOn);
      heard.add(device.pin + " safe");
    }
  }
}
