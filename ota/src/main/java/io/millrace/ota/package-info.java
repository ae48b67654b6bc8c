/**
 * Updates of models over the air: what is trusted, how it comes to the board, and how a node passes
 * from one model to the next while it runs. Nothing is believed that is not signed, nothing is run
 * that has not shown that it works, and whatever happens in between, a working model is there
 * afterwards.
 */
package io.millrace.ota;
