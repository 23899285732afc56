/** AE software that speaks the panels' language itself, behind a raw line: simulated panels at the premises, our own receiving sessions at the centre. */
import { assert, assertEquals, assertGreater } from "@std/assert";
import { contactId } from "../../adapters/contact_id/mod.ts";
import type { PanelAdapter, PanelSession } from "../../adapters/contract.ts";
import { dc09 } from "../../adapters/dc09/mod.ts";
import { scancom } from "../../adapters/scancom/mod.ts";
import { sia } from "../../adapters/sia/mod.ts";
import { texecom } from "../../adapters/texecom/mod.ts";
import { vds2465Serial, vds2465Tcp } from "../../adapters/vds2465/mod.ts";
import type { LineFaults } from "../../src/simulator/line_faults.ts";
import { type PanelStep, parseAlarmWords } from "../../src/simulator/script.ts";
import { simulatePanel } from "../../src/simulator/simulate_panel.ts";
import { connectTcpWire } from "../../src/simulator/tcp_wire.ts";
import { Relay } from "../dtls/relay.ts";
import { counters, PATIENT_MS, rawPair, rctLine, sptLine, sptPort } from "../gateway/raw_rig.ts";
import { SeededRandom, seedOfRun } from "../sim/seeded_random.ts";
import { Receiver } from "../simulator/receiver.ts";
import type { Pair } from "../support/pair.ts";

/** The AE's side, and three alarms in the panel's words. */
const LANGUAGES: Record<string, { adapter: PanelAdapter; says: string[]; codes: string[] }> = {
  "sia": { adapter: sia, says: ["BA:3@1", "FA:12", "CL:5@2"], codes: ["BA 3", "FA 12", "CL 5"] },
  "contact-id": {
    adapter: contactId,
    says: ["130:3@1", "602", "401:5"],
    codes: ["130 003", "602", "401 005"],
  },
  "texecom": { adapter: texecom, says: ["130:3@1", "BA:7@2", "602"], codes: ["130 003", "BA 7", "602"] },
  "scancom": { adapter: scancom, says: ["3", "4", "1"], codes: ["17 3", "27 4", "17 1"] },
  "dc09": { adapter: dc09, says: ["BA:3@1", "130:4", "RP"], codes: ["BA 3", "130 004", "RP"] },
  "vds2465-serial": { adapter: vds2465Serial, says: ["22:3@1", "10:4"], codes: ["22 3", "10 4"] },
  "vds2465-tcp": {
    adapter: {
      name: "vds2465-tcp",
      session: (): PanelSession => vds2465Tcp.session({ firstCounter: 1 }),
    },
    says: ["22:3@1", "10:4"],
    codes: ["22 3", "10 4"],
  },
};

const alarms = (says: string[]): PanelStep[] =>
  says.map((said) => ({ kind: "alarm", words: parseAlarmWords(said)! }));

/** As patient as a slow machine needs it, lest it repeats. */
const PATIENT = { waitMs: 30_000, tries: 4 };

async function play(
  pair: Pair,
  language: string,
  says: string[],
  more: { settings?: { waitMs: number; tries: number }; faults?: LineFaults } = {},
) {
  return await simulatePanel({
    language,
    connect: () => connectTcpWire("127.0.0.1", sptPort(pair)),
    reconnectMs: 50,
    connections: 1000,
    settings: PATIENT,
    ...more,
    steps: alarms(says),
  });
}

for (const [language, { adapter, says, codes }] of Object.entries(LANGUAGES)) {
  for (const known of [true, false]) {
    const how = known ? "by its frames" : "by silence only";
    Deno.test(`${language}, ${how}: alarms and acknowledgements go through, and the panel never notices`, async () => {
      await using receiver = new Receiver(adapter);
      const name = known ? language : undefined;
      await using pair = await rawPair(
        [sptLine({ language: name })],
        [rctLine(receiver.port, { language: name })],
      );
      const { sent, acknowledged, refused, connections } = await play(pair, language, says);
      assertEquals([sent, acknowledged, refused, connections], [says.length, says.length, 0, 1]);
      // A Fast Format receiver reads the whole state of the channels each time.
      const told = receiver.codes.filter((code) => language !== "scancom" || !code.startsWith("67"));
      assertEquals([...new Set(told)], codes);
      assertEquals(receiver.rules, []);
      assertEquals(pair.centre.alarms, 0);
      assertEquals(await pair.spt.alarms(10), []);
    });
  }
}

Deno.test("SIA: a negative answer of the AE reaches the panel, which sends again; bad blocks and split ones too", async () => {
  let stored = 0;
  await using receiver = new Receiver(sia, () => {
    if (++stored % 2 === 1) throw new Error("disk full");
  });
  await using pair = await rawPair([sptLine({ language: "sia" })], [
    rctLine(receiver.port, { language: "sia" }),
  ]);
  const { acknowledged } = await play(pair, "sia", ["BA:3@1", "FA:12"], {
    faults: { split: true, badChecksumEvery: 3 },
  });
  assertEquals(acknowledged, 2);
  assertEquals([...new Set(receiver.codes)], ["BA 3", "FA 12"]);
  assert(receiver.rules.length > 0, "no bad block got there");
});

Deno.test("frames leave whole: an AE that reads each chunk as one frame gets each in one", async () => {
  // Chunks of TCP can be joined, but not in lockstep: the panel waits for each answer.
  await using receiver = new Receiver({
    name: "whole",
    session: (options) => {
      const inner = sia.session(options);
      return {
        feed: (bytes, now) => {
          lengths.push([bytes.length, (bytes[0]! & 0x3f) + 3]);
          return inner.feed(bytes, now);
        },
        tick: (now) => inner.tick(now),
        get nextTick() {
          return inner.nextTick;
        },
        settle: (ref, outcome, now) => inner.settle(ref, outcome, now),
        end: (now) => inner.end(now),
      };
    },
  });
  const lengths: [number, number][] = [];
  await using pair = await rawPair(
    // Silence decides nothing here: a slow machine makes pauses of its own.
    [sptLine({ language: "sia", gapMs: PATIENT_MS })],
    [rctLine(receiver.port, { language: "sia", gapMs: PATIENT_MS })],
  );
  const { acknowledged } = await play(pair, "sia", ["BA:3@1", "FA:12", "CL:5@2"], {
    faults: { split: true },
  });
  assertEquals(acknowledged, 3);
  for (const [chunk, block] of lengths) assert(chunk >= block, `a block of ${block} came in ${chunk} octets`);
});

Deno.test("a network that loses, doubles and reorders datagrams: every alarm is acknowledged by the AE itself in the end", async () => {
  const random = new SeededRandom(seedOfRun(7501));
  let lossy = false;
  let relay: Relay | undefined;
  await using receiver = new Receiver(contactId);
  await using pair = await rawPair(
    [sptLine({ language: "contact-id", maxDelayMs: 2000 })],
    [rctLine(receiver.port, { language: "contact-id", maxDelayMs: 2000, responseTimeoutMs: 300 })],
    {
      adjust: (spt, rct) => {
        relay = new Relay(rct.listen.port, () => {
          const draw = lossy ? random.next() : 1;
          return draw < 0.15 ? "lost" : draw < 0.25 ? "twice" : draw < 0.3 ? "late" : "pass";
        });
        spt.rct.port = relay.port;
        spt.rct.responseTimeoutMs = 300;
        spt.rct.transmissions = 10;
      },
    },
  );
  await using network = relay!;
  lossy = true;
  const says = ["130:3@1", "131:4", "602", "401:5", "110:7", "120:9"];
  const { acknowledged } = await play(pair, "contact-id", says);
  lossy = false;
  assertEquals(acknowledged, says.length);
  const codes = [...new Set(receiver.codes)];
  assertEquals(codes, ["130 003", "131 004", "602", "401 005", "110 007", "120 009"]);
  assertGreater(network.fates.lost, 0);
  const { messages = 0 } = await counters(pair, "spt");
  assertGreater(messages, 0);
});
