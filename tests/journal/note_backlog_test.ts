import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { NoteBacklog } from "../../src/journal/note_backlog.ts";
import { type NoteOp, OP } from "../../src/journal/sqlite_wire.ts";

function note(id: string, fields: { delivered?: number; told?: boolean; at?: number } = {}): NoteOp {
  const { delivered = null, told = false, at = null } = fields;
  return [OP.note, id, delivered, told ? 1 : 0, at, at === null ? "" : "sent", ""];
}

Deno.test("NoteBacklog: notes come out in the order they went in, restored ones first", () => {
  const backlog = new NoteBacklog(10);
  for (const id of ["A", "B", "C", "D"]) backlog.push(note(id));
  const taken = backlog.take(2);
  backlog.push(note("E"));
  backlog.restore(taken);
  assertEquals(backlog.take(Infinity).map(([, id]) => id), ["A", "B", "C", "D", "E"]);
  assertEquals([backlog.size, backlog.dropped], [0, 0]);
});

Deno.test("NoteBacklog: over the limit the notes of one alarm become one, with everything that counts", () => {
  const backlog = new NoteBacklog(3);
  const mine = note("A", { at: 1 });
  backlog.push(mine);
  backlog.push(note("A", { delivered: 5 }));
  backlog.push(note("A", { told: true, delivered: 6, at: 2 }));
  backlog.push(note("B"));
  assertEquals(backlog.take(Infinity), [note("A", { delivered: 5, told: true, at: 2 }), note("B")]);
  assertEquals(backlog.dropped, 0);
  assertEquals(mine, note("A", { at: 1 }));
});

Deno.test("NoteBacklog: if merging is not enough the oldest go, and are counted", () => {
  const backlog = new NoteBacklog(4);
  for (const id of ["A", "B", "C", "D", "E"]) backlog.push(note(id, { told: true }));
  assertEquals(backlog.take(Infinity).map(([, id]) => id), ["C", "D", "E"]);
  assertEquals(backlog.dropped, 2);
});

Deno.test("NoteBacklog: never holds more than its limit, and forgets no delivery it has room for", () => {
  const step = fc.tuple(fc.constantFrom("A", "B", "C", "D"), fc.nat(100), fc.boolean());
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const backlog = new NoteBacklog(8);
      const delivered = new Map<string, number>();
      for (const [id, time, counts] of steps) {
        backlog.push(note(id, counts ? { delivered: time } : { at: time }));
        if (counts && !delivered.has(id)) delivered.set(id, time);
        assert(backlog.size <= 8);
      }
      const found = new Map<string, number>();
      for (const [, id, time] of backlog.take(Infinity)) {
        if (time !== null && !found.has(id)) found.set(id, time);
      }
      assertEquals(found, delivered);
    }),
  );
});
