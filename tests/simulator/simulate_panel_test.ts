import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { contactId } from "../../adapters/contact_id/mod.ts";
import type { PanelAdapter } from "../../adapters/contract.ts";
import { Dc09Key } from "../../adapters/dc09/key.ts";
import { dc09 } from "../../adapters/dc09/mod.ts";
import { scancom } from "../../adapters/scancom/mod.ts";
import { sia } from "../../adapters/sia/mod.ts";
import { texecom } from "../../adapters/texecom/mod.ts";
import { vds2465Serial, vds2465Tcp } from "../../adapters/vds2465/mod.ts";
import type { LineFaults } from "../../src/simulator/line_faults.ts";
import { type PanelStep, parseAlarmWords, parsePanelScript } from "../../src/simulator/script.ts";
import { simulatePanel } from "../../src/simulator/simulate_panel.ts";
import type { PanelEvent, PanelSimulation } from "../../src/simulator/simulation.ts";
import { connectTcpWire, listenTcpWire } from "../../src/simulator/tcp_wire.ts";
import { openUdpWire } from "../../src/simulator/udp_wire.ts";
import { answer, Receiver } from "./receiver.ts";

/** Languages whose receivers a script can write with `listenPanels`, and three alarms in their words. */
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
  "vds2465-serial": {
    adapter: vds2465Serial,
    says: ["22:3@1", "10:4", "61:1"],
    codes: ["22 3", "10 4", "61 1"],
  },
};

function alarms(says: string[]): PanelStep[] {
  return says.map((said) => ({ kind: "alarm", words: parseAlarmWords(said)! }));
}

/**
 * What the receiver was told, without repeats. A Fast Format session that begins anew cannot know which of the channels
 * that are still active it was told of before.
 */
function told(receiver: Receiver): string[] {
  return [...new Set(receiver.codes)].filter((code) => !code.startsWith("67"));
}

/**
 * Waits for languages that have no negative answer, or not for such frames: shorter, lest the tests take long, and more of
 * them, lest a slow machine fails.
 */
const IMPATIENT = { waitMs: 500, tries: 30 };

async function play(receiver: { port: number }, simulation: Omit<PanelSimulation, "connect">) {
  const events: PanelEvent[] = [];
  const connect = () => connectTcpWire("127.0.0.1", receiver.port);
  const summary = await simulatePanel(
    { connect, reconnectMs: 10, ...simulation },
    (event) => events.push(event),
  );
  const { sent, acknowledged, refused, unanswered } = summary;
  return { events, summary, counts: { sent, acknowledged, refused, unanswered } };
}

/** What every run must come to, whatever is wrong with the line. */
function allAcknowledged(sent: number) {
  return { sent, acknowledged: sent, refused: 0, unanswered: 0 };
}

for (const [language, { adapter, says, codes }] of Object.entries(LANGUAGES)) {
  Deno.test(`${language}: alarms arrive as they were said, and are acknowledged`, async () => {
    await using receiver = new Receiver(adapter);
    const { counts, summary } = await play(receiver, { language, steps: alarms(says) });
    assertEquals(counts, allAcknowledged(3));
    assertEquals(told(receiver), codes);
    assertEquals(receiver.rules, []);
    assertEquals(summary.connections, 1);
  });

  Deno.test(`${language}: random alarms are alarms of the language, and the seed gives them again`, async () => {
    await using receiver = new Receiver(adapter);
    const steps: PanelStep[] = Array.from({ length: 25 }, () => ({ kind: "random" }));
    const { counts } = await play(receiver, { language, steps, seed: 4711 });
    assertEquals(counts, allAcknowledged(25));
    const said = receiver.codes;
    assert(new Set(said).size > 5, "they differ");
    const flags = receiver.alarms.flat().flatMap((event) => event.flags);
    assertEquals(flags.filter((flag) => flag.startsWith("un")), [], "nothing unknown or unreadable");
    await play(receiver, { language, steps, seed: 4711 });
    assertEquals(receiver.codes.slice(said.length), said);
  });

  const harmless: Record<string, LineFaults> = {
    "octet by octet": { split: true },
    "slowly": { slowMs: 1 },
    "through noise": { noise: true },
    "with wrong checksums": { badChecksumEvery: 2 },
    "with all of that": { split: true, noise: true, badChecksumEvery: 3 },
  };
  for (const [how, faults] of Object.entries(harmless)) {
    Deno.test(`${language}: a panel that sends ${how} is understood`, async () => {
      await using receiver = new Receiver(adapter);
      const settings = language === "sia" || language === "contact-id" ? {} : IMPATIENT;
      // A SIA receiver has no start mark to look for: it finds a block behind noise when the line has been silent for 1 s.
      const count = language === "sia" && faults.noise === true ? 1 : 3;
      const steps = alarms(says.slice(0, count));
      const { counts, events } = await play(receiver, { language, steps, faults, settings });
      assertEquals(counts, allAcknowledged(count));
      assertEquals(told(receiver), codes.slice(0, count));
      const spoiled = events.filter(({ kind }) => kind === "spoiled").length;
      if (faults.badChecksumEvery !== undefined) assert(spoiled > 0);
      assertEquals(receiver.refusals.length > 0, faults.noise === true || spoiled > 0);
    });
  }

  Deno.test(`${language}: a panel whose connection is cut sends the alarm again`, async () => {
    await using receiver = new Receiver(adapter);
    // Behind the first frame of the second alarm, whatever answered it.
    const { counts, events, summary } = await play(receiver, {
      language,
      steps: alarms(says),
      faults: { dropAfter: 2 },
    });
    assertEquals(counts, allAcknowledged(3));
    assertEquals(summary.connections, 2);
    assertEquals(told(receiver), codes);
    assertEquals(events.filter(({ kind }) => kind === "disconnected").length, 2);
  });

  Deno.test(`${language}: a panel that repeats what was acknowledged sends it twice`, async () => {
    await using receiver = new Receiver(adapter);
    const { counts } = await play(receiver, { language, steps: alarms(says), faults: { repeat: true } });
    assertEquals(counts, allAcknowledged(6));
  });

  Deno.test(`${language}: a panel that does not hear gives up, alarm by alarm`, async () => {
    await using receiver = new Receiver(adapter);
    const { counts, summary } = await play(receiver, {
      language,
      steps: alarms(says.slice(0, 2)),
      faults: { ignoreAnswers: true },
      settings: { waitMs: 20, tries: 2 },
    });
    assertEquals(counts, { sent: 2, acknowledged: 0, refused: 0, unanswered: 2 });
    assert(summary.connections >= 2, "it hangs up behind each");
  });
}

Deno.test("vds2465-tcp: the receiving centre speaks first, and alarms are acknowledged", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const centre = (async () => {
    using conn = await listener.accept();
    return await answer(conn, vds2465Tcp.session({ firstCounter: 1 }));
  })();
  const { counts } = await play(listener.addr, {
    language: "vds2465-tcp",
    steps: alarms(["22:3@1", "10:4"]),
  });
  assertEquals(counts, allAcknowledged(2));
  assertEquals((await centre).map(({ code }) => code), ["22", "10"]);
});

Deno.test("a receiver that cannot store refuses, and the panel says so", async () => {
  await using receiver = new Receiver(contactId, () => {
    throw new Error("disk full");
  });
  const { counts, events } = await play(receiver, { language: "contact-id", steps: alarms(["130"]) });
  assertEquals(counts, { sent: 1, acknowledged: 0, refused: 1, unanswered: 0 });
  assertEquals(events.flatMap((event) => event.kind === "sent" ? [event.attempt] : []), [1, 2, 3, 4]);
  const refused = events.find((event) => event.kind === "refused");
  assert(refused?.kind === "refused" && refused.rule === "nak-limit");
});

Deno.test("a script is done step by step: text, restorals, waits, and a cut connection", async () => {
  await using receiver = new Receiver(sia);
  const script = parsePanelScript(
    "alarm BA:3@1 Front door\nwait 20ms\nrestore BA:3@1\ndrop\n# end\nalarm RP\n",
  );
  assert(script.ok);
  const { counts, summary } = await play(receiver, { language: "sia", steps: script.steps });
  assertEquals(counts, allAcknowledged(3));
  assertEquals(summary.connections, 2);
  assertEquals(told(receiver), ["BA 3", "BR 3", "RP"]);
  assert(receiver.alarms.flat().some(({ text }) => text === "Front door"));
});

Deno.test("a panel without CR LF is understood", async () => {
  for (const language of ["contact-id", "scancom"] as const) {
    const { adapter, says, codes } = LANGUAGES[language]!;
    await using receiver = new Receiver(adapter);
    const settings = { noLineEnd: true };
    const { counts } = await play(receiver, { language, steps: alarms(says), settings });
    assertEquals(counts, allAcknowledged(3));
    assertEquals(told(receiver), codes);
  }
});

Deno.test("a panel that wants to encrypt is hung up on, and gives up", async () => {
  await using receiver = new Receiver(sia);
  const settings = { encrypted: true };
  const { counts } = await play(receiver, {
    language: "sia",
    steps: alarms(["BA:1"]),
    settings,
    connections: 2,
  });
  assertEquals(counts, { sent: 1, acknowledged: 0, refused: 0, unanswered: 1 });
  assertEquals(receiver.rules, ["encrypted-session"]);
});

Deno.test("a receiver that is not there leaves every alarm unanswered", async () => {
  const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = closed.addr;
  closed.close();
  const { counts, events } = await play({ port }, { language: "contact-id", steps: alarms(["130", "602"]) });
  assertEquals(counts, { sent: 2, acknowledged: 0, refused: 0, unanswered: 2 });
  assertEquals(events.filter(({ kind }) => kind === "no-connection").length, 5, "four times, then once");
});

Deno.test("a panel that listens is found by its receiver", async () => {
  const panel = listenTcpWire(0);
  const receiver = (async () => {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: panel.port });
    return await answer(conn, contactId.session({}));
  })();
  const { counts } = await play({ port: 0 }, {
    language: "contact-id",
    steps: alarms(["130:3", "602"]),
    ...{ connect: () => panel.connect() },
  });
  panel.close();
  assertEquals(counts, allAcknowledged(2));
  assertEquals((await receiver).map(({ code }) => code), ["130", "602"]);
});

Deno.test("a panel that listens does not wait for ever", async () => {
  const panel = listenTcpWire(0, 10);
  const error = await assertRejects(() => panel.connect(), Error);
  assertStringIncludes(error.message, "no receiver connected");
  panel.close();
});

Deno.test("datagrams: each message is one, encrypted too, and a lost answer is asked for again", async () => {
  for (const key of [undefined, "00112233445566778899AABBCCDDEEFF0011223344556677"]) {
    const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    const { port } = socket.addr as Deno.NetAddr;
    const heard: string[] = [];
    let lost = 1;
    const receiver = (async () => {
      const own = (octets: number) => crypto.getRandomValues(new Uint8Array(octets));
      const encryption = key === undefined ? {} : {
        encryption: { key: [new Dc09Key(Uint8Array.fromHex(key))], random: own },
      };
      const session = dc09.session({ datagrams: true, ...encryption });
      try {
        for (;;) {
          const [bytes, from] = await socket.receive();
          for (const effect of session.feed(bytes.slice(), Date.now())) {
            if (effect.kind === "send") await socket.send(effect.bytes, from);
            if (effect.kind !== "alarm") continue;
            heard.push(effect.alarm.events[0]!.code);
            for (const said of session.settle(effect.ref, "accepted", Date.now())) {
              if (said.kind === "send" && lost-- <= 0) await socket.send(said.bytes, from);
            }
          }
        }
      } catch { /* closed */ }
    })();
    const { counts, summary } = await play({ port }, {
      language: "dc09",
      steps: alarms(["BA:3@1", "130:4"]),
      settings: {
        datagram: true,
        waitMs: 500,
        tries: 10,
        ...(key === undefined ? {} : { key }),
        random: (octets) => crypto.getRandomValues(new Uint8Array(octets)),
      },
      ...{ connect: () => openUdpWire("127.0.0.1", port) },
    });
    socket.close();
    await receiver;
    assertEquals(counts, allAcknowledged(2));
    assert(summary.repeated >= 1);
    assertEquals([...new Set(heard)], ["BA", "130"]);
  }
});

Deno.test("what does not fit the language is said before anything is sent", async () => {
  const connect = () => Promise.reject(new Error("not to be called"));
  const bad: [Omit<PanelSimulation, "connect">, string][] = [
    [{ language: "klingon", steps: [] }, "no language"],
    [{ language: "sia", steps: [], settings: { account: "12 34" } }, "account"],
    [{ language: "sia", steps: alarms(["130:1"]) }, "two capital letters"],
    [{ language: "contact-id", steps: alarms(["130 Hall"]) }, "no text"],
    [{ language: "contact-id", steps: [], settings: { form: "telex" } }, "form"],
    [{ language: "scancom", steps: alarms(["9"]) }, "channel"],
    [{ language: "dc09", steps: [], settings: { key: "short" } }, "key"],
    [{ language: "vds2465-tcp", steps: [], settings: { key: "1:00" } }, "key"],
    [{ language: "vds2465-serial", steps: alarms(["22:256"]) }, "0 to 255"],
  ];
  for (const [simulation, words] of bad) {
    const error = await assertRejects(() => simulatePanel({ connect, ...simulation }), RangeError);
    assertStringIncludes(error.message, words);
  }
});
