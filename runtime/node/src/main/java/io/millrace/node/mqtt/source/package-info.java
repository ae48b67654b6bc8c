/**
 * MQTT topics as sources of samples. A connection of its own, since what a node reads and where its
 * alerts go are often two brokers; it subscribes, and does so again whenever the broker comes back.
 */
package io.millrace.node.mqtt.source;
