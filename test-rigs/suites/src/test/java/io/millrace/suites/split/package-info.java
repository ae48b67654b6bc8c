/**
 * Networks cut in two at every cut point: the front by Millrace, the tail by the reference
 * runtimes, by Millrace and behind a server, against the whole, byte for byte.
 */
package io.millrace.suites.split;
