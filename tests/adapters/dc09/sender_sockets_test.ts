/** The sender behind real sockets, towards our own receiver. */
import { assertEquals } from "@std/assert";
import { dc09, Dc09Sender, Dc09Session } from "../../../adapters/dc09/mod.ts";
import { listenPanels } from "../../../src/gateway/panel_listener.ts";
import { Output } from "../../../src/gateway/output.ts";
import { systemRandom } from "../../../src/gateway/random.ts";
import { ascii, keysOf } from "./arbitrary.ts";

const KEY = keysOf("0123456789ABCDEF")[0]!;

Deno.test("over TCP: alarms in clear and encrypted are delivered through an output", async () => {
  for (const sealing of [undefined, { key: KEY, random: systemRandom() }]) {
    const codes: string[] = [];
    const encrypted = sealing === undefined
      ? {}
      : { clear: "refuse" as const, encryption: { key: [KEY], random: systemRandom() } };
    const listener = listenPanels({
      language: { name: "dc09", session: (options) => dc09.session({ ...options, ...encrypted }) },
      port: 0,
      onAlarm: (events) => void codes.push(...events.map(({ code }) => code)),
    });
    const session = new Dc09Sender(sealing === undefined ? {} : { sealing });
    const output = new Output({ session, role: "connect", port: listener.port });
    try {
      await output.deliver({ account: "1234", protocol: "sia", data: ascii("#1234|Nri1/BA5") });
      await output.deliver({ account: "1234", protocol: "contact-id", data: ascii("123418113001001") });
      assertEquals(codes, ["BA", "130"]);
    } finally {
      await output.close();
      await listener.close();
    }
  }
});

Deno.test("over UDP: each send is a datagram, and so is each answer", async () => {
  const open = () => Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const receiver = open(), panel = open();
  const session = new Dc09Session({ datagrams: true });
  const sender = new Dc09Sender({ datagram: true, account: "1234", supervisionMs: 1 });
  try {
    sender.connected(0);
    const item = { id: "a", account: "1234", protocol: "sia" as const, data: ascii("#1234|Nri1/BA5") };
    const alarm = { ...item, events: [], repeated: false };
    for (const step of [() => sender.tick(1), () => sender.offer(alarm, 2)]) {
      const effects = step();
      for (const effect of effects) if (effect.kind === "send") await panel.send(effect.bytes, receiver.addr);
      const [datagram, from] = await receiver.receive();
      const heard = session.feed(datagram, 3);
      const settled = heard.flatMap((it) => it.kind === "alarm" ? session.settle(it.ref, "accepted", 3) : []);
      for (const effect of [...heard, ...settled]) {
        if (effect.kind === "send") await receiver.send(effect.bytes, from);
      }
      const said = sender.feed((await panel.receive())[0], 4).map(({ kind }) => kind);
      assertEquals(said, effects.length === 1 ? ["present"] : ["delivered"]);
    }
  } finally {
    receiver.close();
    panel.close();
  }
});
