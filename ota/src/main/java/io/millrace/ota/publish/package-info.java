/**
 * The other end: makes a folder of files that any HTTP server can serve, and boards can trust.
 * Files are written in the order in which nobody who reads meanwhile finds a name without its file:
 * blocks, manifests, metadata, the timestamp last.
 */
package io.millrace.ota.publish;
