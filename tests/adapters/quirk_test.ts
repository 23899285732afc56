/** Every quirk's transcripts are replayed: what the panel sent gives the events, and the answers, that the file says. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  contactIdQuirks,
  ContactIdSession,
  contactIdTextDraft,
  parseContactIdText,
} from "../../adapters/contact_id/mod.ts";
import type { PanelSession } from "../../adapters/contract.ts";
import { applyQuirk, matchQuirk, type Quirk, type QuirkTranscript, readQuirk } from "../../adapters/quirk.ts";
import { scancomQuirks, ScancomSession } from "../../adapters/scancom/mod.ts";
import { parseSiaText, siaQuirks, SiaSession } from "../../adapters/sia/mod.ts";
import type { EventDraft } from "../../src/event/alarm_event.ts";

const all = [...siaQuirks, ...contactIdQuirks, ...scancomQuirks];

function session(quirk: Quirk): PanelSession {
  if (quirk.language === "sia") return new SiaSession({ quirk });
  return quirk.language === "contact-id" ? new ContactIdSession({ quirk }) : new ScancomSession({ quirk });
}

/** Plays the bytes one at a time and accepts every alarm, as a panel that waits would be answered. */
function play(quirk: Quirk, wire: string): { events: EventDraft[]; answers: string[] } {
  const panel = session(quirk);
  const events: EventDraft[][] = [];
  const answers: string[] = [];
  const place = new Map<number, number>();
  let effects = [...Uint8Array.fromHex(wire.replaceAll(" ", ""))].flatMap((octet) => {
    const all = panel.feed(Uint8Array.of(octet), 0);
    for (let at = 0; at < all.length; at++) {
      const effect = all[at];
      if (effect?.kind === "alarm" || effect?.kind === "text") {
        all.push(...panel.settle(effect.ref, "accepted", 0));
      }
    }
    return all;
  });
  effects = [...effects, ...panel.end(0)];
  for (const effect of effects) {
    if (effect.kind === "send") answers.push(effect.bytes.toHex());
    assert(effect.kind !== "refused", effect.kind === "refused" ? effect.message : "");
    if (effect.kind === "alarm") place.set(effect.ref, events.push(effect.alarm.events) - 1);
    if (effect.kind === "text") events[place.get(effect.of) ?? 0] = effect.alarm.events;
  }
  return { events: events.flat(), answers };
}

function printed(quirk: Quirk, wire: string): EventDraft[] {
  if (quirk.language === "sia") {
    const read = parseSiaText(wire);
    assert(read.ok);
    return applyQuirk(quirk, read.events);
  }
  const read = parseContactIdText(wire);
  assert(read.ok);
  return applyQuirk(quirk, [contactIdTextDraft(read, new Uint8Array())]);
}

function replay(quirk: Quirk, transcript: QuirkTranscript): void {
  const { encoding, wire, events: wanted, answers } = transcript;
  const played = encoding === "hex"
    ? play(quirk, wire)
    : { events: printed(quirk, wire), answers: undefined };
  assertEquals(
    played.events.map((event, at) =>
      Object.fromEntries(
        Object.keys(wanted[at] ?? {}).map((key) => [key, { ...event }[key as keyof EventDraft]]),
      )
    ),
    wanted.map((event) => ({ ...event })),
  );
  assertEquals(played.events.length, wanted.length);
  if (answers !== undefined) assertEquals(played.answers, answers);
}

for (const quirk of all) {
  for (const transcript of quirk.transcripts) {
    Deno.test(`${quirk.language} ${quirk.name}: ${transcript.title} (${transcript.kind}, ${transcript.confidence})`, () =>
      replay(quirk, transcript));
  }
}

Deno.test("names are unique within a language, and each quirk is found by its own sign", () => {
  for (const quirks of [siaQuirks, contactIdQuirks, scancomQuirks]) {
    assertEquals(new Set(quirks.map(({ name }) => name)).size, quirks.length);
    for (const quirk of quirks) {
      assertEquals(matchQuirk(quirks, new Uint8Array(), quirk.name), quirk);
      if (quirk.signs.length === 0) continue;
      const proofs = quirk.transcripts.filter(({ encoding }) => encoding === "hex");
      assert(
        proofs.some(({ wire }) => matchQuirk(quirks, Uint8Array.fromHex(wire.replaceAll(" ", ""))) === quirk),
        quirk.name,
      );
    }
  }
});

Deno.test("a name decides alone, none is none, and a wrong name is said", () => {
  const galaxy = Uint8Array.fromHex("4623303237393738");
  assertEquals(matchQuirk(siaQuirks, galaxy)?.name, "galaxy-flex");
  assertEquals(matchQuirk(siaQuirks, galaxy.subarray(0, 7)), undefined);
  assertEquals(matchQuirk(siaQuirks, galaxy, "dsc")?.name, "dsc");
  assertEquals(matchQuirk(siaQuirks, galaxy, "none"), undefined);
  assertThrows(() => matchQuirk(siaQuirks, galaxy, "galaxi"), RangeError, "galaxy-flex");
});

Deno.test("settings of the input go before those of the quirk", () => {
  const quirk = matchQuirk(siaQuirks, new Uint8Array(), "galaxy-rs232");
  assert(quirk !== undefined);
  const account = Uint8Array.fromHex("46233032333439399f");
  assertEquals(new SiaSession({ quirk }).feed(account, 0), [{
    kind: "send",
    bytes: Uint8Array.fromHex("0038c7"),
  }]);
  assertEquals(new SiaSession({ quirk, ackStyle: "40" }).feed(account, 0), [
    { kind: "send", bytes: Uint8Array.fromHex("403887") },
  ]);
});

Deno.test("users of Monitor xL that are no users", () => {
  const quirk = matchQuirk(contactIdQuirks, new Uint8Array(), "monitor-xl");
  const draft = (user: string): EventDraft => ({
    account: "1",
    language: "contact-id",
    code: "401",
    qualifier: "new",
    label: "Open/close by user",
    user,
    flags: ["x"],
    raw: new Uint8Array(),
  });
  assertEquals(
    applyQuirk(quirk, [draft("999"), draft("998"), draft("997")]).map(({ label, flags }) => [label, flags]),
    [
      ["Open/close by user: the system", ["automatic-user", "x"]],
      ["Open/close by user: a user above 997", ["user-above-997", "x"]],
      ["Open/close by user", ["x"]],
    ],
  );
  assertEquals(applyQuirk(undefined, [draft("999")]), [draft("999")]);
});

Deno.test("a quirk file with something missing or wrong is refused by name", () => {
  const good: Record<string, unknown> = {
    name: "x",
    language: "sia",
    panels: ["x"],
    about: "x",
    source: "x",
    confidence: "A",
    signs: ["46 2?"],
    transcripts: [{
      title: "x",
      kind: "manual",
      confidence: "A",
      source: "x",
      encoding: "text",
      wire: "NBA1",
      events: [],
    }],
  };
  assertEquals(readQuirk(good).points, []);
  const bad: [string, unknown][] = [
    ["name", ""],
    ["language", 5],
    ["panels", "x"],
    ["panels", [5]],
    ["confidence", "D"],
    ["signs", ["4"]],
    ["signs", ["zz"]],
    ["options", []],
    ["points", [{}]],
    ["points", [{ codes: ["BA"], from: "1", to: 2, meaning: "x", flag: "x" }]],
    ["users", [{ user: 5 }]],
    ["transcripts", []],
    ["transcripts", [{}]],
    ["transcripts", [null]],
  ];
  for (const [key, value] of bad) {
    assertThrows(
      () => readQuirk({ ...good, [key]: value }),
      TypeError,
      key === "signs" ? "signs" : undefined,
      key,
    );
  }
  assertThrows(() => readQuirk(null), TypeError);
});
