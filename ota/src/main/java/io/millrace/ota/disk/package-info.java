/** Digests of files, large ones too. */
package io.millrace.ota.disk;
