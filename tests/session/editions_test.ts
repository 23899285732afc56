/** One whole conversation, under every edition and under a layout unlike any. */
import { assert, assertEquals, assertGreater } from "@std/assert";
import { edition, editionNames } from "../../src/ip/editions.ts";
import { otherLayout } from "../ip/other_layout.ts";
import { Pair } from "./pair.ts";

for (const profile of [...editionNames.map(edition), otherLayout]) {
  for (const hash of ["sha-256", "ripemd-256"] as const) {
    for (const cipher of ["aes-256", "aes-128"] as const) {
      Deno.test(`${profile.name}, ${hash}, ${cipher}: setup, alarms, all that the RCT asks, keys from both sides, pull`, () => {
        const pair = new Pair({
          profile,
          spt: { hashes: [hash], encryptions: [cipher], sessionLifetimeMs: 3_600_000 },
          rct: { addresses: [{ hostname: "192.0.2.7", port: 50136 }] },
        }).connect();
        for (let i = 0; i < 5; i++) {
          pair.alarm(`${i}`);
          pair.run(100);
          assertEquals(pair.delivered(`${i}`), 1);
        }
        const data = new Uint8Array([1, 2, 3]);
        pair.offer({ kind: "transparent", ref: "up", data });
        pair.run();
        assertEquals(pair.delivered("up"), 1);
        const requests = [
          { kind: "set-time", ref: "time", time: 0x1234n },
          { kind: "transparent", ref: "down", data },
          { kind: "poll", ref: "poll" },
          { kind: "key", ref: "key" },
          { kind: "heartbeat", ref: "pull", heartbeatMs: 20_000, pollMode: "pull" },
        ] as const;
        for (const request of requests) pair.ask(request);
        pair.run(1000);
        for (const { ref } of requests) assertEquals(pair.ends(ref), ["RESP_ACKNOWLEDGE"], ref);
        // The SPT's own renewal falls into the time of pull.
        pair.run(3_700_000);
        pair.ask({ kind: "heartbeat", ref: "push", heartbeatMs: 40_000, pollMode: "push" });
        pair.run(600_000);
        pair.works();
        assertEquals(
          [pair.said("path-failed"), pair.spt.counters["setups"], pair.session.counters["rekeys"]],
          [0, 1, 2],
        );
        assertEquals(pair.sptSaid.filter(({ kind }) => kind === "rekeyed"), [
          { kind: "rekeyed", by: "rct" },
          { kind: "rekeyed", by: "spt" },
        ]);
        const session = pair.tape.filter(({ key }) => key > 0);
        assert(session.every(({ encryption }) => encryption === cipher));
        assert(session.slice(-20).every((telegram) => telegram.hash === hash && telegram.key === 3));
        assertGreater(session.length, 200);
        const told = pair.sptSaid.find((effect) => effect.kind === "rct-addresses");
        const asked = profile.messages.some(({ name }) => name === "RCT_IP_PARAM_REQ");
        assertEquals(
          told?.kind === "rct-addresses" ? told.addresses : undefined,
          asked ? [{ hostname: "192.0.2.7", port: 50136 }] : undefined,
        );
      });
    }
  }
}
