import { assert, assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import type { OutputEffect, OutputItem, OutputSession } from "../../adapters/contract.ts";
import { AeLink } from "../../src/gateway/ae_link.ts";
import { Faults } from "../../src/gateway/faults.ts";
import { HopWriter, Live } from "../../src/gateway/live.ts";
import { JournalError, type StoredAlarm } from "../../src/journal/journal.ts";
import { MemoryJournal } from "../../src/journal/memory_journal.ts";
import { until } from "../support/pair.ts";
import { store } from "./outbox_rig.ts";

/** A language of one octet: `A` takes, `N` refuses for good. */
class OneOctet implements OutputSession {
  readonly offered: OutputItem[] = [];
  ticks = 0;
  nextTick: number | undefined;
  #up = false;
  #inFlight: string | undefined;

  connected(): OutputEffect[] {
    this.#up = true;
    return [{ kind: "present" }];
  }
  disconnected(): OutputEffect[] {
    this.#up = false;
    const id = this.#inFlight;
    this.#inFlight = undefined;
    return [{ kind: "absent", rule: "gone", message: "the AE is gone", ...(id === undefined ? {} : { id }) }];
  }
  feed(bytes: Uint8Array): OutputEffect[] {
    return [...bytes].map((octet): OutputEffect => {
      const id = this.#inFlight;
      if (id === undefined || (octet !== 0x41 && octet !== 0x4e)) {
        return { kind: "stray", rule: "stray-octet", message: "?", raw: bytes };
      }
      this.#inFlight = undefined;
      return octet === 0x41
        ? { kind: "delivered", id }
        : { kind: "refused", id, rule: "nak-limit", message: "refused three times" };
    });
  }
  tick(): OutputEffect[] {
    this.ticks++;
    return [];
  }
  get ready(): boolean {
    return this.#up && this.#inFlight === undefined;
  }
  offer(item: OutputItem): OutputEffect[] {
    this.offered.push(item);
    this.#inFlight = item.id;
    const bytes = new TextEncoder().encode(`${item.id}\n`);
    return [{ kind: "sent", id: item.id, line: item.id, attempt: 1 }, { kind: "send", bytes }];
  }
}

/** An output with its AE's socket. */
class AeRig implements AsyncDisposable {
  readonly journal = new MemoryJournal({ now: Date.now });
  readonly session = new OneOctet();
  readonly delivered: string[] = [];
  readonly logged: string[] = [];
  readonly faults = new Faults((_level, rule) => void this.logged.push(rule), () => {});
  readonly link: AeLink;
  readonly #conns: Deno.TcpConn[] = [];

  constructor() {
    this.link = new AeLink({
      endpoint: { name: "rct", language: "one-octet", role: "listen", host: "127.0.0.1", port: 0 },
      session: this.session,
      journal: this.journal,
      hops: new HopWriter(this.journal, new Live()),
      faults: this.faults,
      log: (_level, rule) => void this.logged.push(rule),
      accountOf: ({ account }) => `9${account}`,
      delivered: ({ id }) => void this.delivered.push(id),
    });
  }

  async add(id: string): Promise<StoredAlarm> {
    const alarm = await store(this.journal, id, { offered: this.link.outbox.offersNext });
    this.link.outbox.add(alarm);
    return alarm;
  }

  async connect(): Promise<Deno.TcpConn> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: this.link.port });
    this.#conns.push(conn);
    return conn;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.link.stop(0);
    for (const conn of this.#conns) {
      try {
        conn.close();
      } catch { /* closed */ }
    }
  }
}

const line = async (conn: Deno.TcpConn) => {
  const buffer = new Uint8Array(64);
  const n = await conn.read(buffer);
  return n === null ? undefined : new TextDecoder().decode(buffer.subarray(0, n)).trim();
};
const say = (conn: Deno.TcpConn, text: string) => conn.write(new TextEncoder().encode(text));

Deno.test("an alarm goes to the AE under the account it knows, and is delivered on its answer alone", async () => {
  await using rig = new AeRig();
  await rig.link.start();
  assertEquals(rig.faults.all.map(({ rule }) => rule), ["ae-absent:rct"]);
  assertStringIncludes(rig.faults.all[0]!.message, "has not answered yet");
  const ae = await rig.connect();
  await until(() => rig.link.state === "present", "the AE");
  assertEquals(rig.faults.all, []);
  await rig.add("A0");
  assertEquals(await line(ae), "A0");
  assertEquals([rig.session.offered[0]!.account, rig.link.inFlight, rig.delivered], ["91234", "A0", []]);
  await say(ae, "A");
  await until(() => rig.delivered.length === 1, "the delivery");
  const life = await rig.journal.life("A0");
  assert(life?.alarm.deliveredAt !== undefined);
  assertEquals(life.hops.map(({ step }) => step), ["sent", "delivered"]);
});

Deno.test("the newest connection replaces the old one, and the alarm in flight goes out again as a repeat", async () => {
  await using rig = new AeRig();
  await rig.link.start();
  const old = await rig.connect();
  await rig.add("A0");
  assertEquals(await line(old), "A0");
  const fresh = await rig.connect();
  assertEquals(await line(fresh), "A0");
  assertEquals(rig.session.offered.map(({ repeated }) => repeated), [false, true]);
  assertEquals(await line(old).catch(() => undefined), undefined, "the old one is closed");
  await say(fresh, "A");
  await until(() => rig.delivered.length === 1, "the delivery");
  assertEquals([rig.link.counters["connections"], rig.link.counters["connections-replaced"]], [2, 1]);
  assertEquals(rig.link.state, "present");
});

Deno.test("the AE goes without an answer: a fault, and the alarm goes first, as a repeat, when it is back", async () => {
  await using rig = new AeRig();
  await rig.link.start();
  const ae = await rig.connect();
  await rig.add("A0");
  await rig.add("A1");
  await line(ae);
  ae.close();
  await until(() => rig.link.state === "absent", "the absence");
  assertEquals(rig.faults.all.map(({ message }) => message), ["output rct: the AE is gone"]);
  const back = await rig.connect();
  assertEquals(await line(back), "A0");
  assertEquals(rig.session.offered.at(-1)!.repeated, true);
  await say(back, "A");
  assertEquals(await line(back), "A1");
  assertEquals(rig.session.offered.at(-1)!.repeated, false);
});

Deno.test("a refused alarm steps aside with a fault that names the account, and is cleared when it is taken", async () => {
  await using rig = new AeRig();
  await rig.link.start();
  const ae = await rig.connect();
  await rig.add("A0");
  await rig.add("A1");
  await line(ae);
  await say(ae, "N");
  assertEquals(await line(ae), "A1");
  assertEquals(
    rig.faults.all.map(({ message }) => message),
    ["output rct: account 1234: refused three times; kept and tried again"],
  );
  const { now } = Date;
  Date.now = () => now() + 31_000;
  try {
    await say(ae, "A");
    assertEquals(await line(ae), "A0", "tried again after half a minute");
    await say(ae, "A");
    await until(() => rig.delivered.length === 2, "the delivery");
  } finally {
    Date.now = now;
  }
  assertEquals(rig.delivered, ["A1", "A0"]);
  assertEquals(rig.faults.all, []);
});

Deno.test("a held-back alarm whose time has come does not make the link spin while the AE is away or busy", async () => {
  await using rig = new AeRig();
  await rig.link.start();
  const ae = await rig.connect();
  await rig.add("A0");
  await rig.add("A1");
  await line(ae);
  await say(ae, "N");
  assertEquals(await line(ae), "A1");
  rig.session.nextTick = Date.now() + 30;
  await say(ae, "?");
  await until(() => rig.link.counters["stray-octet"] === 1, "the stray octet");
  rig.session.nextTick = undefined;
  const { now } = Date;
  Date.now = () => now() + 31_000;
  try {
    const { ticks } = rig.session;
    await new Promise((resolve) => setTimeout(resolve, 100));
    assertLess(rig.session.ticks - ticks, 5);
    ae.close();
    await until(() => rig.link.state === "absent", "the absence");
    await new Promise((resolve) => setTimeout(resolve, 100));
    assertLess(rig.session.ticks - ticks, 5);
  } finally {
    Date.now = now;
  }
});

Deno.test("the journal fails once when an alarm is to be noted: it goes out a second later although nothing else happens", async () => {
  await using rig = new AeRig();
  await store(rig.journal, "A0");
  await rig.link.start();
  rig.journal.failure = new JournalError("io", "input/output error");
  const ae = await rig.connect();
  await until(() => rig.link.state === "present", "the AE");
  await new Promise((resolve) => setTimeout(resolve, 50));
  assertEquals(rig.session.offered, [], "given out and not noted");
  rig.journal.failure = undefined;
  assertEquals(await line(ae), "A0");
});

Deno.test("stop() waits for the answer to the alarm in flight, takes no further one, and not for ever", async () => {
  await using rig = new AeRig();
  await rig.link.start();
  const ae = await rig.connect();
  await rig.add("A0");
  await rig.add("A1");
  await line(ae);
  const stopped = rig.link.stop(5000);
  await say(ae, "A");
  await stopped;
  assertEquals(rig.delivered, ["A0"]);
  assertEquals(rig.session.offered.map(({ id }) => id), ["A0"]);

  await using deaf = new AeRig();
  await deaf.link.start();
  const silent = await deaf.connect();
  await deaf.add("A0");
  await line(silent);
  await deaf.link.stop(30);
  assertEquals(deaf.delivered, []);
});
