import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { OutputEffect, OutputSession } from "../../adapters/contract.ts";
import { MqttSession, type MqttSessionOptions } from "../../adapters/mqtt/mod.ts";
import { type Delivery, Output } from "../../src/gateway/output.ts";
import { SecretKey } from "../../src/keys/secret_key.ts";
import { Broker, brokerTest } from "../support/mosquitto.ts";
import { until } from "../support/until.ts";

function alarm(account: string): Delivery {
  return { account, protocol: "contact-id", data: new TextEncoder().encode(`${account}18113001015`) };
}

/** A session that keeps what it wanted done. */
class Watched implements OutputSession {
  readonly seen: OutputEffect[] = [];
  readonly #session: MqttSession;

  constructor(more: Partial<MqttSessionOptions> = {}) {
    this.#session = new MqttSession({ clientId: "rct-1", topic: "alarms/{account}/event", ...more });
  }

  get ready() {
    return this.#session.ready;
  }
  get nextTick() {
    return this.#session.nextTick;
  }
  connected = (now: number) => this.#keep(this.#session.connected(now));
  disconnected = (now: number) => this.#keep(this.#session.disconnected(now));
  feed = (bytes: Uint8Array, now: number) => this.#keep(this.#session.feed(bytes, now));
  tick = (now: number) => this.#keep(this.#session.tick(now));
  offer: OutputSession["offer"] = (item, now) => this.#keep(this.#session.offer(item, now));

  /** The rules of what went wrong. */
  rules(): string[] {
    return this.seen.flatMap((effect) => "rule" in effect ? [effect.rule] : []);
  }

  #keep(effects: OutputEffect[]): OutputEffect[] {
    this.seen.push(...effects);
    return effects;
  }
}

function output(broker: Broker, session: OutputSession): Output {
  return new Output({ session, role: "connect", port: broker.port });
}

function messages(lines: string[], topic: string): string[] {
  return lines.filter((line) => line.startsWith(`${topic} `)).map((line) => line.slice(topic.length + 1));
}

brokerTest(
  "alarms arrive at a subscriber as JSON, in order, and are delivered on the broker's word",
  async () => {
    await using broker = await Broker.start();
    const lines = await broker.subscribe();
    const out = output(broker, new Watched());
    await Promise.all(["1001", "1002", "1/+#"].map((account) => out.deliver(alarm(account))));
    await until(() => lines.filter((line) => line.startsWith("alarms/")).length === 3, "three messages");
    const topics = lines.flatMap((line) => /^alarms\/\S+/.exec(line) ?? []);
    assertEquals(topics, ["alarms/1001/event", "alarms/1002/event", "alarms/1___/event"]);
    const [json = ""] = messages(lines, "alarms/1___/event");
    const { type, data } = JSON.parse(json);
    assertEquals([type, data.account, data.protocol], ["alarm", "1/+#", "contact-id"]);
    await out.close();
  },
);

brokerTest(
  "availability: online while connected, offline by the last will when the gateway dies",
  async () => {
    await using broker = await Broker.start();
    const lines = await broker.subscribe();
    const out = output(broker, new Watched());
    await out.deliver(alarm("1001"));
    // Closed without DISCONNECT, as when a process dies.
    await out.close();
    await until(() => messages(lines, "tocsin/available/rct-1").length === 2, "both words");
    assertEquals(messages(lines, "tocsin/available/rct-1"), ["online", "offline"]);
    // Kept for those who come later.
    const later = await broker.subscribe();
    await until(() => messages(later, "tocsin/available/rct-1").length === 1, "the retained word");
    assertEquals(messages(later, "tocsin/available/rct-1"), ["offline"]);
  },
);

brokerTest("nobody subscribed: the alarm is refused and not called delivered, unless told to", async () => {
  await using broker = await Broker.start();
  const strict = output(broker, new Watched());
  await assertRejects(() => strict.deliver(alarm("1001")), Error, "nobody has subscribed");
  await strict.close();
  const lax = output(broker, new Watched({ noSubscriber: "accept" }));
  await lax.deliver(alarm("1001"));
  await lax.close();
});

brokerTest("the broker is killed and comes back: every alarm is delivered", async () => {
  await using broker = await Broker.start();
  const session = new Watched({ noSubscriber: "accept" });
  const out = output(broker, session);
  await out.deliver(alarm("1001"));
  await broker.down();
  await until(() => session.rules().includes("disconnected"), "the loss of the connection");
  const waiting = ["1002", "1003"].map((account) => out.deliver(alarm(account)));
  await broker.up();
  const lines = await broker.subscribe();
  await Promise.all(waiting);
  await out.deliver(alarm("1004"));
  await until(() => messages(lines, "alarms/1004/event").length === 1, "the last one at the subscriber");
  await out.close();
});

brokerTest(
  "user and password: the right one is let in, the wrong one is told so, and no password is shown",
  async () => {
    await using broker = await Broker.start(
      ["allow_anonymous false", "password_file FOLDER/users", "acl_file FOLDER/acl"],
      {
        users: "tocsin:s3cret\nae:other\n",
        acl: "user tocsin\ntopic write alarms/1001/#\nuser ae\ntopic #\n",
      },
    );
    const key = (text: string) => new SecretKey(new TextEncoder().encode(text));
    const wrong = new Watched({ username: "tocsin", password: key("guess") });
    const refused = output(broker, wrong);
    await until(() => wrong.rules().includes("connect-refused"), "the refusal");
    await refused.close();
    const right = new Watched({ username: "tocsin", password: key("s3cret"), noSubscriber: "accept" });
    const out = output(broker, right);
    await out.deliver(alarm("1001"));
    // The broker's access list leaves out this account, and the availability topic.
    await assertRejects(() => out.deliver(alarm("1002")), Error, "not authorized");
    await out.deliver(alarm("1001"));
    assert(right.rules().includes("availability-refused"));
    await out.close();
    const told = [...wrong.seen, ...right.seen].flatMap((effect) =>
      effect.kind === "send" ? [] : [JSON.stringify(effect)]
    );
    assert(!told.join().includes("s3cret") && !told.join().includes("guess"));
  },
);

brokerTest("a second gateway with the same client id throws the first one out, which is said", async () => {
  await using broker = await Broker.start();
  const first = new Watched({ noSubscriber: "accept" });
  const one = output(broker, first);
  await one.deliver(alarm("1001"));
  const two = output(broker, new Watched({ noSubscriber: "accept" }));
  await two.deliver(alarm("1002"));
  await until(() => first.rules().length > 0, "the end of the first connection");
  const left = first.seen.find((effect) => effect.kind === "absent");
  assert(left?.kind === "absent");
  assertStringIncludes(left.message, "client_id");
  await one.close();
  await two.close();
});

brokerTest("an alarm larger than the broker takes is refused, and the connection lives on", async () => {
  await using broker = await Broker.start(["allow_anonymous true", "max_packet_size 400"]);
  const session = new Watched({ noSubscriber: "accept" });
  const out = output(broker, session);
  const large = { ...alarm("1001"), data: new Uint8Array(400) };
  await assertRejects(() => out.deliver(large), Error, "octets");
  await out.deliver(alarm("1001"));
  assertEquals(session.rules(), ["too-large"]);
  await out.close();
});
