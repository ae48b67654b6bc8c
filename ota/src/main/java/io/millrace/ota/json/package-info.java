/**
 * JSON that comes from outside: every field that is read is checked, and each error says where it
 * is. Canonical JSON is the one form of a text that is signed.
 */
package io.millrace.ota.json;
