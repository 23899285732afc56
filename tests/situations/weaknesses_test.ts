/** What docs/weaknesses.md says of the seal and the sessions, as attacks. All attackers know everything but the keys. */
import { assert, assertEquals, assertGreater, assertNotEquals } from "@std/assert";
import { sha256 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { edition } from "../../src/ip/editions.ts";
import { type Header, writeHeader } from "../../src/ip/header.ts";
import { messageId, parseMessage } from "../../src/ip/messages/mod.ts";
import { msToNtp } from "../../src/ip/ntp_time.ts";
import { reconstructed2020 as profile, type Ts50136Profile } from "../../src/ip/profile.ts";
import { maxData, open, type PreparedKeys, prepareKeys, seal } from "../../src/ip/seal.ts";
import { Association } from "../../src/session/association.ts";
import { RctSessions } from "../../src/session/rct_sessions.ts";
import { type SptEffect, SptSession } from "../../src/session/spt_session.ts";
import { identityFor, NEAR, ScriptedSpt, sent } from "../session/scripted.ts";
import { identity, SimulatedPath } from "../sim/path.ts";
import { SeededRandom, seedOfRun } from "../sim/seeded_random.ts";

const CLEAR = 4, BLOCK = 16, HASH = 32, HL = 30;
const HANDLE = 0x73603722;
const keys = prepareKeys({ encryption: "aes-256", key: new Uint8Array(32).fill(7), hash: "sha-256" });
const ids = identityFor();

function headerOf(edit: Partial<Header> = {}): Omit<Header, "length"> {
  const { sptDeviceId: deviceId } = ids;
  const id = messageId(profile, "TRANSPARENT_MSG");
  return { handle: HANDLE, deviceId, tx: 54, rx: 29, flags: 0, version: 1, messageId: id, ...edit };
}

function sealed(data: Uint8Array, edit: Partial<Header> = {}, under: PreparedKeys = keys): Uint8Array {
  return seal(profile, under, headerOf(edit), data, new SeededRandom(11).octets);
}

function rctEnd(of: Ts50136Profile = profile, under: PreparedKeys = keys): Association {
  return new Association({
    profile: of,
    random: new SeededRandom(12).octets,
    handle: HANDLE,
    keys: under,
    encryption: "aes-256",
    ownDeviceId: ids.rctDeviceId,
    peerDeviceId: ids.sptDeviceId,
    expected: 54,
    tx: 29,
  });
}

/** Header and data as they stand in a datagram in clear. */
function clearOctets(header: Omit<Header, "length">, data: Uint8Array, length = data.length): Uint8Array {
  const octets = new Uint8Array(HL + data.length);
  writeHeader(profile, { ...header, length }, octets);
  octets.set(data, HL);
  return octets;
}

const block = (datagram: Uint8Array, i: number) =>
  datagram.subarray(CLEAR + BLOCK * i, CLEAR + BLOCK * (i + 1));
const xor = (a: Uint8Array, ...others: Uint8Array[]) =>
  a.map((octet, i) => others.reduce((sum, other) => sum ^ other[i]!, octet));
const joined = (...parts: Uint8Array[]) => new Uint8Array(parts.flatMap((part) => [...part]));

Deno.test("a message whose text holds the hash of all before it, cut off behind that hash, is refused by its length", () => {
  const text = new SeededRandom(13).octets(600);
  let checked = 0;
  for (let blocks = 2; blocks <= 30; blocks++) {
    // The hash has to begin on a block border, at or behind the start of the text.
    const at = CLEAR + BLOCK * blocks;
    if (at < HL) continue;
    const data = text.slice();
    // All that stands in front of it is known to the attacker, the length of the whole included.
    data.set(sha256(clearOctets(headerOf(), data).subarray(0, at)), at - HL);
    const whole = sealed(data);
    const cut = whole.slice(0, at + HASH);
    // "bad-message-length" and not "unauthentic": cipher and hash alone would let it pass.
    assertEquals(open(profile, keys, cut), { ok: false, rule: "bad-message-length" });
    const rct = rctEnd();
    assertEquals(rct.receive(cut), { kind: "drop", rule: "bad-message-length" });
    assertEquals([rct.progressed, rct.expected], [false, 54]);
    assertEquals(rct.receive(whole).kind, "request");
    checked++;
  }
  assertGreater(checked, 25);
});

Deno.test("no other cut does better, wherever the attacker's hash stands and whatever it covers", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 64, max: maxData(profile) }),
      fc.nat(),
      fc.nat(),
      fc.integer({ min: 0, max: 0xffff }),
      (size, where, from, claimed) => {
        const data = new Uint8Array(size).fill(0x41);
        const at = where % (size - HASH + 1);
        // A hash of a message that claims to be shorter than this one, or of any part.
        const message = clearOctets(headerOf(), data, claimed).subarray(0, HL + at);
        data.set(sha256(message.subarray(from % 2 === 0 ? 0 : from % message.length)), at);
        const whole = sealed(data);
        for (let end = CLEAR; end < whole.length; end += BLOCK) {
          assertEquals(open(profile, keys, whole.subarray(0, end)).ok, false);
        }
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("two messages of one session, cut and joined at any block border, never open", () => {
  const text = new Uint8Array(80).fill(0x42);
  const one = sealed(text), other = sealed(text, { tx: 55 }), poll = sealed(new Uint8Array(), { tx: 56 });
  const tape = [one, other, poll];
  let joins = 0;
  for (const head of tape) {
    for (const tail of tape) {
      for (let h = CLEAR; h <= head.length; h += BLOCK) {
        for (let t = CLEAR; t <= tail.length; t += BLOCK) {
          if (head === tail && h === t || h === head.length && t === tail.length) continue;
          if (h === CLEAR && t === CLEAR) continue; // the whole tail
          // The first block is the same in all: the device ID.
          if (h === CLEAR + BLOCK && t === CLEAR + BLOCK) continue;
          assertEquals(open(profile, keys, joined(head.subarray(0, h), tail.subarray(t))).ok, false);
          joins++;
        }
      }
    }
  }
  assertGreater(joins, 500);
});

Deno.test("what this rests on: who could foresee one cipher block behind the header could forge", () => {
  // The forger wants this message, with a number that is not used yet.
  const wanted = headerOf({ tx: 60 });
  const inner = clearOctets(wanted, new TextEncoder().encode("all is well.."));
  const padded = joined(inner, new Uint8Array((BLOCK - (inner.length - CLEAR) % BLOCK) % BLOCK));
  const message = joined(padded, sha256(padded));
  // The text of an alarm begins in the middle of block 2; from block 3 on it is all his.
  const lead = new Uint8Array(CLEAR + 2 * BLOCK - HL);
  const size = lead.length + message.length - CLEAR - BLOCK;
  // Foreseen here by the key. By the network it cannot be: number and time of a message make the block a new one.
  const foreseen = sealed(joined(lead, new Uint8Array(size - lead.length)));
  const [first, before] = [block(foreseen, 0), block(foreseen, 1)];
  const crafted = message.slice(CLEAR + BLOCK);
  crafted.set(xor(crafted.subarray(0, BLOCK), before, first), 0);
  const carrier = sealed(joined(lead, crafted));
  const forged = joined(
    carrier.subarray(0, CLEAR + BLOCK),
    carrier.subarray(CLEAR + 2 * BLOCK, CLEAR + 2 * BLOCK + crafted.length),
  );
  const opened = open(profile, keys, forged);
  assert(opened.ok);
  assertEquals([opened.header.tx, new TextDecoder().decode(opened.data)], [60, "all is well.."]);
  // One number further, and what was foreseen is worth nothing.
  const later = sealed(joined(lead, crafted), { tx: 55 });
  const missed = joined(
    later.subarray(0, CLEAR + BLOCK),
    later.subarray(CLEAR + 2 * BLOCK, CLEAR + 2 * BLOCK + crafted.length),
  );
  assertEquals(open(profile, keys, missed), { ok: false, rule: "unauthentic" });
});

Deno.test("no second block comes twice under one key, but in the repeat of a datagram", () => {
  const path = new SimulatedPath(new SeededRandom(seedOfRun(5501)));
  path.network.faults = { loss: 0.2, duplication: 0.1, delay: [1, 400] };
  for (let i = 0; i < 300; i++) {
    path.alarm();
    if (i % 60 === 30) path.startSpt();
    path.world.run(1500);
  }
  const bySecond = new Map<string, string>();
  let repeats = 0;
  for (const { bytes } of path.network.seen) {
    const whole = bytes.toHex();
    const second = block(bytes, 1).toHex();
    const other = bySecond.get(second);
    if (other !== undefined) repeats++;
    assertEquals(other ?? whole, whole);
    bySecond.set(second, whole);
  }
  assertGreater(repeats, 10);
  assertGreater(bySecond.size, 300);
});

Deno.test("the first block tells who spoke as long as a key lasts, and no longer", () => {
  const a = sealed(new Uint8Array()), b = sealed(new Uint8Array(60).fill(1), { tx: 5000, rx: 9 });
  const rct = sealed(new Uint8Array(), { deviceId: ids.rctDeviceId });
  const other = prepareKeys({ encryption: "aes-256", key: new Uint8Array(32).fill(8), hash: "sha-256" });
  const rekeyed = sealed(new Uint8Array(), {}, other);
  assertEquals(block(a, 0), block(b, 0));
  assertNotEquals(block(a, 0), block(rct, 0));
  assertNotEquals(block(a, 0), block(rekeyed, 0));
  assertNotEquals(block(a, 1), block(b, 1));
});

Deno.test("who has the master key reads what was recorded before: there is no forward secrecy", () => {
  const path = new SimulatedPath(new SeededRandom(seedOfRun(5502)));
  path.world.run(1000);
  path.alarm();
  path.world.run(1000);
  const tape = path.network.seen.map(({ bytes }) => bytes);
  const known = [prepareKeys(identity().master)];
  const read: string[] = [];
  for (const datagram of tape) {
    for (const key of known.slice()) {
      const opened = open(profile, key, datagram);
      if (!opened.ok) continue;
      const parsed = parseMessage(profile, opened.header.messageId, opened.data);
      assert(parsed.ok);
      if (parsed.value.name === "ENCRYPT_KEY_RESP") {
        known.push(prepareKeys({ encryption: "aes-256", key: parsed.value.key, hash: "sha-256" }));
      }
      if (parsed.value.name === "EVENT_MSG") read.push(parsed.value.name);
      break;
    }
  }
  assertEquals([known.length, read], [2, ["EVENT_MSG"]]);
});

Deno.test("editions with a NAK: octets without the device's own first block are not answered, so nothing is learnt", () => {
  const of = edition("2017");
  const target = sealed(new TextEncoder().encode("what the attacker would like to read"));
  for (let octet = 0; octet < 256; octet++) {
    // Puts the block he would like to read in place of the header, and varies what it is added to.
    const probe = target.slice();
    probe.set(block(target, 4), CLEAR + BLOCK);
    probe[CLEAR + 7] = octet;
    const foreign = probe[CLEAR + 7] !== target[CLEAR + 7];
    const received = rctEnd(of).receive(probe);
    assert(received.kind === "drop");
    if (foreign) assertEquals(received.nak, undefined);
  }
});

Deno.test("editions with a NAK: a damaged header with the device's own first block is answered, and moves nothing", () => {
  const of = edition("2017");
  const damaged = sealed(new Uint8Array());
  damaged[damaged.length - 1]! ^= 1;
  const rct = rctEnd(of);
  const received = rct.receive(damaged);
  // A TRANSPARENT_MSG by its ID: the answer tells that much to who did not know it.
  assert(received.kind === "drop" && received.nak !== undefined);
  assertEquals([rct.progressed, rct.expected, rct.tx], [false, 54, 29]);
});

Deno.test("copied keys: the RCT cannot tell the copy, but the session moves, and each move is told", () => {
  const rct = new RctSessions({ profile, random: new SeededRandom(14).octets }, [
    { name: "site", identity: ids },
  ]);
  const elsewhere = { hostname: "203.0.113.66", port: 6666 };
  const box = new ScriptedSpt(49), copy = new ScriptedSpt(900);
  box.setUp(rct, 0);
  copy.setUp(rct, 1000, { from: elsewhere });
  assertEquals(rct.sites.get("site")!.address, elsewhere);
  // The box itself finds its session gone, sets up a new one, and is heard at its old address again.
  assertEquals(rct.feed(box.request({ name: "POLL_MSG" }), NEAR, 2000), undefined);
  const again = new ScriptedSpt(3000);
  again.begin(rct, 3000);
  const { effects } = again.say(rct, { name: "HASH_SELECT_REQ", offers: ["sha-256"] }, 3000);
  assertEquals(effects.map(({ kind }) => kind), ["established", "moved", "send"]);
  assertEquals(rct.sites.get("site")!.counters["address-changes"], 2);
});

Deno.test("a session is not disturbed by any number of different setup requests that are played again", () => {
  const path = new SimulatedPath(new SeededRandom(seedOfRun(5503)));
  const requests: Uint8Array[] = [];
  for (let i = 0; i < 12; i++) {
    const before = path.network.seen.length;
    path.startSpt();
    requests.push(path.network.seen[before]!.bytes);
    path.world.run(2000);
  }
  const site = path.rct.sites.get("site")!;
  const { address } = site;
  for (const bytes of requests) path.network.send(bytes, "203.0.113.66:6666", "10.0.0.1:50136");
  const id = path.alarm();
  path.world.run(500);
  assertEquals([site.state, site.address, path.stored.get(id)], ["connected", address, 1]);
});

/** An SPT whose first TX number is drawn by the test; says what it sent and learned. */
function sptDrawing(
  tx: number,
  seed: number,
  setupMarks: readonly string[] = [],
): { spt: SptSession; effects: SptEffect[] } {
  const { octets } = new SeededRandom(seed);
  const random = (n: number) => n === 2 ? new Uint8Array([tx >> 8, tx & 0xff]) : octets(n);
  const spt = new SptSession({ profile, random, identity: identityFor(), heartbeatMs: 30_000, setupMarks });
  return { spt, effects: [] };
}

const item = (ref: string, text: string) => ({
  kind: "event" as const,
  ref,
  protocol: "sia" as const,
  data: new TextEncoder().encode(text),
  time: msToNtp(Date.UTC(2026, 0, 1)),
});

/** A session that ended with one alarm, and what the RCT said in it. */
function sessionWithTape(tx: number): { spt: SptSession; tape: Uint8Array[]; marks: string[] } {
  const rct = new RctSessions({ profile, random: new SeededRandom(15).octets }, [
    { name: "site", identity: identityFor() },
  ]);
  const { spt } = sptDrawing(tx, 16);
  const tape: Uint8Array[] = [];
  const marks: string[] = [];
  let effects = spt.start(0);
  for (let i = 0; i < 30; i++) {
    const request = sent(effects)[0];
    if (request === undefined) break;
    const found = rct.feed(request, NEAR, i)!;
    const event = found.effects.find((effect) => effect.kind === "event");
    const answers = sent(
      event?.kind === "event" ? found.session.settle(event.ref, "RESP_ACKNOWLEDGE") : found.effects,
    );
    tape.push(...answers);
    effects = answers.flatMap((bytes) => spt.feed(bytes, i));
    marks.push(...effects.flatMap((effect) => effect.kind === "setup-mark" ? [effect.mark] : []));
    if (effects.some((effect) => effect.kind === "delivered")) return { spt, tape, marks };
    if (spt.ready) effects = spt.offer(item("old", "#1234|NBA01"), i);
  }
  throw new Error("the session did not get as far as its alarm");
}

/** Plays a tape to an SPT with an alarm to send, and nobody else there. Returns what it was made to believe. */
function playTo(tx: number, tape: readonly Uint8Array[], marks: readonly string[] = []): string[] {
  const { spt, effects } = sptDrawing(tx, 17, marks);
  effects.push(...spt.start(0));
  for (let i = 0; i < 3; i++) {
    for (const bytes of tape) {
      effects.push(...spt.feed(bytes, i));
      if (spt.ready) effects.push(...spt.offer(item("new", "#1234|NFA02"), i));
    }
  }
  return effects.flatMap((effect) => effect.kind === "delivered" ? [effect.ref] : []);
}

Deno.test("a tape of an old session means nothing to an SPT that begins with another TX number", () => {
  const { tape } = sessionWithTape(1000);
  fc.assert(fc.property(fc.integer({ min: 0, max: 0xffff }).filter((tx) => tx !== 1000), (tx) => {
    assertEquals(playTo(tx, tape), []);
  }));
});

Deno.test("a tape of an earlier session means nothing to an SPT that went through it, whatever number it begins with", () => {
  const { spt, tape } = sessionWithTape(1000);
  const learned: SptEffect[] = [];
  let setups = 0;
  const after = (effects: SptEffect[]) => {
    learned.push(...effects);
    setups +=
      effects.filter((effect) => effect.kind === "send" && effect.message === "CONN_HANDLE_REQ").length;
  };
  after(spt.offer(item("new", "#1234|NFA02"), 100));
  // The line is cut. Each new setup draws the same number, and the attacker answers by the tape.
  for (let now = 100, i = 0; i < 60; i++) {
    now = spt.nextTick ?? now + 1000;
    after(spt.tick(now));
    for (const bytes of tape) {
      after(spt.feed(bytes, now));
      if (spt.ready) after(spt.offer(item("new", "#1234|NFA02"), now));
    }
  }
  assertGreater(setups, 3);
  assertEquals(learned.filter(({ kind }) => kind === "delivered"), []);
  assert(
    learned.some((effect) => "reason" in effect && effect.reason?.includes("somebody plays that again")),
  );
});

Deno.test("a tape of an earlier session means nothing to an SPT that was restarted, with what it kept on disk", () => {
  const { tape, marks } = sessionWithTape(1000);
  assertEquals(marks.length, 1);
  assertEquals(playTo(1000, tape, marks), []);
});

Deno.test("what remains: an SPT that lost its disk as well believes a tape from before, if it begins with the same number", () => {
  assertEquals(playTo(1000, sessionWithTape(1000).tape), ["new"]);
});

Deno.test("five recorded setup requests, played over and over, do not keep an SPT from setting up", () => {
  const path = new SimulatedPath(new SeededRandom(seedOfRun(5504)));
  path.network.faults = { loss: 0, duplication: 0, delay: [20, 20] };
  const requests: Uint8Array[] = [];
  for (let i = 0; i < 5; i++) {
    const before = path.network.seen.length;
    path.startSpt();
    requests.push(path.network.seen[before]!.bytes);
    path.world.run(3000);
  }
  const play = (i: number) => {
    path.network.send(requests[i % requests.length]!, "203.0.113.66:6666", "10.0.0.1:50136");
    path.world.after(2, () => play(i + 1));
  };
  play(0);
  path.world.run(200);
  path.startSpt();
  const id = path.alarm();
  path.world.run(60_000, () => path.stored.has(id));
  assertEquals(path.stored.get(id), 1, "an attacker who is not on the line shuts a site out");
});

Deno.test("a site that is not heard again after a restart of the RCT is reported as failed", () => {
  const path = new SimulatedPath(new SeededRandom(seedOfRun(5505)));
  path.world.run(10_000);
  path.network.up = false;
  path.startRct();
  let next = path.world.now;
  const failed: string[] = [];
  for (let i = 0; i < 60; i++) {
    next += 60_000;
    failed.push(...path.rct.tick(next).flatMap(({ effects }) => effects.map(({ kind }) => kind)));
  }
  assertEquals(failed, ["path-failed"]);
});
