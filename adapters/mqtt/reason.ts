/**
 * What a broker's reason codes mean.
 *
 * @module
 */

/** Name and advice of the codes a publisher meets (OASIS MQTT 5.0, 2.4). */
const REASONS: Readonly<Record<number, readonly [name: string, advice: string]>> = {
  0x80: ["unspecified error", "Look into the broker's log."],
  0x81: ["malformed packet", "Look into the broker's log."],
  0x82: ["protocol error", "Look into the broker's log."],
  0x83: ["implementation specific error", "Look into the broker's log."],
  0x84: ["unsupported protocol version", "The broker does not speak MQTT 5: update it."],
  0x85: ["client identifier not valid", "Choose another client_id."],
  0x86: ["bad user name or password", "Compare user and password with the broker's."],
  0x87: ["not authorized", "Let this user publish to these topics in the broker's access list."],
  0x88: ["server unavailable", "The broker starts or stops; alarms wait in the journal."],
  0x89: ["server busy", "Alarms wait in the journal."],
  0x8a: ["banned", "The broker's administrator has shut this client out."],
  0x8b: ["server shutting down", "Alarms wait in the journal."],
  0x8d: ["keep alive timeout", "The network between held packets back."],
  0x8e: ["session taken over", "Another client has connected with the same client_id: each needs its own."],
  0x90: ["topic name invalid", "Choose another topic."],
  0x95: ["packet too large", "Raise the broker's limit of packets."],
  0x97: ["quota exceeded", "Raise the broker's limits for this client."],
  0x99: ["payload format invalid", "Look into the broker's log."],
  0x9a: ["retain not supported", "Switch availability off, or retained messages on in the broker."],
  0x9b: ["QoS not supported", "The broker has to take QoS 1."],
  0x9c: ["use another server", "Configure the server that the broker's administrator names."],
  0x9d: ["server moved", "Configure the server that the broker's administrator names."],
};

/**
 * Puts a reason into words.
 *
 * @param code The reason code.
 * @param text What the broker adds; shown on one line, cut at 200 characters.
 * @returns For example `0x87 not authorized. Let this user …`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reasonText } from "./reason.ts";
 *
 * assertEquals(reasonText(0x89, ""), "0x89 server busy. Alarms wait in the journal.");
 * ```
 */
export function reasonText(code: number, text: string): string {
  const [name, advice] = REASONS[code] ?? ["reason unknown here", "Look into the broker's log."];
  const said = text.replace(/[^\x20-\x7e\xa0-\uffff]+/g, " ").trim().slice(0, 200);
  return `0x${code.toString(16).padStart(2, "0")} ${name}${said === "" ? "" : ` (${said})`}. ${advice}`;
}
