/** What was forged, damaged, played again or sent back moves nothing, at any moment of a conversation. */
import { assert, assertEquals, assertGreater, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { edition } from "../../src/ip/editions.ts";
import { reconstructed2020, type Ts50136Profile } from "../../src/ip/profile.ts";
import { otherLayout } from "../ip/other_layout.ts";
import { Pair } from "./pair.ts";
import { FAR, NEAR } from "./scripted.ts";

/** Moments; each leaves what is under way on the line. */
const MOMENTS: Record<string, (pair: Pair) => void> = {
  "nothing is under way": () => {},
  "an alarm is under way": (pair) => pair.alarm("x"),
  "the answer to an alarm is under way": (pair) => {
    pair.alarm("x");
    pair.deliver(pair.take("EVENT_MSG"));
  },
  "the RCT asks": (pair) => pair.ask({ kind: "transparent", ref: "x", data: new Uint8Array(5) }),
  "the SPT has answered the RCT": (pair) => {
    pair.ask({ kind: "transparent", ref: "x", data: new Uint8Array(5) });
    pair.deliver(pair.take("TRANSPARENT_MSG"));
  },
  "the RCT brings a key": (pair) => pair.ask({ kind: "key", ref: "x" }),
  "the SPT has taken a key of which the RCT does not know": (pair) => {
    pair.ask({ kind: "key", ref: "x" });
    pair.deliver(pair.take("ENCRYPT_KEY_REQ"));
    pair.alarm("y");
  },
  "the SPT has asked for a key": (pair) => {
    pair.now += 86_400_000 - 60_000;
    pair.doSpt(pair.spt.tick(pair.now));
    pair.flush();
    pair.now += 60_000;
    pair.doSpt(pair.spt.tick(pair.now));
    pair.deliver(pair.take("ENCRYPT_KEY_REQ"));
  },
};

/** A conversation that ends in the moment; the same each time. */
function conversation(profile: Ts50136Profile, moment: string): Pair {
  // The SPT waits long before it polls, the clock of the moment does not matter to anyone else.
  const pair = new Pair({ profile, spt: { heartbeatMs: 86_400_000 } });
  // A session of before, so that the tape holds another setup.
  pair.connect();
  pair.alarm("old");
  pair.run();
  pair.doSpt(pair.spt.stop());
  pair.connect();
  pair.alarm("a");
  pair.ask({ kind: "set-time", ref: "t", time: 1n });
  pair.run();
  pair.ask({ kind: "key", ref: "k" });
  pair.run();
  pair.alarm("b");
  pair.ask({ kind: "transparent", ref: "u", data: new Uint8Array(3) });
  pair.ask({ kind: "heartbeat", ref: "h", heartbeatMs: 86_000_000, pollMode: "push" });
  pair.run(1000);
  MOMENTS[moment]!(pair);
  return pair;
}

/** What follows when everything under way arrives: by name, numbers and key. */
function rest(pair: Pair): unknown[] {
  const before = pair.tape.length;
  const pending = pair.line.map(({ bytes }) => bytes.length);
  pair.run(4000);
  pair.works();
  return [
    pending,
    ...pair.tape.slice(before).map(({ name, key, header }) => [name, key, header.tx, header.rx]),
  ];
}

interface Attack {
  which: number;
  how: "again" | "damaged" | "cut" | "back" | "noise" | "spliced";
  at: number;
  mask: number;
  far: boolean;
}

const attacks: fc.Arbitrary<Attack[]> = fc.array(
  fc.record({
    which: fc.nat(),
    how: fc.constantFrom("again", "damaged", "cut", "back", "noise", "spliced"),
    at: fc.nat(),
    mask: fc.integer({ min: 1, max: 255 }),
    far: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

/** Plays one attack; says nothing but `dropped`, or sends again what it sent before. */
function play(pair: Pair, { which, how, at, mask, far }: Attack): void {
  // What never arrived is no replay: that would be the network being late.
  const tape = pair.tape.filter(({ bytes }) => pair.arrived.has(bytes));
  const all = pair.tape;
  const source = how === "again" ? tape : all;
  const { to, bytes } = source[which % source.length]!;
  const octets = bytes.slice();
  let target = to;
  if (how === "damaged") octets[at % octets.length]! ^= mask;
  else if (how === "back") target = to === "spt" ? "rct" : "spt";
  else if (how === "noise") octets.forEach((_, i) => octets[i] = i < 4 ? octets[i]! : (i * mask + at) & 0xff);
  else if (how === "spliced") {
    const other = all[at % all.length]!.bytes;
    // The tail of another datagram from a block on: both are genuine up to there.
    const cut = 4 + 16 * (1 + mask % 6);
    if (other.length !== octets.length || all[at % all.length]!.to !== to) return;
    octets.set(other.subarray(cut), cut);
    if (pair.tape.some((telegram) => telegram.bytes.toHex() === octets.toHex())) return;
  }
  const given = how === "cut" ? octets.subarray(0, at % octets.length) : octets;
  const from = far ? FAR : NEAR;
  const effects = target === "spt"
    ? pair.spt.feed(given, pair.now)
    : pair.rct.feed(given, from, pair.now)?.effects ?? [];
  for (const effect of effects) {
    assert(effect.kind === "dropped" || effect.kind === "send", `${how} ${bytes.length}: ${effect.kind}`);
  }
}

for (const profile of [reconstructed2020, edition("2017"), otherLayout]) {
  for (const moment of Object.keys(MOMENTS)) {
    Deno.test(`${profile.name}: while ${moment}, nothing that an attacker has moves anything`, () => {
      const undisturbed = rest(conversation(profile, moment));
      assertGreater(undisturbed.length, 4);
      fc.assert(
        fc.property(attacks, (list) => {
          const pair = conversation(profile, moment);
          const before = pair.snapshot();
          for (const attack of list) play(pair, attack);
          const after = pair.snapshot() as { tick?: number };
          if (after.tick === undefined) after.tick = (before as { tick: number }).tick;
          assertEquals(after, before);
          assertLessOrEqual(pair.rct.handles, 6);
          assertEquals(rest(pair), undisturbed);
        }),
        { numRuns: 40 },
      );
    });
  }
}
