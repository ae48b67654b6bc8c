/**
 * Cuts a stream of samples into windows. The sensor writes straight into a ring; a whole window is
 * copied once, out of the ring, into a buffer that outlives the stream's next samples. What fills a
 * gap is made while copying, so that no sample is ever moved.
 */
package io.millrace.node.window;
