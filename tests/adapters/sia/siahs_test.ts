import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseSiaHs, parseSiaText } from "../../../adapters/sia/mod.ts";
import payloads from "../../../adapters/sia/vectors/dc09_payload.json" with { type: "json" };
import vectors from "../../../adapters/sia/vectors/siahs_udp.json" with { type: "json" };

for (const { id, wire, kind, confidence, expect } of vectors) {
  Deno.test(`datagram ${id} (${kind}, ${confidence})`, () => {
    const bytes = Uint8Array.fromHex(wire.replaceAll(" ", ""));
    assertEquals(bytes.length, expect.length + 4);
    const read = parseSiaHs(bytes);
    assert(read.ok);
    const { account, device, text, sia } = read.message;
    assertEquals([account, device, text], [expect.account, expect.device, expect.message]);
    const said = parseSiaText(sia ?? "");
    assert(said.ok);
    assertEquals([said.message.account, said.message.keepalive], ["1255", true]);
  });

  Deno.test(`datagram ${id}: any cut and any changed octet is refused`, () => {
    const bytes = Uint8Array.fromHex(wire.replaceAll(" ", ""));
    for (let length = 0; length < bytes.length; length++) {
      assertEquals(parseSiaHs(bytes.subarray(0, length)).ok, false);
    }
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x40;
      assertEquals(parseSiaHs(changed).ok, false, String(at));
    }
  });
}

Deno.test("random datagrams never throw", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
    parseSiaHs(bytes);
  }));
});

for (const { id, wire, kind, confidence, expect } of payloads) {
  Deno.test(`payload ${id} (${kind}, ${confidence}): ${wire}`, () => {
    const payload = /\[[^\]]*\]/.exec(wire)?.[0] ?? "";
    for (const text of [payload, payload.slice(1, -1)]) {
      const read = parseSiaText(text);
      assert(read.ok);
      const [event] = read.message.packet.events;
      const wanted = expect as { code: string; address: string; area?: string; account?: string };
      assertEquals([event?.code, event?.address, event?.modifiers["ri"]], [
        wanted.code,
        wanted.address,
        wanted.area,
      ]);
      if (wanted.account !== undefined) assertEquals(read.message.account, wanted.account);
      assertEquals(read.events.length, 1);
    }
  });
}
