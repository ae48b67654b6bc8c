/** A board's own instruments, read beside the node so that no window waits for them. */
package io.millrace.node.instrument;
