/**
 * Home Assistant's MQTT discovery: one retained message describes the node as a device with all its
 * entities, and points to the topics of {@link io.millrace.node.report.StateTopics}.
 *
 * <p>Device discovery (a message at {@code PREFIX/device/ID/config}) is understood since Home
 * Assistant 2024.11; it says device, origin and availability once instead of with each entity.
 */
package io.millrace.node.report.homeassistant;
