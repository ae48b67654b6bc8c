package io.millrace.node.mqtt;

import io.millrace.node.outbox.OutboxStats;

/**
 * What delivery did since the start.
 *
 * @param outbox what is on disk; {@code accepted}, {@code acknowledged} and losses are there
 * @param published alerts handed to the broker for the first time by this process
 * @param resent alerts handed to it again because no acknowledgement had come
 * @param connects connections that the broker accepted
 * @param connectFailures attempts that failed
 * @param ackTimeouts connections given up because an acknowledgement did not come in time
 * @param errors errors given to the error handler
 * @param statesSent messages of kept states handed to the broker
 * @param bytesPublished bytes of all alerts and states handed to the broker, as {@link
 *     PublishBytes} counts them
 * @param connected whether there is a connection now
 */
public record DeliveryStats(
    OutboxStats outbox,
    long published,
    long resent,
    long connects,
    long connectFailures,
    long ackTimeouts,
    long errors,
    long statesSent,
    long bytesPublished,
    boolean connected) {}
