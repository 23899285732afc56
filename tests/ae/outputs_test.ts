/** Our own outputs against a played AE, in every language and with every fault: nothing is lost, nothing is delivered untaken. */
import { assert, assertEquals } from "@std/assert";
import type { AeFaults } from "../../src/ae/ae_faults.ts";
import type { AeManner } from "../../src/ae/ae_verdicts.ts";
import { AeLine } from "./line.ts";
import { alarms, CASES, startAe } from "./rig.ts";

const BEHAVIOURS: Readonly<Record<string, { manner?: AeManner; faults?: AeFaults }>> = {
  "acknowledges at once": {},
  "refuses twice": { manner: { naks: 2 } },
  "says nothing": { manner: { silent: true } },
  "is late, but not too late": { faults: { lateMs: 2000 } },
  "is too late": { faults: { lateMs: 35_000 } },
  "answers octet by octet": { faults: { fragmentMs: 10 } },
  "answers twice": { faults: { twice: true } },
  "says rubbish first": { faults: { rubbish: true } },
  "cuts the line in place of the second answer": { faults: { dropAfter: 1 } },
  "stalls after the first answer": { faults: { stallAfter: 1 } },
  "is late, refuses, cuts the line and stalls": {
    manner: { naks: 1 },
    faults: { lateMs: 300, fragmentMs: 5, dropAfter: 1, stallAfter: 2 },
  },
  "is late, refuses, answers twice with a pause between, and stalls": {
    manner: { naks: 1 },
    faults: { lateMs: 300, twice: true, fragmentMs: 5, stallAfter: 2 },
  },
};

for (const [name, tried] of Object.entries(CASES)) {
  for (const [behaviour, { manner = {}, faults = {} }] of Object.entries(BEHAVIOURS)) {
    Deno.test(`${name}: an AE that ${behaviour} loses nothing, and all is delivered once it is well`, () => {
      const items = alarms(tried.language, 3);
      const ids = items.map(({ id }) => id);
      const ae = startAe(tried, manner);
      const line = new AeLine(tried.session(), ae.peer(faults));
      line.connect();
      line.add(...items);
      line.pass(180_000);
      const accounted = () => [...line.delivered, ...line.queue.map(({ id }) => id)].toSorted();
      assertEquals(accounted(), ids, line.log.join("\n"));
      // What is delivered was taken.
      const taken = new Set(line.alarms.filter((record) => record.taken).map(({ account }) => `a${account}`));
      for (const id of line.delivered) assert(taken.has(id), id);
      line.disconnect();
      ae.becomeWell();
      line.ae = ae.peer();
      line.connect();
      line.pass(600_000);
      assertEquals(line.queue, [], line.log.join("\n"));
      assertEquals(line.delivered.toSorted(), ids, line.log.join("\n"));
      const heard = new Set(line.alarms.filter((record) => record.taken).map(({ account }) => `a${account}`));
      assertEquals([...heard].toSorted(), ids);
    });
  }
}
