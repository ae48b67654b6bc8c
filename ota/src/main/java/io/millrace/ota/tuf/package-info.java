/**
 * Trust after The Update Framework (specification 1.0.31): four roles sign what they say until when
 * they say it. <i>root</i> names everybody's keys, <i>targets</i> what files there are,
 * <i>snapshot</i> which version of targets goes with them, <i>timestamp</i> which snapshot is the
 * newest.
 *
 * <p>An example. A board holds {@code 1.root.json}, which it was given by hand. It fetches {@code
 * 2.root.json}, which the keys of version 1 and its own keys have signed, and finds no third; then
 * {@code timestamp.json}, which says "snapshot is version 7"; then {@code 7.snapshot.json}, which
 * says "targets is version 5"; then {@code 5.targets.json}, which says how long {@code
 * bearing.update} is and what its SHA-256 is. Whoever stole the timestamp key can say that nothing
 * is new, for a day; whoever stole the snapshot key as well can mix nothing, since versions only
 * rise; and neither can make a board take a file that the targets key has not signed.
 *
 * <p>Keys are Ed25519. Delegated targets are not followed: what the targets role has not signed
 * itself does not exist here.
 */
package io.millrace.ota.tuf;
