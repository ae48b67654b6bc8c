/** A node at a door: a camera and a motion detector must agree before anybody is told. */
package io.millrace.examples.doorway;
