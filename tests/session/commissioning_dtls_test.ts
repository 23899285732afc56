/** Conversations inside DTLS, which prove the device by its certificate. */
import { assert, assertEquals } from "@std/assert";
import type { Message } from "../../src/ip/messages/mod.ts";
import { reconstructed2020 as profile } from "../../src/ip/profile.ts";
import { clearKeys, open } from "../../src/ip/seal.ts";
import type { DtlsPeer } from "../../src/session/rct_commissionings.ts";
import { Centre, device, DTLS, premises, run, START } from "./commissioning_pair.ts";
import { FAR, NEAR, sent } from "./scripted.ts";
import { clearHeader, forged, opened, rules, zeros } from "./commissioning_attacker.ts";

Deno.test("inside DTLS the name must be that of the header, and for the master set", () => {
  for (const edit of [{ master: false }, { deviceId: device(profile, 2) }]) {
    const centre = new Centre();
    centre.open(device(), { kind: "dtls" });
    centre.feed(forged({ name: "CONN_HANDLE_REQ" }, { tx: 10 }), START, NEAR, DTLS);
    const handle = [...centre.handles][0]!;
    const message: Message = { name: "DEVICE_ID_REQ", master: true, deviceId: device(), ...edit };
    const [bytes] = sent(centre.feed(forged(message, { handle, tx: 11 }), START, NEAR, DTLS)!);
    const answer = open(profile, clearKeys, bytes!);
    assertEquals(answer.ok && [...answer.data], [8], "RESP_DEVICE_NOT_ALLOWED");
  }
});

Deno.test("a window for DTLS takes nothing over UDP, one for a secret nothing inside DTLS", () => {
  const hello = forged({ name: "VERSION_REQ", version: 1 }, {});
  const byDtls = new Centre();
  byDtls.open(device(), { kind: "dtls" });
  assertEquals(rules(byDtls.feed(hello, START)), ["commissioning-closed"]);
  assertEquals(sent(byDtls.feed(hello, START, NEAR, DTLS)!).length, 1);
  assertEquals(rules(opened().feed(hello, START, NEAR, DTLS)), ["commissioning-closed"]);
});

Deno.test("a conversation inside DTLS stays in its connection", () => {
  const centre = new Centre();
  centre.open(device(), { kind: "dtls" });
  const other: DtlsPeer = { masterKey: zeros(32).fill(0x99) };
  const spt = premises({ way: { kind: "dtls", masterKey: DTLS.masterKey } });
  let last: Uint8Array | undefined;
  const end = run(spt, centre, {
    dtls: DTLS,
    toRct: (bytes, message) => {
      if (clearHeader(bytes).handle !== 0 && message !== "VERSION_REQ") {
        for (const peer of [undefined, other]) {
          assertEquals(rules(centre.feed(bytes, START, FAR, peer)), ["commissioning-closed"], message);
        }
      }
      last = bytes;
      return bytes;
    },
  });
  assert(end.kind === "commissioned" && last !== undefined);
  assertEquals(centre.feed(last, START, FAR), undefined, "over UDP the handle is that of the master set now");
  assertEquals(sent(centre.feed(last, START, NEAR, DTLS)!).length, 1);
});

Deno.test("the gateway may refuse a certificate that is not this device's", () => {
  const seen: (string | undefined)[] = [];
  const centre = new Centre(profile, {
    window: (_, dtls) => {
      seen.push(dtls?.commonName);
      return dtls?.commonName === "supplier.example:2" ? { kind: "dtls" } : undefined;
    },
  });
  assertEquals(rules(centre.feed(forged({ name: "CONN_HANDLE_REQ" }, {}), START, NEAR, DTLS)), [
    "commissioning-closed",
  ]);
  assertEquals(seen, [DTLS.commonName]);
});
