/**
 * Messages as samples: each message of a topic is one sample, at a nominal rate. The messages come
 * through {@link io.millrace.sensors.message.MessageSource}, behind which whoever wires puts an
 * MQTT client or anything else.
 */
package io.millrace.sensors.message;
