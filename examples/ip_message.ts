// Seals an alarm as a datagram of the IP protocol and opens it again. Run: deno run examples/ip_message.ts
import { edition, messageId, open, parseMessage, prepareKeys, seal, writeMessage } from "../src/ip/mod.ts";

const profile = edition("2020");
const keys = prepareKeys({ encryption: "aes-256", key: new Uint8Array(32).fill(7), hash: "sha-256" });
const data = writeMessage(profile, {
  name: "EVENT_MSG",
  fields: [
    { field: "event", protocol: "sia", data: new TextEncoder().encode("#1234|NBA01") },
    { field: "room", text: "vault" },
  ],
});
const header = {
  handle: 0x73603722, // assigned by the RCT at connection setup
  deviceId: new Uint8Array(16).fill(1),
  tx: 55,
  rx: 30,
  flags: 0,
  version: 1,
  messageId: messageId(profile, "EVENT_MSG"),
};
const random = (octets: number) => crypto.getRandomValues(new Uint8Array(octets));
const datagram = seal(profile, keys, header, data, random);

const opened = open(profile, keys, datagram);
const message = opened.ok ? parseMessage(profile, opened.header.messageId, opened.data) : opened;
if (message.ok && message.value.name === "EVENT_MSG") {
  const texts = message.value.fields.flatMap((field) => field.field === "room" ? [field.text] : []);
  console.log(`${datagram.length} octets; ${message.value.name}, room ${texts.join()}`);
}
