/** What a scenario file says. {@code SCENARIOS.md} beside this module has every key. */
package io.millrace.rig.power.scenario;
