/**
 * From the samples of a window to the numbers that a model takes. A {@link
 * io.millrace.node.feature.FrontEnd} hears the windows of a stream and hands out a {@link
 * io.millrace.node.feature.FeatureExtractor} for each model, which writes real numbers; {@link
 * io.millrace.node.feature.TensorValues} stores them as the model's input does. None allocates
 * while it works.
 *
 * <p>Windows mostly overlap, frames of them always do: a frame is worked out once and kept while
 * windows hold it. What the front end knows of a stream beyond a window (the micro front end's
 * noise) is no window's and no model's, so that neither a dropped window nor a new model changes
 * it.
 *
 * <p>A sample that is no finite number makes the values that are worked out of it NaN, and no
 * others; the micro front end, which counts in whole numbers, takes NaN for silence and infinities
 * for full scale.
 */
package io.millrace.node.feature;
