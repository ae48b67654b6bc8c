/**
 * Pictures. A camera is whatever child process writes raw frames to its standard output ({@code
 * rpicam-vid}, {@code ffmpeg}, {@code v4l2-ctl}); a folder of pictures replays. One picture is one
 * sample: rows of pixels, the channels of a pixel side by side, levels 0 to 255. The latest picture
 * counts: one that nobody read in time is lost and counted.
 *
 * <pre>{@code
 * bytes of a frame -> rows of 8-bit RGB or grey -> rows of the wanted width -> the wanted height
 *       RawFormat          ColourRows                      AxisWeights, twice (FrameScaler)
 * }</pre>
 *
 * <p>All arithmetic is of whole numbers and exact up to one rounding, so the same frame gives the
 * same sample on every machine. JPEG is read where there is the JDK's reader for it: it lives in
 * {@code java.desktop}, which the small runtime does not have. It is the one thing here whose
 * values may differ by a level or two from one Java to another.
 */
package io.millrace.sensors.camera;
