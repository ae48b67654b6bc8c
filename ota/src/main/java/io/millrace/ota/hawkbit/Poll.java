package io.millrace.ota.hawkbit;

import java.net.URI;
import java.util.Optional;

/**
 * What the server wants now, by its links.
 *
 * @param sleepMs when to poll again, within the configured bounds
 * @param configData it wants the device's attributes
 * @param deployment it has an action to carry out
 * @param cancel it wants an action given up
 * @param confirmation an action waits for a confirmation
 */
public record Poll(
    long sleepMs,
    Optional<URI> configData,
    Optional<URI> deployment,
    Optional<URI> cancel,
    Optional<URI> confirmation) {}
