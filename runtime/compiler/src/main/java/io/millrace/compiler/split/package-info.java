/**
 * Cuts a network in two: the front part runs on the board, its INT8 activation goes to the cloud,
 * which runs the rest.
 *
 * <p>A network can be cut where one quantized activation is all that goes on. {@link
 * io.millrace.compiler.split.SplitModel} finds these places in a model file and writes both halves;
 * {@link io.millrace.compiler.split.CutPoints} says of each what it sends and what the board spends
 * before, so that one can be chosen. The front becomes a program for the board. The tail is a model
 * file in the format of the whole, for any server that serves the whole; the two halves give the
 * bytes that the whole gives, because nothing is rounded at a cut: the activation is integers in
 * the whole network too.
 *
 * <pre>{@code
 * SplitModel model = SplitModel.read(Path.of("kws.tflite"));
 * CutPoints points = CutPoints.of(model, DeviceProfiles.named("rpi4b"));
 * SplitModel.Halves halves = model.at(points.worthwhile().getFirst().activation(), device);
 * }</pre>
 */
package io.millrace.compiler.split;
