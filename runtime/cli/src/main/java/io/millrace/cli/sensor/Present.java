package io.millrace.cli.sensor;

/**
 * Something that a machine has.
 *
 * @param kind {@code chip}, {@code audio}, {@code camera}, …
 * @param place where it is: what a pipeline file names
 * @param what its name; may be empty
 * @param note what else is known, for people; may be empty
 */
public record Present(String kind, String place, String what, String note) {}
