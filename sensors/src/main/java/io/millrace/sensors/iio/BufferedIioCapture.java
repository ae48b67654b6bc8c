package io.millrace.sensors.iio;

import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.live.Backoff;
import io.millrace.sensors.live.Capture;
import io.millrace.sensors.live.LiveSensor;
import io.millrace.sensors.live.SampleRing;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * Reads a device's buffer: enables the wanted channels and the time stamp below its folder, then
 * takes records from its node. Time stamps tell gaps: a step of more than one and a half periods. A
 * node that ends or fails, as when a device is unplugged, is opened again after a wait.
 *
 * <p>The stamps are put onto our clock by the record whose delay was least so far (see {@link
 * io.millrace.sensors.live.SteadyTime}); only differences of the device's own clock count, so it
 * does not matter which clock that is.
 */
public final class BufferedIioCapture implements Capture {
  private final Settings settings;
  private final IioDevice device;
  private final List<String> channels;
  private final Clock clock;
  private final Consumer<? super Exception> errors;
  private volatile FileChannel node;
  private volatile boolean stopping;

  /**
   * What is read.
   *
   * @param root where the devices' folders are, usually {@link IioDevice#SYSFS}
   * @param dev where their nodes are, usually {@code /dev}
   * @param device name of the device or its node
   * @param channels wanted ones in order; empty for all
   * @param rateHz to set; empty for what the device has
   * @param trigger to set; empty to leave as it is
   * @param bufferSamples how many samples wait for a late reader, in the kernel and here
   * @param backoff how a node that fails is opened again
   */
  public record Settings(
      Path root,
      Path dev,
      String device,
      List<String> channels,
      OptionalDouble rateHz,
      Optional<String> trigger,
      int bufferSamples,
      Backoff backoff) {
    public Settings {
      channels = List.copyOf(channels);
    }
  }

  private BufferedIioCapture(
      Settings settings,
      IioDevice device,
      List<String> channels,
      Clock clock,
      Consumer<? super Exception> errors) {
    this.settings = settings;
    this.device = device;
    this.channels = channels;
    this.clock = clock;
    this.errors = errors;
  }

  /**
   * A sensor over the buffer.
   *
   * @throws IOException if the device or a channel is not there, or its rate is not known
   */
  public static LiveSensor open(Settings settings, Clock clock, Consumer<? super Exception> errors)
      throws IOException {
    IioDevice device = IioDevice.find(settings.root(), settings.device());
    List<String> there = new ArrayList<>(ScanLayout.available(device.folder()));
    there.remove(ScanLayout.TIMESTAMP);
    List<String> wanted = settings.channels().isEmpty() ? there : settings.channels();
    if (wanted.isEmpty() || !there.containsAll(wanted)) {
      throw new IOException(
          "%s (%s) can buffer %s, wanted are %s"
              .formatted(device.node(), device.name(), there, settings.channels()));
    }
    if (settings.rateHz().isPresent()) {
      write(device.folder(), "sampling_frequency", plain(settings.rateHz().getAsDouble()));
    }
    OptionalDouble rate = device.samplingFrequencyHz();
    double rateHz =
        rate.isPresent()
            ? rate.getAsDouble()
            : settings
                .rateHz()
                .orElseThrow(
                    () -> new IOException(device.node() + " says no sampling_frequency; give one"));
    List<SampleFormat.Channel> named = new ArrayList<>();
    for (String channel : wanted) {
      named.add(new SampleFormat.Channel(channel, IioDevice.unit(channel), 1));
    }
    SampleFormat format = new SampleFormat("iio " + device.name(), named, rateHz);
    SampleRing ring =
        new SampleRing(format, settings.bufferSamples(), SampleRing.WhenFull.LOSE_NEWEST);
    return new LiveSensor(ring, new BufferedIioCapture(settings, device, wanted, clock, errors));
  }

  private static String plain(double hz) {
    return hz == Math.rint(hz) ? Long.toString((long) hz) : Double.toString(hz);
  }

  /** Writes an attribute where the device has it. */
  private static void write(Path folder, String file, String value) throws IOException {
    Path path = folder.resolve(file);
    if (Files.exists(path)) {
      try {
        Files.writeString(path, value);
      } catch (IOException e) {
        throw new IOException("'%s' cannot be written to %s".formatted(value, path), e);
      }
    }
  }

  @Override
  public void run(SampleRing ring) throws IOException, InterruptedException {
    int failures = 0;
    ScanRecords records = null;
    while (!stopping) {
      long before = records == null ? 0 : records.samples();
      try {
        ScanLayout layout = enable();
        if (records == null) {
          records = new ScanRecords(device, layout, channels, ring, clock);
        }
        records.restart();
        take(records);
        if (!stopping) {
          errors.accept(new IOException(device.node() + " ended"));
        }
      } catch (IOException e) {
        if (!stopping) {
          boolean gaveAny = records != null && records.samples() > 0;
          if (!gaveAny && failures + 1 >= settings.backoff().triesAtStart()) {
            throw e;
          }
          errors.accept(e);
        }
      }
      failures = records != null && records.samples() > before ? 1 : failures + 1;
      if (!stopping) {
        clock.sleep(settings.backoff().waitNs(failures));
      }
    }
  }

  /** Switches the buffer on with the wanted channels, and says what its records look like. */
  private ScanLayout enable() throws IOException {
    Path folder = device.folder();
    write(folder, "buffer/enable", "0");
    List<String> available = ScanLayout.available(folder);
    List<String> enabled = new ArrayList<>(channels);
    if (available.contains(ScanLayout.TIMESTAMP)) {
      enabled.add(ScanLayout.TIMESTAMP);
    }
    for (String name : available) {
      write(folder, "scan_elements/in_" + name + "_en", enabled.contains(name) ? "1" : "0");
    }
    if (settings.trigger().isPresent()) {
      write(folder, "trigger/current_trigger", settings.trigger().get());
    }
    write(folder, "current_timestamp_clock", "monotonic");
    write(folder, "buffer/length", Integer.toString(settings.bufferSamples()));
    ScanLayout layout = ScanLayout.read(folder, enabled);
    write(folder, "buffer/enable", "1");
    return layout;
  }

  private void take(ScanRecords records) throws IOException {
    Path path = settings.dev().resolve(device.node());
    // a channel, since closing it ends a read that waits
    try (FileChannel in = FileChannel.open(path, StandardOpenOption.READ)) {
      node = in;
      while (!stopping && records.take(in)) {
        // the ring has them
      }
    } finally {
      node = null;
      write(device.folder(), "buffer/enable", "0");
    }
  }

  @Override
  public void stop() {
    stopping = true;
    FileChannel open = node;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        errors.accept(e);
      }
    }
  }
}
