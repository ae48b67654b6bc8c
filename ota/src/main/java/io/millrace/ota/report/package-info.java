/**
 * What people see of updates: an {@code update} entity of Home Assistant, found by itself over MQTT
 * discovery, with the installed and the latest version, progress, and a button that installs.
 */
package io.millrace.ota.report;
