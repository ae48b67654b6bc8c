package io.millrace.sensors.iio;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.Sensor;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a device's values from its files at a rate of ours: for slow quantities such as
 * temperature. A read that comes more than a period late loses the samples between, which are
 * counted. Allocates nothing while it reads.
 */
public final class PolledIioSensor implements Sensor {
  private static final int MAX_TEXT = 64;

  private final SampleFormat format;
  private final Clock clock;
  private final List<Channel> channels;
  private boolean started;
  private boolean closed;
  private long startNs;
  private long position;
  private long overruns;

  private PolledIioSensor(SampleFormat format, Clock clock, List<Channel> channels) {
    this.format = format;
    this.clock = clock;
    this.channels = channels;
  }

  /**
   * Opens the values of {@code channels} (all that there are, if empty) of {@code device}.
   *
   * @throws IOException if a channel is not there
   */
  public static PolledIioSensor open(
      IioDevice device, List<String> channels, double rateHz, Clock clock) throws IOException {
    List<String> there = device.channels();
    List<String> wanted = channels.isEmpty() ? there : channels;
    if (wanted.isEmpty() || !there.containsAll(wanted)) {
      throw new IOException(
          "%s (%s) has channels %s, wanted are %s"
              .formatted(device.node(), device.name(), there, channels));
    }
    List<Channel> open = new ArrayList<>();
    List<SampleFormat.Channel> named = new ArrayList<>();
    boolean done = false;
    try {
      for (String channel : wanted) {
        open.add(Channel.open(device, channel));
        named.add(new SampleFormat.Channel(channel, IioDevice.unit(channel), 1));
      }
      SampleFormat format = new SampleFormat("iio " + device.name(), named, rateHz);
      done = true;
      return new PolledIioSensor(format, clock, open);
    } finally {
      if (!done) {
        closeAll(open);
      }
    }
  }

  private static void closeAll(List<Channel> open) throws IOException {
    for (Channel channel : open) {
      channel.file.close();
    }
  }

  @Override
  public SampleFormat format() {
    return format;
  }

  @Override
  public int read(SampleBlock block) throws IOException, InterruptedException {
    if (closed) {
      throw new IOException(format.source() + " is closed");
    }
    if (!started) {
      started = true;
      startNs = clock.nanoTime();
    }
    clock.sleepUntil(startNs + format.spanNs(position));
    long due = (long) ((clock.nanoTime() - startNs) * format.rateHz() / 1e9);
    long lost = Math.max(0, due - position);
    position += lost;
    overruns += lost;
    for (int c = 0; c < channels.size(); c++) {
      block.values()[block.offset() + c] = channels.get(c).value();
    }
    block.filled(1, startNs + format.spanNs(position), lost);
    position++;
    return 1;
  }

  @Override
  public long overruns() {
    return overruns;
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      closeAll(channels);
    }
  }

  /** One value's file, kept open and read from its start each time, as sysfs allows. */
  private static final class Channel {
    private final Path path;
    private final RandomAccessFile file;
    private final IioDevice.Conversion conversion;
    private final byte[] text = new byte[MAX_TEXT];

    private Channel(Path path, RandomAccessFile file, IioDevice.Conversion conversion) {
      this.path = path;
      this.file = file;
      this.conversion = conversion;
    }

    /** The raw value with its scale and offset, or the one that the driver has worked out. */
    static Channel open(IioDevice device, String name) throws IOException {
      Path raw = device.folder().resolve("in_" + name + "_raw");
      boolean isRaw = Files.exists(raw);
      Path path = isRaw ? raw : device.folder().resolve("in_" + name + "_input");
      IioDevice.Conversion conversion =
          isRaw ? device.conversion(name) : new IioDevice.Conversion(0, 1);
      return new Channel(path, new RandomAccessFile(path.toFile(), "r"), conversion);
    }

    float value() throws IOException {
      int n;
      try {
        file.seek(0);
        n = file.read(text);
      } catch (IOException e) {
        throw new IOException(path + " cannot be read: " + e.getMessage(), e);
      }
      double value = n < 1 ? Double.NaN : number(n);
      if (Double.isNaN(value)) {
        throw new IOException(path + " does not hold a number; the driver may have failed");
      }
      return (float) ((value + conversion.offset()) * conversion.scale());
    }

    private double number(int n) {
      int i = text[0] == '-' ? 1 : 0;
      double value = 0;
      double unit = 0;
      int digits = 0;
      for (; i < n && text[i] > ' '; i++) {
        if (text[i] == '.' && unit == 0) {
          unit = 1;
        } else if (text[i] >= '0' && text[i] <= '9') {
          value = value * 10 + (text[i] - '0');
          unit *= 10;
          digits++;
        } else {
          return Double.NaN;
        }
      }
      double magnitude = unit > 0 ? value / unit : value;
      return digits == 0 ? Double.NaN : text[0] == '-' ? -magnitude : magnitude;
    }
  }
}
