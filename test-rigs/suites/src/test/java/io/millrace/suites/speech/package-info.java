/** Real speech from a file to a word: replay, windows, features, network. */
package io.millrace.suites.speech;
