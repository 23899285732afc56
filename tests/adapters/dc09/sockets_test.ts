/** The session behind real sockets, with our own writer as the panel. */
import { assertEquals } from "@std/assert";
import { dc09, Dc09Framer, Dc09Session, parseDc09, writeFrame } from "../../../adapters/dc09/mod.ts";
import type { EventDraft } from "../../../src/event/alarm_event.ts";
import { listenPanels } from "../../../src/gateway/panel_listener.ts";
import { ascii, frame } from "./arbitrary.ts";

/** Reads until that many answers have come, and gives their tokens and numbers. */
async function answers(connection: Deno.Conn, count: number): Promise<string[]> {
  const framer = new Dc09Framer();
  const got: string[] = [];
  const part = new Uint8Array(1024);
  while (got.length < count) {
    const read = await connection.read(part);
    if (read === null) return [...got, "closed"];
    for (const item of framer.feed(part.subarray(0, read))) {
      const message = item.kind === "frame" ? parseDc09(item.frame.content) : undefined;
      got.push(message?.ok === true ? `${message.message.id} ${message.message.sequence}` : "unreadable");
    }
  }
  return got;
}

Deno.test("over TCP: glued frames, a frame in pieces and a poll are answered on one connection", async () => {
  const alarms: EventDraft[] = [];
  const listener = listenPanels({
    language: dc09,
    port: 0,
    onAlarm: (events) => void alarms.push(...events),
  });
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: listener.port });
  try {
    const glued = [
      '"NULL"0000L0#1234[]',
      '"ADM-CID"0001L0#1234[#1234|1130 01 015]',
      '"SIA-DCS"0002L0#1234[#1234|Nri1/BA5][RHall]',
    ].flatMap((it) => [...frame(it)]);
    await connection.write(Uint8Array.from(glued));
    assertEquals((await answers(connection, 3)).sort(), ["ACK 0000", "ACK 0001", "ACK 0002"]);
    for (const octet of frame('"SIA-DCS"0003L0#1234[#1234|Nri1/BR5]')) {
      await connection.write(Uint8Array.of(octet));
    }
    assertEquals(await answers(connection, 1), ["ACK 0003"]);
    assertEquals(alarms.map((it) => it.code), ["130", "BA", "BR"]);
  } finally {
    connection.close();
    await listener.close();
  }
});

Deno.test("over UDP: a session for the peer answers each datagram", async () => {
  const open = () => Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const receiver = open(), panel = open();
  const session = new Dc09Session({ datagrams: true });
  try {
    for (
      const [question, answer] of [
        ['"NULL"0000L0#1234[]', '"ACK"0000L0#1234[]'],
        ['"SIA-DCS"0001L0#1234[#1234|Nri1/BA5]', '"ACK"0001L0#1234[]'],
        ['"SIA-DCS"0001L0#1234[#1234|Nri1/BA5]', '"ACK"0001L0#1234[]'],
      ] as const
    ) {
      for (const crc of ["hex", "binary"] as const) {
        await panel.send(writeFrame(ascii(question), crc), receiver.addr);
        const [datagram, from] = await receiver.receive();
        const effects = session.feed(datagram, 0);
        const settled = effects.flatMap((it) =>
          it.kind === "alarm" ? session.settle(it.ref, "accepted", 0) : []
        );
        for (const effect of [...effects, ...settled]) {
          if (effect.kind === "send") await receiver.send(effect.bytes, from);
        }
        assertEquals((await panel.receive())[0], writeFrame(ascii(answer), crc));
      }
    }
  } finally {
    receiver.close();
    panel.close();
  }
});
