/**
 * Sound. {@link io.millrace.sensors.audio.AlsaCapture} reads ALSA's {@code arecord}; {@link
 * io.millrace.sensors.audio.Resampler} brings any rate to the model's. Java Sound is not used: it
 * lives in {@code java.desktop}, which the small runtime does not have, and reads the same ALSA
 * devices.
 */
package io.millrace.sensors.audio;
