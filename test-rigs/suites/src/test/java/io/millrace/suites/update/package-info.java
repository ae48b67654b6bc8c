/** What an update of a real network costs on its way. */
package io.millrace.suites.update;
