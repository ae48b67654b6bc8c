/**
 * What an update consists of: a manifest, which the targets role signs through its digest, and
 * blocks, which the manifest names by theirs. A program file is cut at its tensors, so that a
 * network whose last layer was trained again shares all other blocks with the one on the board, and
 * only that layer travels.
 */
package io.millrace.ota.content;
