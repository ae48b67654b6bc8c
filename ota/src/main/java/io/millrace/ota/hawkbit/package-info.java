/**
 * A client of Eclipse hawkBit's device API (Direct Device Integration, version 1): the server says
 * by links what it wants, the device follows them and gives feedback. The agent polls, installs
 * through an {@link io.millrace.ota.hawkbit.Installer}, and remembers on disk which action it is
 * at, so that a power cut neither loses the feedback nor installs a closed action again.
 *
 * <p>Nothing that the server says is trusted beyond what it is asked for: answers are bounded in
 * bytes and time, links that would carry the token must lead to the server that was configured, and
 * whether an artifact may run is decided by its signature, not here.
 */
package io.millrace.ota.hawkbit;
