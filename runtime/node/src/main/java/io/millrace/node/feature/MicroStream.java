package io.millrace.node.feature;

import io.millrace.node.feature.FeatureSettings.MicroNoise;
import io.millrace.node.window.Window;
import io.millrace.sensors.SampleFormat;

/**
 * The micro front end over a stream, as TensorFlow Lite Micro runs it: samples go in once, a frame
 * comes out each hop, the noise is followed from frame to frame, and a window is the last frames
 * that ended within it. A gap, or samples that no window held, begin anew with no noise known.
 *
 * <pre>
 *   samples   |begin ........................................ heard
 *   frames      0   1   2   3   4   5   6   7 ...             on the stream's grid, not the window's
 *   kept                        3   4   5   6   7             those of the last window
 * </pre>
 *
 * <p>For one thread; allocates nothing after it is made.
 */
final class MicroStream {
  private static final long NOTHING = -1;
  private static final int MAX_RATE_HZ = 768_000;

  private final MicroFrontend frontend;
  private final boolean goesOn;
  private final int frameSamples;
  private final int hop;
  private final int windowSamples;
  private final int frames;

  // the stream
  private final int[][] kept;
  private final short[] frame;
  private int filled;
  private int toSkip;
  private long begin;
  private long heard = NOTHING;
  private long count;

  // a window on its own
  private final MicroFrontend apart;
  private final short[] samples16;
  private final int[][] own;

  MicroStream(FeatureSettings.MicroSpeech settings, SampleFormat format, int windowSamples) {
    frameSamples = settings.frame().samples(format.rateHz());
    hop = settings.hop().samples(format.rateHz());
    if (format.width() != 1 || frameSamples > windowSamples) {
      throw new IllegalArgumentException(
          "micro-speech takes one channel and frames within the window; %d channels, a frame of %d, a window of %d samples"
              .formatted(format.width(), frameSamples, windowSamples));
    }
    if (format.rateHz() != Math.rint(format.rateHz()) || format.rateHz() > MAX_RATE_HZ) {
      throw new IllegalArgumentException(
          "micro-speech takes a rate of whole hertz up to %d, not %s"
              .formatted(MAX_RATE_HZ, format.rateHz()));
    }
    this.windowSamples = windowSamples;
    goesOn = settings.noise() == MicroNoise.STREAM;
    frames = (windowSamples - frameSamples) / hop + 1;
    frontend = frontend(settings, format);
    apart = frontend(settings, format);
    frame = new short[frameSamples];
    samples16 = new short[windowSamples];
    own = new int[frames][settings.bands()];
    // a window off the stream's grid begins up to a hop before itself
    kept = new int[goesOn ? frames + 1 : 0][settings.bands()];
  }

  private MicroFrontend frontend(FeatureSettings.MicroSpeech settings, SampleFormat format) {
    return new MicroFrontend(
        frameSamples,
        (int) format.rateHz(),
        settings.bands(),
        settings.range().fromHz(),
        settings.range().toHz(),
        settings.pcan());
  }

  /** How many frames a window has. */
  int frames() {
    return frames;
  }

  /** How many bands a frame has. */
  int bands() {
    return own[0].length;
  }

  /** Whether what was heard before a window shows in it. */
  boolean goesOn() {
    return goesOn;
  }

  /** Works out the frames of those samples that were not heard before. */
  private void hear(Window window) {
    long start = window.position();
    if (heard == NOTHING || start > heard) {
      beginAt(start);
    }
    float[] samples = window.values();
    for (long at = heard; at < start + windowSamples; at++) {
      put(pcm(samples[(int) (at - start)]));
    }
    heard = Math.max(heard, start + windowSamples);
  }

  private void beginAt(long position) {
    frontend.reset();
    begin = position;
    heard = position;
    count = 0;
    filled = 0;
    toSkip = 0;
  }

  private void put(short sample) {
    if (toSkip > 0) {
      toSkip--;
      return;
    }
    frame[filled++] = sample;
    if (filled < frameSamples) {
      return;
    }
    frontend.frame(frame, 0, kept[(int) (count++ % kept.length)], 0);
    filled = Math.max(0, frameSamples - hop);
    toSkip = hop - (frameSamples - filled);
    System.arraycopy(frame, frameSamples - filled, frame, 0, filled);
  }

  /** A share of full scale as 16 bits; what is no number as silence. */
  private static short pcm(float sample) {
    return (short) Math.max(-32768, Math.min(32767, Math.rint(sample * 32768.0)));
  }

  /**
   * Hears a window of the stream and writes its frames, [frame, band]. One that comes behind those
   * that followed it is worked out on its own.
   */
  void hear(Window window, int[] to, int at) {
    hear(window);
    long last = (window.position() - begin + windowSamples - frameSamples) / hop;
    long first = last - frames + 1;
    if (window.position() >= begin && first >= count - kept.length) {
      for (int f = 0; f < frames; f++) {
        write(kept[(int) ((first + f) % kept.length)], to, at, f);
      }
    } else {
      int[][] alone = alone(window.values());
      for (int f = 0; f < frames; f++) {
        write(alone[f], to, at, f);
      }
    }
  }

  private static void write(int[] bands, int[] to, int at, int f) {
    System.arraycopy(bands, 0, to, at + f * bands.length, bands.length);
  }

  /** Bands of the frames of a window on its own, with no noise known before. */
  int[][] alone(float[] samples) {
    for (int i = 0; i < samples16.length; i++) {
      samples16[i] = pcm(samples[i]);
    }
    apart.reset();
    for (int f = 0; f < frames; f++) {
      apart.frame(samples16, f * hop, own[f], 0);
    }
    return own;
  }
}
