import { assert, assertEquals } from "@std/assert";
import { dc09Keys, writeDc09, writeFrame } from "../../adapters/dc09/mod.ts";
import { parseSptConfig } from "../../src/config/load.ts";
import { Faults } from "../../src/gateway/faults.ts";
import { PanelInput } from "../../src/gateway/panel_input.ts";
import { openUdp } from "../../src/transport/udp.ts";
import { change, SPT } from "../config/samples.ts";
import { until } from "../support/until.ts";
import { PanelRig } from "./panel_rig.ts";

const KEY = "0123456789ABCDEF";

Deno.test("over UDP, behind a router that gives each datagram another port: each alarm is told once", async () => {
  const rig = await PanelRig.open();
  const lines = ['language = "dc09"', 'transport = "udp"', `keys = ["1234:${KEY}"]`];
  const read = parseSptConfig(change(SPT, 'language = "sia"', lines.join("\n")), "spt.toml");
  assert(read.ok, JSON.stringify(read));
  const config = read.config.inputs[0]!;
  const input = await PanelInput.open({
    ...config,
    line: { kind: "network", hostname: "127.0.0.1", port: 0, transport: "udp" },
  }, {
    intake: rig.intake,
    faults: new Faults(() => {}, () => {}),
    log: () => {},
    random: (octets) => new Uint8Array(octets),
    adapters: [],
    serialSocket: "/nowhere",
    memory: undefined,
  });
  const keys = dc09Keys(KEY);
  assert(keys.ok);
  const to = { transport: "udp" as const, hostname: "127.0.0.1", port: input.at.port };
  /** What a port of its own hears. */
  const say = async (pad: number) => {
    const heard = Promise.withResolvers<void>();
    const socket = openUdp({ hostname: "127.0.0.1", port: 0 }, () => heard.resolve());
    socket.send(
      writeFrame(writeDc09({
        id: "SIA-DCS",
        encrypted: true,
        sequence: "0007",
        line: "0",
        account: "1234",
        data: "#1234|NBA5",
        extended: [],
        encoding: "ascii",
        timestamp: "_12:00:00,01-02-2026".slice(1),
      }, { key: keys.keys[0]!, random: (count) => new Uint8Array(count).fill(pad) })),
      to,
    );
    await heard.promise;
    await socket.close();
  };
  await say(1);
  await say(2);
  await until(() => input.counters["repeats"] === 1, "the repeat");
  assertEquals(rig.deliver(), ["#1234|NBA5"]);
  assertEquals(input.counters["alarms"], 1);
  await input.close();
});
