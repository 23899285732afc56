import { assert, assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { AeLine } from "../../src/gateway/ae_line.ts";
import { AeLink } from "../../src/gateway/ae_link.ts";
import { Faults } from "../../src/gateway/faults.ts";
import { Lane } from "../../src/gateway/lane.ts";
import { HopWriter, Live } from "../../src/gateway/live.ts";
import type { Log } from "../../src/gateway/log.ts";
import { OutputItems } from "../../src/gateway/output_item.ts";
import { JournalError, type StoredAlarm } from "../../src/journal/journal.ts";
import { MemoryJournal } from "../../src/journal/memory_journal.ts";
import { anOutput } from "../support/output_settings.ts";
import { until } from "../support/pair.ts";
import { OneOctet } from "./one_octet.ts";
import { store } from "./outbox_rig.ts";

/** An output with its AE's socket. */
class AeRig implements AsyncDisposable {
  readonly journal = new MemoryJournal({ now: Date.now });
  readonly session = new OneOctet();
  readonly delivered: string[] = [];
  readonly logged: string[] = [];
  readonly faults = new Faults((_level, rule) => void this.logged.push(rule), () => {});
  readonly lane: Lane;
  readonly link: AeLink;
  readonly #conns: Deno.TcpConn[] = [];

  constructor() {
    const { journal, faults, session } = this;
    const log: Log = (_level, rule) => void this.logged.push(rule);
    const output = anOutput("rct", { kind: "listen", hostname: "127.0.0.1", port: 0, allow: undefined });
    this.link = new AeLink({
      name: "rct",
      end: (owner) => new AeLine({ output, session, owner, faults, log, serialSocket: "" }),
      items: new OutputItems("rct", undefined, ({ account }) => `9${account}`),
      hops: new HopWriter(journal, new Live()),
      faults,
      delivered: ({ id }) => void this.delivered.push(id),
    });
    this.lane = new Lane({ name: "rct", journal, faults });
    this.lane.links.push(this.link);
    this.link.lanes.push(this.lane);
  }

  async start(): Promise<void> {
    await this.lane.outbox.start();
    await this.link.start();
  }

  async add(id: string): Promise<StoredAlarm> {
    const alarm = await store(this.journal, id, { offered: this.lane.outbox.offersNext });
    this.lane.outbox.add(alarm);
    return alarm;
  }

  async connect(): Promise<Deno.TcpConn> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: this.link.end.port });
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

/** The same behind another output that is present, and busy. */
class AeRigOfTwo extends AeRig {
  readonly others = [{ name: "busy", present: true, reachable: true, triedAt: undefined, pump() {} }];

  static async open(): Promise<AeRigOfTwo> {
    const rig = new AeRigOfTwo();
    rig.lane.links.unshift(...rig.others);
    await rig.start();
    await rig.connect();
    await until(() => rig.link.state === "present", "the AE");
    return rig;
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
  await rig.start();
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
  await rig.start();
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
  await rig.start();
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

Deno.test("a session says nothing of its alarm when the connection ends: that goes out again, as a repeat", async () => {
  await using rig = new AeRig();
  const { session } = rig;
  const { disconnected } = session;
  session.disconnected = () => {
    disconnected.call(session);
    return [];
  };
  await rig.start();
  const ae = await rig.connect();
  await rig.add("A0");
  await line(ae);
  ae.close();
  await until(() => rig.link.inFlight === undefined, "the alarm to be free");
  await rig.connect();
  await until(() => session.offered.length === 2, "the alarm at the next connection");
  assertEquals(session.offered.map(({ repeated }) => repeated), [false, true]);
});

Deno.test("a refused alarm steps aside with a fault that names the account, and is cleared when it is taken", async () => {
  await using rig = new AeRig();
  await rig.start();
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
  await rig.start();
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
  await rig.start();
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
  await rig.start();
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
  await deaf.start();
  const silent = await deaf.connect();
  await deaf.add("A0");
  await line(silent);
  await deaf.link.stop(30);
  assertEquals(deaf.delivered, []);
});

Deno.test("a held-back alarm that is another output's to take does not make a ready one spin", async () => {
  await using rig = await AeRigOfTwo.open();
  const { lane } = rig;
  await rig.add("A0");
  const [busy] = rig.others;
  assertEquals(lane.take(busy!, Date.now())?.alarm.id, "A0");
  lane.outbox.putBack("A0", false, Date.now() + 20);
  busy!.reachable = false;
  let asked = 0;
  const { peek } = lane;
  lane.peek = (link, now) => {
    asked++;
    return peek.call(lane, link, now);
  };
  rig.link.pump();
  await new Promise((resolve) => setTimeout(resolve, 150));
  assertLess(asked, 10);
  assertEquals(rig.session.offered, []);
  busy!.present = false;
  lane.pump();
  await until(() => rig.session.offered.length === 1, "the alarm at the other");
});
