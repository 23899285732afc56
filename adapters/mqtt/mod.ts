/**
 * MQTT 5: alarms as JSON, published with QoS 1.
 *
 * @module
 */
export { type BrokerLimits, type BrokerPacket, BrokerReader } from "./packet_reader.ts";
export { type MqttConnect, type MqttMessage, PINGREQ, writeConnect, writePublish } from "./packet_writer.ts";
export { mqttPayload } from "./payload.ts";
export { reasonText } from "./reason.ts";
export { MqttSession, type MqttSessionOptions } from "./session.ts";
export { topicFault, topicOf } from "./topic.ts";
