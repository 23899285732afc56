/**
 * MQTT 5: alarms as JSON, published with QoS 1.
 *
 * @module
 */
export { LONGEST_PACKET, type PublisherPacket, PublisherReader } from "./broker_reader.ts";
export {
  PINGRESP,
  writeConnack,
  writeConnackRefused,
  writeDisconnect,
  writePuback,
  writeSuback,
} from "./broker_writer.ts";
export { type BrokerLimits, type BrokerPacket, BrokerReader } from "./packet_reader.ts";
export { type MqttConnect, type MqttMessage, PINGREQ, writeConnect, writePublish } from "./packet_writer.ts";
export { mqttPayload } from "./payload.ts";
export { reasonText } from "./reason.ts";
export { MqttSession } from "./session.ts";
export type { MqttSessionOptions } from "./session_options.ts";
export { topicFault, topicOf } from "./topic.ts";
