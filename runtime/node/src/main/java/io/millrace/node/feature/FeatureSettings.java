package io.millrace.node.feature;

import io.millrace.node.window.Span;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/** Which features are worked out. */
public sealed interface FeatureSettings {
  /** The samples themselves; stored integers are taken for what the model's input makes of them. */
  record None() implements FeatureSettings {}

  /** What a magnitude {@code m} becomes. */
  enum Scale {
    /** {@code m}. */
    LINEAR {
      @Override
      public double of(double m, double floor) {
        return m;
      }
    },
    /** {@code log10(m + floor)}. */
    LOG10 {
      @Override
      public double of(double m, double floor) {
        return Math.log10(m + floor);
      }
    },
    /** {@code ln(m + floor)}. */
    LN {
      @Override
      public double of(double m, double floor) {
        return Math.log(m + floor);
      }
    };

    /** The scaled value. */
    public abstract double of(double m, double floor);
  }

  /**
   * Amplitudes of the whole window's spectrum, [channel, bin]: periodic Hann window {@code w}, bin
   * {@code k} is {@code 2 |sum(w x e^(-2 pi i k n / N))| / sum(w)}, so that a sine of amplitude A
   * in the middle of a bin gives A.
   *
   * @param fftLength N, a power of two at least as long as the window, the rest is zero; empty for
   *     the next one
   * @param firstBin the first bin that is kept; bin k is at {@code k * rate / N} hertz
   * @param bins how many are kept; empty for all up to half of the rate
   * @param floor added before a logarithm is taken, above 0
   * @param envelope if present, the spectrum is that of the squared envelope within this band
   * @param axis if present, the points that are kept instead of bins; {@code firstBin} and {@code
   *     bins} then say nothing
   */
  record Spectrum(
      OptionalInt fftLength,
      int firstBin,
      OptionalInt bins,
      Scale scale,
      double floor,
      Optional<Band> envelope,
      Optional<LogAxis> axis)
      implements FeatureSettings {
    public Spectrum {
      Objects.requireNonNull(scale);
      Objects.requireNonNull(envelope);
      Objects.requireNonNull(axis);
      requireFloor(floor);
    }

    /** Bins, not an axis. */
    public Spectrum(
        OptionalInt fftLength,
        int firstBin,
        OptionalInt bins,
        Scale scale,
        double floor,
        Optional<Band> envelope) {
      this(fftLength, firstBin, bins, scale, floor, envelope, Optional.empty());
    }
  }

  /**
   * Frequencies that grow by one factor from point to point, so that another speed of a machine
   * only shifts its lines. A value between two bins is interpolated linearly between their scaled
   * values.
   *
   * @param fromHz frequency of the first point
   * @param toHz frequency of the last point
   * @param points how many, at least 2
   */
  record LogAxis(double fromHz, double toHz, int points) {
    public LogAxis {
      if (!(fromHz > 0 && toHz > fromHz) || points < 2) {
        throw new IllegalArgumentException(
            "axis of %d points (at least 2) from %s to %s Hz: the start must lie above 0, the end above the start"
                .formatted(points, fromHz, toHz));
      }
    }
  }

  /**
   * A band of frequencies, both ends kept.
   *
   * @param fromHz its lower end
   * @param toHz its upper end
   */
  record Band(double fromHz, double toHz) {
    public Band {
      if (!(fromHz >= 0 && toHz > fromHz)) {
        throw new IllegalArgumentException(
            "band from " + fromHz + " to " + toHz + " Hz: the end must lie above the start");
      }
    }
  }

  /**
   * Mel bands of overlapping frames of one channel, [frame, band]: periodic Hann window, magnitude
   * (or its square) of the spectrum, triangles that are linear in mel and overlap by half, then the
   * scale. Mel formula and triangles: O'Shaughnessy, Speech Communication (1987), {@code mel(f) =
   * 1127 ln(1 + f / 700)}, bin 0 left out, as in TensorFlow's {@code linear_to_mel_weight_matrix}.
   *
   * @param frame a frame's length
   * @param hop from the start of one frame to that of the next; only whole frames count
   * @param fftLength a power of two at least as long as the frame; empty for the next one
   * @param bands how many bands
   * @param range lowest edge of the first and highest edge of the last band
   * @param squared whether the triangles weigh power rather than magnitude
   * @param floor added before a logarithm is taken, above 0
   */
  record LogMel(
      Span frame,
      Span hop,
      OptionalInt fftLength,
      int bands,
      Band range,
      boolean squared,
      Scale scale,
      double floor)
      implements FeatureSettings {
    public LogMel {
      Objects.requireNonNull(range);
      Objects.requireNonNull(scale);
      requireFloor(floor);
      Objects.requireNonNull(frame);
      Objects.requireNonNull(hop);
      if (bands < 1) {
        throw new IllegalArgumentException(bands + " bands; at least 1 is needed");
      }
    }
  }

  /**
   * Mel-frequency cepstral coefficients, [frame, coefficient]: the discrete cosine transform of the
   * logarithms of mel bands, {@code c[k] = sqrt(2 / B) sum(x[b] cos(pi k (b + 1/2) / B))}, k from
   * 0, as TensorFlow's {@code mfccs_from_log_mel_spectrograms}. The keyword spotting network of
   * MLPerf Tiny takes 49 frames of 10 coefficients of 40 magnitude bands from 20 to 4000 Hz, frames
   * of 30 ms every 20 ms, floor 1e-6, of clips divided by their largest sample.
   *
   * @param mel the bands; their scale must be a logarithm
   * @param coefficients how many are kept, at most as many as bands
   * @param peak whether the window is divided by its largest sample first, where that is above 0
   */
  record Mfcc(LogMel mel, int coefficients, boolean peak) implements FeatureSettings {
    public Mfcc {
      if (coefficients < 1 || coefficients > mel.bands() || mel.scale() == Scale.LINEAR) {
        throw new IllegalArgumentException(
            "%d coefficients of %d bands on a %s scale; 1 to as many as bands, on a logarithmic scale"
                .formatted(coefficients, mel.bands(), mel.scale()));
      }
    }
  }

  /**
   * Logarithmic filter-bank energies as the streaming wake-word network of MLPerf Tiny takes them,
   * [frame, band]: pre-emphasis {@code x[n] - (1 - 1/32) x[n - 1]}, symmetric Hamming window,
   * squared magnitude divided by the frame's samples, mel bands, {@code clamp((10 log10(e) + 52) /
   * 64, 0, 1)}. There: 30 frames of 64 ms every 32 ms, 40 bands up to half of the rate, of clips
   * divided by their largest sample (mlcommons/tiny, streaming_wakeword/get_dataset.py).
   *
   * @param frame a frame's length
   * @param hop from the start of one frame to that of the next; only whole frames count
   * @param fftLength a power of two at least as long as the frame; empty for the next one
   * @param bands how many bands
   * @param range lowest edge of the first and highest edge of the last band
   * @param peak whether the window is divided by its largest sample first, where that is above 0
   */
  record FilterbankEnergy(
      Span frame, Span hop, OptionalInt fftLength, int bands, Band range, boolean peak)
      implements FeatureSettings {
    public FilterbankEnergy {
      Objects.requireNonNull(frame);
      Objects.requireNonNull(hop);
      Objects.requireNonNull(range);
      if (bands < 1) {
        throw new IllegalArgumentException(bands + " bands; at least 1 is needed");
      }
    }
  }

  /**
   * The features of TensorFlow Lite's audio front end for microcontrollers, [frame, band]; see
   * {@link MicroFrontend}.
   *
   * @param frame a frame's length
   * @param hop from the start of one frame to that of the next; only whole frames count
   * @param bands how many, at most 128
   * @param range lowest edge of the first and highest edge of the last band
   * @param pcan whether bands are divided by their own noise (per-channel amplitude normalization)
   * @param scale what a value becomes
   * @param noise what is known of the noise when a window begins
   */
  record MicroSpeech(
      Span frame, Span hop, int bands, Band range, boolean pcan, MicroScale scale, MicroNoise noise)
      implements FeatureSettings {
    /** 40 bands from 125 to 7500 Hz, frames of 30 ms every 20 ms: as the micro-speech model. */
    public static final MicroSpeech DEFAULT =
        new MicroSpeech(
            new Span.Time(30_000_000),
            new Span.Time(20_000_000),
            40,
            new Band(125, 7500),
            true,
            MicroScale.STORED,
            MicroNoise.STREAM);

    public MicroSpeech {
      Objects.requireNonNull(frame);
      Objects.requireNonNull(hop);
      Objects.requireNonNull(range);
      Objects.requireNonNull(scale);
      Objects.requireNonNull(noise);
      if (bands < 1 || bands > 128) {
        throw new IllegalArgumentException(bands + " bands; 1 to 128 are allowed");
      }
    }
  }

  /** What the micro front end knows of the noise when a window begins. */
  enum MicroNoise {
    /**
     * What the stream has told so far, as in TensorFlow Lite Micro: the front end hears each sample
     * once, and a window is the last frames that ended within it. A gap begins anew.
     */
    STREAM,
    /** Nothing: a window's features depend on no sample outside of it. */
    WINDOW
  }

  /** What a value {@code v} of the micro front end becomes. */
  enum MicroScale {
    /**
     * The model's stored input is {@code clamp((256 v + 333) / 666 - 128)}, whatever its scale: as
     * the examples of TensorFlow Lite Micro store it.
     */
    STORED,
    /** {@code v / 25.6}, a real number from 0 to about 26, which the model's input then stores. */
    REAL
  }

  /**
   * A picture's levels as the model takes them: {@code (level - mean) / scale}.
   *
   * @param means of each channel, or one for all
   * @param scales of each channel, or one for all
   * @param planes whether each channel stands by itself, [channel, row, pixel], instead of [row,
   *     pixel, channel]
   */
  record Image(List<Double> means, List<Double> scales, boolean planes) implements FeatureSettings {
    public Image {
      means = List.copyOf(means);
      scales = List.copyOf(scales);
      boolean finite =
          means.stream().allMatch(Double::isFinite) && scales.stream().allMatch(Double::isFinite);
      if (means.isEmpty() || scales.isEmpty() || !finite || scales.contains(0.0)) {
        throw new IllegalArgumentException(
            "means %s and scales %s; at least one of each, finite, and no scale of 0"
                .formatted(means, scales));
      }
    }
  }

  private static void requireFloor(double floor) {
    if (!(floor > 0) || Double.isInfinite(floor)) {
      throw new IllegalArgumentException("floor " + floor + " must be above 0");
    }
  }
}
