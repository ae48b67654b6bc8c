/**
 * What people see of a run: one page without scripts, readable on a telephone, by day and by night;
 * and the same as JSON. Shapes are drawn by SVG that stretches with the page, words are HTML, so
 * that they keep their size.
 */
package io.millrace.rig.power.report;
