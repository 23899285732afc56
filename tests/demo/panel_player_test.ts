import { assert, assertEquals } from "@std/assert";
import { dc09, Dc09Key, Dc09Session, writeDc09, writeFrame } from "../../adapters/dc09/mod.ts";
import { isAck, isDc09Ack, PanelPlayer } from "../../src/demo/panel_player.ts";
import { listenPanels } from "../../src/gateway/panel_listener.ts";
import { listenTcp } from "../../src/transport/tcp.ts";

const KEY = new Dc09Key(Uint8Array.fromHex("00112233445566778899AABBCCDDEEFF"));
const random = (octets: number) => crypto.getRandomValues(new Uint8Array(octets));

/** An encrypted message with a number. */
function sealed(sequence: string): Uint8Array {
  const message: Parameters<typeof writeDc09>[0] = {
    id: "SIA-DCS",
    encrypted: true,
    sequence,
    receiver: "123456",
    line: "654321",
    account: "1234567890ABCDEF",
    data: "#1234567890ABCDEF|Nri1BA5",
    extended: [],
    encoding: "ascii",
    timestamp: "12:00:00,01-02-2026",
  };
  return writeFrame(writeDc09(message, { key: KEY, random }));
}

Deno.test("an encrypted acknowledgement is read whole: nothing of it is taken for the next answer", async () => {
  const session = () => new Dc09Session({ encryption: { key: [KEY], random } });
  let alarms = 0;
  const receiver = listenPanels({ language: { ...dc09, session }, port: 0, onAlarm: () => void alarms++ });
  const panel = new PanelPlayer({ port: receiver.port, waitMs: 60_000 });
  try {
    for (const sequence of ["0001", "0002", "0003"]) {
      assert(await panel.send(sealed(sequence), isDc09Ack), sequence);
    }
    assertEquals([alarms, panel.repeats], [3, 0]);
  } finally {
    panel.close();
    await receiver.close();
  }
});

Deno.test("a refused frame is sent again until the panel gives up; the next one goes out all the same", async () => {
  const heard: string[] = [];
  const receiver = listenTcp({ hostname: "127.0.0.1", port: 0 }, (connection) => ({
    data(bytes) {
      const text = new TextDecoder().decode(bytes);
      heard.push(text);
      connection.send(Uint8Array.of(text === "bad" ? 0x15 : 0x06));
    },
    closed() {},
  }));
  const panel = new PanelPlayer({ port: receiver.port, waitMs: 60_000, tries: 3 });
  try {
    assertEquals(await panel.send(new TextEncoder().encode("bad"), isAck), false);
    assertEquals(await panel.send(new TextEncoder().encode("good"), isAck), true);
    assertEquals(heard, ["bad", "bad", "bad", "good"]);
    assertEquals(panel.repeats, 2);
  } finally {
    panel.close();
    await receiver.close();
  }
});
