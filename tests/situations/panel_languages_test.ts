import { assert, assertEquals } from "@std/assert";
import { Dc09Key, writeDc09, writeFrame, writeTimestamp } from "../../adapters/dc09/mod.ts";
import { Vds2465Transmitter } from "../../adapters/vds2465/mod.ts";
import type { InputConfig } from "../../src/config/input_config.ts";
import { parseSptConfig } from "../../src/config/load.ts";
import { isAck } from "../../src/demo/panel_player.ts";
import { Wake } from "../../src/gateway/wake.ts";
import { connectTcp } from "../../src/transport/tcp.ts";
import { openUdp } from "../../src/transport/udp.ts";
import { change, SPT } from "../config/samples.ts";
import { Pair } from "../support/pair.ts";
import { panelAt } from "../support/panel.ts";
import { until } from "../support/until.ts";

const KEY = "00112233445566778899AABBCCDDEEFF";

/** An input on a free port, as its lines of the configuration make it. */
function input(...lines: string[]): InputConfig {
  const text = change(SPT, 'name = "galaxy"\nlanguage = "sia"\n', ['name = "new"', ...lines, ""].join("\n"));
  const result = parseSptConfig(text, "spt.toml");
  assert(result.ok, JSON.stringify(result));
  const [config] = result.config.inputs;
  const transport = config!.line.kind === "network" ? config!.line.transport : "tcp";
  return { ...config!, line: { kind: "network", hostname: "127.0.0.1", port: 0, transport } };
}

/** A pair with one input more; and where it listens. */
async function pairWith(config: InputConfig): Promise<{ pair: Pair; port: () => number }> {
  const pair = await Pair.open({ adjust: (spt) => void spt.inputs.push(config) });
  return { pair, port: () => pair.spt.inputs.find(({ name }) => name === "new")!.port };
}

const bytes = (text: string) => new TextEncoder().encode(text);
const random = (octets: number) => crypto.getRandomValues(new Uint8Array(octets));

Deno.test("DC-09 over TCP and UDP on one port, in clear and encrypted: each alarm reaches the automation software", async () => {
  const config = input('language = "dc09"', 'transport = "both"', `keys = ["1234:${KEY}"]`);
  const { pair, port } = await pairWith(config);
  await using _ = pair;
  const key = new Dc09Key(Uint8Array.fromHex(KEY));
  const message = (sequence: string, zone: string, account = "1234") =>
    writeFrame(
      writeDc09({
        id: "SIA-DCS",
        encrypted: account === "1234",
        sequence,
        line: "0",
        account,
        data: `#${account}|Nri1BA${zone}`,
        extended: [],
        encoding: "ascii",
        timestamp: writeTimestamp(Date.now()),
      }, { key, random }),
    );

  const panel = panelAt(port());
  const answers: Uint8Array[] = [];
  const keep = (answer: Uint8Array) => answers.push(answer) > 0;
  assert(await panel.send(message("0001", "5"), keep));
  panel.close();
  const clear = panelAt(port());
  assert(await clear.send(message("0001", "5", "5678"), keep));
  clear.close();

  const socket = openUdp({ hostname: "127.0.0.1", port: 0 }, (answer) => void answers.push(answer));
  const to = { transport: "udp" as const, hostname: "127.0.0.1", port: port() };
  // Twice, as the answer might have been lost on its way: one alarm all the same.
  const datagram = message("0002", "6");
  socket.send(datagram, to);
  await until(() => answers.length === 3, "the answer by UDP");
  socket.send(datagram, to);
  await until(() => answers.length === 4, "the answer to the repeat");
  await until(() => pair.centre.alarms === 3, "all alarms at the AE");
  await socket.close();

  const tokens = answers.map((answer) => /"\*?ACK"\d{4}/.exec(new TextDecoder().decode(answer))?.[0]);
  assertEquals(tokens, ['"*ACK"0001', '"ACK"0001', '"*ACK"0002', '"*ACK"0002']);
  assertEquals(pair.centre.doubled + pair.centre.repeats, 0);
  assertEquals(pair.centre.lines.map((line) => line.slice(4)).sort(), [
    "[#1234|Nri1BA5]<DC4>",
    "[#1234|Nri1BA6]<DC4>",
    "[#5678|Nri1BA5]<DC4>",
  ]);
});

Deno.test("VdS 2465 over TCP, encrypted: the SPT speaks first, and the automation software gets it in SIA", async () => {
  const { pair, port } = await pairWith(
    input('language = "vds2465-tcp"', `keys = ["7:${KEY}"]`, 'poll = "1s"'),
  );
  await using _ = pair;
  const transmitter = new Vds2465Transmitter({ ident: "123456", key: { number: 7, key: KEY } });
  const told: string[] = [];
  const client = connectTcp({ hostname: "127.0.0.1", port: port() }, (connection) => {
    const wake = new Wake(() => act(transmitter.tick(Date.now())));
    const act = (effects: ReturnType<Vds2465Transmitter["feed"]>) => {
      for (const effect of effects) {
        if (effect.kind === "send") connection.send(effect.bytes);
        else told.push(effect.kind);
      }
      if (transmitter.ready && !told.includes("offered")) {
        told.push("offered");
        act(transmitter.offer({ id: "a", records: Uint8Array.fromHex("05021103000122") }, Date.now()));
      }
      wake.set(transmitter.nextTick);
    };
    act(transmitter.connected(Date.now()));
    return {
      data: (octets) => act(transmitter.feed(octets, Date.now())),
      closed: () => {
        wake.clear();
        transmitter.disconnected(Date.now());
      },
    };
  });
  await until(() => told.includes("delivered"), "the acknowledgement");
  await until(() => pair.centre.alarms === 1, "the alarm at the AE");
  await client.close();
  assertEquals(pair.centre.lines.map((line) => line.slice(4)), ["[#123456|Nri1/BA3]<DC4>"]);
});

Deno.test("Scancom: what a channel was before outlives connection and process, so nothing is told twice", async () => {
  const { pair, port } = await pairWith(input('language = "scancom"', 'channels = ["1:Kiln"]'));
  await using _ = pair;
  const send = async (line: string) => {
    const panel = panelAt(port());
    assert(await panel.send(bytes(line), isAck));
    panel.close();
  };
  const labels = async () =>
    (await pair.spt.alarms(10)).map(({ alarm }) => alarm.events.map(({ label }) => label).join("+"))
      .reverse();

  await send("1234 1555 5555 7\r\n");
  await send("1234 6155 5555 7\r\n");
  assertEquals(await labels(), ["Alarm: Kiln", "Alarm: channel 2"]);
  await pair.spt.close();
  await pair.openSpt();
  await send("1234 6655 5555 7\r\n");
  await until(() => pair.centre.alarms === 3, "all at the AE");
  const all = await labels();
  assertEquals(all.length, 3);
  assert(!all[2]!.startsWith("Alarm"), `still active, and known to be: ${all[2]}`);
  assertEquals(pair.centre.lines.map((line) => line.slice(4)), [
    "1234 1555 5555 7<DC4>",
    "1234 6155 5555 7<DC4>",
    "1234 6655 5555 7<DC4>",
  ]);
});
