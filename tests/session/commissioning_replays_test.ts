/** What was recorded, and what belongs to a window that is used or closed. */
import { assert, assertEquals } from "@std/assert";
import { commissioningSteps } from "../../src/session/commissioning_way.ts";
import { device, premises, run, SECRET, START } from "./commissioning_pair.ts";
import { FAR, sent } from "./scripted.ts";
import { forged, opened, rules, stillWorks } from "./commissioning_attacker.ts";

Deno.test("clear messages played again make nothing but places that give way", () => {
  const centre = opened();
  const tape: Uint8Array[] = [];
  const spt = premises();
  const end = run(spt, centre, {
    toRct: (bytes) => {
      tape.push(bytes);
      // All that was heard so far, again and again, from elsewhere.
      for (let i = 0; i < 5; i++) for (const old of tape.slice(0, -1)) centre.feed(old, START, FAR);
      return bytes;
    },
  });
  assert(end.kind === "commissioned");
  assertEquals(centre.stored, [end.identity]);
  assertEquals(centre.handles.size, 1);
  const before = structuredClone(centre.it.counters);
  for (const old of tape.slice(0, -1)) centre.feed(old, START + 1, FAR);
  assertEquals(centre.it.counters["conversations"], before["conversations"], "the window is used");
});

Deno.test("a CONN_HANDLE_REQ played once its SPT has gone on is silently dropped", () => {
  const centre = opened();
  let hello: Uint8Array | undefined;
  const end = run(premises(), centre, {
    toRct: (bytes, message) => {
      if (message === "CONN_HANDLE_REQ") hello = bytes;
      if (message === "ENCRYPT_SELECT_REQ") assertEquals(sent(centre.feed(hello!, START, FAR)!).length, 1);
      if (message === "ENCRYPT_KEY_REQ") {
        assertEquals(rules(centre.feed(hello!, START, FAR)), ["commissioning-closed"]);
      }
      return bytes;
    },
  });
  assertEquals(end.kind, "commissioned");
  assertEquals(centre.it.counters["conversations"], 1);
});

Deno.test("a recorded commissioning, played under the same window, stores nothing", () => {
  const centre = opened();
  centre.storing = false;
  const tape: Uint8Array[] = [];
  run(premises(), centre, {
    toRct: (bytes) => {
      tape.push(bytes);
      return bytes;
    },
  });
  centre.tick(START + 61_000);
  centre.storing = true;
  const stores = centre.effects.filter(({ kind }) => kind === "store").length;
  for (let i = 0; i < 3; i++) for (const bytes of tape) centre.feed(bytes, START + 62_000, FAR);
  assertEquals(centre.effects.filter(({ kind }) => kind === "store").length, stores);
  assertEquals(centre.stored, []);
  stillWorks(centre, START + 200_000);
});

Deno.test("the SPT that was commissioned cannot be commissioned again with the used secret", () => {
  const centre = opened();
  assertEquals(run(premises(), centre).kind, "commissioned");
  const [master] = centre.stored;
  const again = run(premises({}, 50), centre, {}, START + 1000);
  assertEquals(again.kind === "failed" && again.step, "VERSION_REQ");
  assertEquals(centre.stored, [master!]);
});

Deno.test("of two conversations of one device one is stored; the other ends with it", () => {
  const centre = opened();
  centre.storing = "later";
  const first = run(premises({}, 1), centre);
  const second = run(premises({}, 2), centre, {}, START + 30_000);
  assertEquals(first.kind, "failed");
  assertEquals(second.kind === "failed" && second.reason.includes("RESP_PROCESS_ERROR"), true);
  assertEquals(centre.waiting.length, 1);
  assertEquals(centre.it.counters["stored-twice"], 1);
  centre.settle(centre.waiting[0]!, true);
  assertEquals([centre.it.size, centre.handles.size], [1, 1]);
});

Deno.test("a window that closes in the middle ends the conversation, at every step", () => {
  const steps = commissioningSteps("secret").slice(1);
  for (const step of steps) {
    for (const how of ["expires", "is replaced"]) {
      const centre = opened();
      const end = run(premises(), centre, {
        toRct: (bytes, message, attempt) => {
          if (message === step && attempt === 1) {
            if (how === "expires") centre.shut(device());
            else centre.open(device(), { kind: "secret", secret: SECRET, openedAt: START + 1 });
          }
          return bytes;
        },
      });
      if (step === "CONN_HANDLE_REQ" && how === "is replaced") {
        // Nothing was begun under the old one.
        assertEquals(end.kind, "commissioned");
        continue;
      }
      assertEquals(end.kind === "failed" && end.step, step);
      assertEquals([centre.stored, centre.handles.size, centre.it.size], [[], 0, 0], `${step}, ${how}`);
    }
  }
});

Deno.test("close() and tick() end what was begun under a closed window", () => {
  for (const by of ["close", "tick"] as const) {
    const centre = opened();
    centre.feed(forged({ name: "CONN_HANDLE_REQ" }, {}), START);
    centre.shut(device());
    const effects = by === "close" ? centre.it.close(device()) : centre.tick(START);
    assertEquals(effects, [{ kind: "ended", deviceId: device(), reason: "the window is closed" }]);
    assertEquals(centre.handles.size, 0);
  }
});
