/** A node that waits for one sound among others: a call sign of two tones, or a spoken word. */
package io.millrace.examples.wakeword;
