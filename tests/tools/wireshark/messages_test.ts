/** Every message of every edition. */
import { assert, assertEquals } from "@std/assert";
import { edition } from "../../../src/ip/mod.ts";
import vectors from "../../../src/ip/vectors/ip.json" with { type: "json" };
import ripemdVectors from "../../../src/ip/vectors/ip-ripemd.json" with { type: "json" };
import { PROFILES } from "../../../tools/wireshark/generate.ts";
import { clear, keyLine, keySet, RCT_ID, SPT_ID, Tape } from "../../capture/dissected.ts";
import { TSHARK_TEST } from "../../capture/tshark.ts";
import { ascii, assertFields, result } from "./asserted.ts";
import { ANY, EVERY } from "./every_message.ts";

Deno.test("the messages below are all that an edition has", () => {
  const all = new Set(PROFILES.flatMap(({ messages }) => messages.map(({ name }) => name)));
  assertEquals(all.difference(new Set(EVERY.map(([{ name }]) => name))), new Set());
});

for (const hash of ["sha-256", "ripemd-256"] as const) {
  for (const encryption of ["none", "aes-128", "aes-256"] as const) {
    Deno.test({
      ...TSHARK_TEST,
      name: `every message, ${encryption}, ${hash}, is shown as it was sent`,
      async fn() {
        const set = encryption === "none" ? undefined : keySet(0x41, encryption, hash);
        const tape = new Tape(ANY);
        EVERY.forEach(([message], i) => {
          const header = { handle: 0x1000 + i, tx: 0xfff0 + i & 0xffff, rx: 1 + i, flags: i % 4 };
          tape.say(i % 2 === 0 ? "->" : "<-", set?.prepared ?? clear(hash), header, message);
        });
        // A handle for each, so that no message changes how the next is read.
        const keys = set === undefined
          ? ""
          : EVERY.map((_, i) => keyLine(0x1000 + i, set, "shop 12")).join("");
        const frames = await tape.read({ keys });
        EVERY.forEach(([message, expected], i) => {
          const octets = tape.datagrams[i]!.bytes;
          const id = ANY.messages.find(({ name }) => name === message.name)!.id;
          assertFields(frames[i], {
            "tocsin.handle": `0x0000${(0x1000 + i).toString(16)}`,
            "tocsin.device_id": (i % 2 === 0 ? SPT_ID : RCT_ID).toHex(),
            "tocsin.tx": String(0xfff0 + i & 0xffff),
            "tocsin.rx": String(1 + i),
            "tocsin.flags": `0x000${i % 4}`,
            "tocsin.flags.reverse": String(i % 2),
            "tocsin.version": "1",
            "tocsin.msg": `0x${id.toString(16).padStart(2, "0")}`,
            "tocsin.encryption": encryption,
            "tocsin.hash.status": "correct",
            "tocsin.hash.algorithm": hash,
            "tocsin.site": set === undefined ? [] : "shop 12",
            ...expected,
          }, `${i} ${message.name}`);
          const { fields, info, protocol } = frames[i]!;
          assertEquals(protocol, "TOCSIN");
          assert(
            info.startsWith(`${message.name} `) && info.includes(` tx=${0xfff0 + i & 0xffff} rx=${1 + i}`),
            info,
          );
          const padding = fields["tocsin.padding"]?.[0] ?? "";
          assertEquals(padding, "a5".repeat(padding.length / 2));
          const length = Number(fields["tocsin.length"]?.[0]);
          assertEquals(30 + length + padding.length / 2 + 32, octets.length);
        });
      },
    });
  }
}

Deno.test({
  ...TSHARK_TEST,
  name: "an address of the editions before 2020 has 32 octets, of which the first 16 count",
  async fn() {
    const tape = new Tape(edition("2017"));
    const address = Uint8Array.fromHex("00000000000000000000ffffc0000209");
    const header = { handle: 5, tx: 1, rx: 1 };
    tape.say("->", clear(), header, {
      name: "EVENT_MSG",
      fields: [
        { field: "event", protocol: "sia", data: ascii("#1|NBA") },
        { field: "link-ip-address", address: Uint8Array.from([...address, ...new Uint8Array(16)]) },
      ],
    });
    tape.say("<-", clear(), header, { name: "RCT_IP_PARAM_RESP", result, addresses: [{ address, port: 7 }] });
    const [event, parameters] = await tape.read();
    assertFields(event, { "tocsin.event.link_ipv4": "192.0.2.9", "tocsin.expert.bad_data": [] });
    assertFields(parameters, {
      "tocsin.rct.ipv4": "192.0.2.9",
      "tocsin.rct.port": "7",
      "tocsin.trailing": [],
    });
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "the byte vectors open, whatever their hash and cipher",
  async fn() {
    const tape = new Tape();
    const all = [
      ...vectors.vectors.map((vector) => ({ ...vector, hash: "sha-256" as const })),
      ...ripemdVectors.vectors.map((vector) => ({ ...vector, hash: "ripemd-256" as const })),
    ];
    for (const { datagram } of all) tape.add("->", Uint8Array.fromHex(datagram));
    const { handle } = all.find((vector) => vector.encryption !== "none")!;
    const line = (encryption: "aes-128" | "aes-256") =>
      `${handle.toString(16)} ${vectors.keys[encryption]} ${encryption}\n`;
    const frames = await tape.read({ keys: line("aes-128") + line("aes-256") });
    all.forEach((vector, i) =>
      assertFields(frames[i], {
        "tocsin.encryption": vector.encryption,
        "tocsin.hash.status": "correct",
        "tocsin.hash.algorithm": vector.hash,
        "tocsin.tx": String(vector.tx),
      }, vector.name)
    );
  },
});
