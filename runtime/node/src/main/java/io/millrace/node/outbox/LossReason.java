package io.millrace.node.outbox;

/** Why an alert was given up. */
public enum LossReason {
  /** Accepted, then put out by a newer or more important one because the outbox was full. */
  EVICTED,
  /** Not accepted: the outbox is full of more important ones; the caller was told. */
  REFUSED_FULL,
  /** Not accepted: it could not be written; the caller was told. */
  REFUSED_IO,
  /** Not accepted: larger than the outbox takes; the caller was told. */
  REFUSED_TOO_LARGE,
  /** A stretch of a segment is damaged; counted once per stretch, whatever it held. */
  CORRUPT,
  /** The broker ended the connection each time that it was sent. */
  UNDELIVERABLE
}
