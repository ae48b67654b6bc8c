package io.millrace.node.pipeline;

import io.millrace.node.window.Span;

/** Keys that sensors of several kinds have. */
final class LiveKeys {
  private static final int MOST_BUFFERED = 1 << 22;

  private LiveKeys() {}

  /** {@code buffer}: how many samples wait for a late reader. */
  static int buffer(Section s, double defaultS, double rateHz) throws PipelineException {
    Span absent = new Span.Time(Math.round(defaultS * 1e9));
    Span span = s.optional("buffer", absent, Entry::span);
    int samples = s.place().make(() -> span.samples(rateHz));
    if (samples > MOST_BUFFERED) {
      Entry at = s.has("buffer") ? s.required("buffer") : s.place();
      throw at.bad(samples + " samples of buffer; at most " + MOST_BUFFERED + " are kept");
    }
    return samples;
  }
}
