/** Each output language over its lines, towards automation software that speaks it. */
import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import type { PanelEffect } from "../../adapters/contract.ts";
import { dc09, dc09Keys, Dc09Session } from "../../adapters/dc09/mod.ts";
import { vds2465Tcp } from "../../adapters/vds2465/mod.ts";
import { verifyWebhook } from "../../adapters/webhook/mod.ts";
import type { OutputConfig } from "../../src/config/output_config.ts";
import { parseRctConfig } from "../../src/config/load.ts";
import { RCT_OUTPUTS } from "../config/samples.ts";
import { anOutput, SETTINGS } from "../support/output_settings.ts";
import { outputSession, webhookOptions } from "../../src/gateway/output_sessions.ts";
import { listenPanels } from "../../src/gateway/panel_listener.ts";
import { systemRandom } from "../../src/gateway/random.ts";
import { SecretKey } from "../../src/keys/secret_key.ts";
import { listenUdpPeers } from "../../src/transport/udp_peers.ts";
import { Broker, brokerTest } from "../support/mosquitto.ts";
import { until } from "../support/until.ts";
import { linesOf, OutputsRig, SOFTWARE, softwareConnects, softwareListens } from "./outputs_rig.ts";
import { serve } from "./webhook_rig.ts";

/** 1234, burglary in zone 15, as each language writes it. */
const SAID = {
  "sur-gard": "1234",
  "ademco-685": "1234 18 E130 01 C015",
  "bosch-6500": "123418113001015",
  "dc07": "[#1234|18113001015]",
  "bosch-sia": "[#1234|18113001015]",
};
const VDS_KEY = "00112233445566778899aabbccddeeff";

function connect(port: number): OutputConfig["line"] {
  return { kind: "connect", hostname: "127.0.0.1", port, tls: undefined };
}

for (
  const [language, make] of Object.entries(SOFTWARE) as [
    keyof typeof SOFTWARE,
    () => ReturnType<typeof SOFTWARE["dc07"]>,
  ][]
) {
  Deno.test(`${language}: the AE connects, or is connected to, and gets each alarm once, in order`, async () => {
    const calls = make(), listens = make();
    const server = softwareListens(listens);
    const line = { kind: "listen" as const, hostname: "127.0.0.1", port: 0, allow: undefined };
    await using rig = await OutputsRig.open({
      outputs: [anOutput("in", line, language), anOutput("out", connect(server.port), language)],
    });
    const client = softwareConnects(calls, rig.port("in"));
    for (let i = 0; i < 3; i++) {
      await rig.add(`A${i}`, "in", `12341811300101${i + 5}`);
      await rig.add(`B${i}`, "out", `12341811300101${i + 5}`);
    }
    await rig.reaches(6);
    for (const software of [calls, listens]) {
      assertEquals(software.alarms.length, 3);
      assertStringIncludes(linesOf(software)[0]!, SAID[language]);
      assertEquals(linesOf(software).map((text) => /01[567]/.exec(text.slice(-12))?.[0]), [
        "015",
        "016",
        "017",
      ]);
    }
    assertEquals(rig.delivered.filter((id) => id.startsWith("A")), ["A0", "A1", "A2"]);
    assertEquals(rig.rules(), []);
    await client.close();
    await server.close();
  });
}

Deno.test("dc09 over TCP: in clear, encrypted, and calling for each alarm", async () => {
  const read = dc09Keys("0123456789ABCDEF");
  assert(read.ok);
  const key = { account: "*", keys: read.keys };
  for (const settings of [{}, { key }, { closeAfterAck: true }]) {
    const encrypted = "key" in settings
      ? { clear: "refuse" as const, encryption: { key: [...key.keys], random: systemRandom() } }
      : {};
    const codes: string[] = [];
    const receiver = listenPanels({
      language: { name: "dc09", session: (options) => dc09.session({ ...options, ...encrypted }) },
      port: 0,
      onAlarm: (events) => void codes.push(...events.map(({ code, zone }) => `${code} ${zone}`)),
    });
    {
      await using rig = await OutputsRig.open({
        outputs: [anOutput("dc09", connect(receiver.port), "dc09", settings)],
      });
      for (let i = 0; i < 4; i++) await rig.add(`A${i}`, "dc09", `12341811300101${i + 5}`);
      await rig.reaches(4);
      assertEquals(codes, ["130 015", "130 016", "130 017", "130 018"]);
      assertEquals(rig.rules(), []);
      if ("closeAfterAck" in settings) assertEquals(rig.counters("dc09")["connections"], 4);
    }
    await receiver.close();
  }
});

Deno.test("dc09 over UDP: only the receiver's own datagrams count", async () => {
  const codes: string[] = [];
  let answers = 0;
  const receiver = listenUdpPeers({ hostname: "127.0.0.1", port: 0 }, (peer) => {
    const session = new Dc09Session({ datagrams: true });
    const stranger = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    const [hostname = "", port = ""] = peer.peer.split(":");
    const sender = { transport: "udp" as const, hostname, port: Number(port) };
    const apply = async (effects: PanelEffect[]) => {
      for (const effect of effects) {
        if (effect.kind === "alarm") {
          codes.push(...effect.alarm.events.map(({ zone }) => `${zone}`));
          await apply(session.settle(effect.ref, "accepted", Date.now()));
        } else if (effect.kind === "send") {
          // The first answer comes from somebody else, who so cannot acknowledge anything.
          if (answers++ === 0) await stranger.send(effect.bytes, sender);
          else peer.send(effect.bytes);
        }
      }
    };
    return {
      busy: false,
      data: (bytes) => apply(session.feed(bytes, Date.now())),
      closed: () => stranger.close(),
    };
  });
  {
    const line = { kind: "udp" as const, hostname: "127.0.0.1", port: receiver.port };
    await using rig = await OutputsRig.open({ outputs: [anOutput("udp", line, "dc09", { waitMs: 200 })] });
    assertEquals(rig.rules(), [], "nothing can be known of it before the first alarm");
    await rig.add("A0", "udp");
    await until(() => rig.counters("udp")["address-not-allowed"] === 1, "the stranger's answer");
    await rig.reaches(1);
    await rig.add("A1", "udp", "123418113001016");
    await rig.reaches(2);
    assertEquals(codes.at(-1), "016");
    assert((rig.counters("udp")["sent-again"] ?? 0) >= 1);
  }
  await receiver.close();
});

Deno.test("vds2465-tcp: towards a receiving centre, plain and encrypted, permanent and on demand", async () => {
  const key = { number: 7, key: new SecretKey(Uint8Array.fromHex(VDS_KEY)) };
  for (const settings of [{}, { key }, { hangUpAfterMs: 300 }]) {
    const keys = "key" in settings ? { keys: { 7: VDS_KEY } } : {};
    const codes: string[] = [];
    const centre = listenPanels({
      language: {
        name: "vds2465-tcp",
        session: (options) => vds2465Tcp.session({ ...options, ...keys, pollMs: 500 }),
      },
      port: 0,
      onAlarm: (events) => void codes.push(...events.map(({ account, code }) => `${account} ${code}`)),
    });
    {
      await using rig = await OutputsRig.open({
        outputs: [anOutput("vds", connect(centre.port), "vds2465-tcp", { ident: "123456", ...settings })],
      });
      const data = Uint8Array.fromHex("05021103000122");
      const lanes = rig.outputs.lanesFor("vds", "");
      for (const id of ["V0", "V1"]) {
        await rig.alarms.store({ ...VDS_ALARM, id, data, raw: data }, lanes, []);
        await rig.reaches(id === "V0" ? 1 : 2);
        const { connections = 0 } = rig.counters("vds");
        if (!("hangUpAfterMs" in settings)) continue;
        assertEquals(connections, id === "V0" ? 1 : 2, "called for the alarm");
        await until(() => rig.counters("vds")["disconnections"] === connections, "the end of the call");
      }
      assertEquals(codes, ["123456 22", "123456 22"]);
      assertEquals(rig.rules().filter((rule) => rule.startsWith("ae-absent")), []);
    }
    await centre.close();
  }
});

const VDS_ALARM = {
  id: "V0",
  origin: "shop",
  account: "123456",
  protocol: "vds2465" as const,
  data: new Uint8Array(),
  raw: new Uint8Array(),
  time: 1n,
  events: [],
  open: false,
};

brokerTest("mqtt: alarms reach a subscriber of a real broker through the gateway", async () => {
  await using broker = await Broker.start();
  const lines = await broker.subscribe();
  await using rig = await OutputsRig.open({
    outputs: [anOutput("mqtt", connect(broker.port), "mqtt", { clientId: "rct-9", topic: "a/{account}" })],
  });
  await rig.add("A0", "mqtt");
  await rig.reaches(1);
  await until(() => lines.some((line) => line.startsWith("a/1234 ")), "the message");
  assertEquals(rig.rules(), []);
});

Deno.test("webhook: alarms are posted, signed; no fault before the first; a receiver that fails is one", async () => {
  let status = 204;
  await using server = serve(() => new Response(null, { status }));
  const line = { kind: "http" as const, url: server.url, allowHttp: false, ca: undefined, timeoutMs: 5000 };
  const output = anOutput("hook", line, "webhook", { tries: 1 });
  await using rig = await OutputsRig.open({ outputs: [output] });
  assertEquals(rig.rules(), []);
  assertEquals(rig.outputs.state("hook"), "unknown");
  await rig.add("A0", "hook");
  await rig.reaches(1);
  const [{ headers, body }] = server.received as [typeof server.received[0]];
  assert(verifyWebhook({ headers, body, keys: webhookOptions(output)!.keys, now: Date.now() }).ok);
  assertEquals(headers.get("webhook-id"), "A0");
  assertEquals(JSON.parse(new TextDecoder().decode(body)).data.events[0].code, "130");
  assertEquals(rig.outputs.state("hook"), "present");
  status = 503;
  await rig.add("A1", "hook", "123418113001016");
  await until(() => rig.rules().includes("ae-absent:hook"), "the fault");
  status = 204;
  await rig.reaches(2);
  await until(() => rig.rules().length === 0, "health");
  assertEquals(rig.outputs.outputs({})[0]?.where, new URL(server.url).origin);
});

Deno.test("the settings of every language make a session, and unknown languages none", () => {
  for (const [language, settings] of Object.entries(SETTINGS)) {
    const output = { ...anOutput("x", connect(1)), language, settings };
    if (language === "webhook") assert(webhookOptions(output) !== undefined);
    else assertEquals(outputSession(output, { random: systemRandom() }).nextTick, undefined);
  }
  const settings = { language: "morse" } as never;
  const morse = { ...anOutput("x", connect(1)), language: "morse", settings };
  assertThrows(
    () => outputSession(morse, { random: systemRandom() }),
    RangeError,
    'no output language "morse"',
  );
});

Deno.test("every output that a configuration can hold has its session", () => {
  const read = parseRctConfig(RCT_OUTPUTS, "rct.toml");
  assert(read.ok, JSON.stringify(read));
  const languages = new Set<string>();
  for (const output of read.config.outputs) {
    languages.add(output.language);
    if (output.line.kind === "http") assert(webhookOptions(output) !== undefined, output.name);
    else assertEquals(outputSession(output, { random: systemRandom() }).nextTick, undefined, output.name);
  }
  assertEquals([...languages].sort(), Object.keys(SETTINGS).sort());
});

Deno.test("an output that cannot be opened says which one, where and why", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  const listen = { kind: "listen" as const, hostname: "127.0.0.1", port, allow: undefined };
  const ca = await Deno.makeTempFile();
  const tls = (file: string) => ({ ...connect(1), tls: { ca: file } } as OutputConfig["line"]);
  const http = { kind: "http" as const, url: "ftp://x", allowHttp: false, ca: undefined, timeoutMs: 1 };
  for (
    const [output, expected] of [
      [anOutput("east", listen), `output east: cannot listen for the AE on 127.0.0.1:${port}: `],
      [anOutput("mqtt", tls(`${ca}.none`), "mqtt"), "output mqtt: cannot read the certificates in "],
      [anOutput("mqtt", tls(ca), "mqtt"), "holds no certificate in PEM"],
      [anOutput("hook", http, "webhook"), "output hook: "],
      [anOutput("hook", connect(1), "webhook"), "output hook: a webhook needs a URL"],
    ] as const
  ) {
    await assertRejects(() => OutputsRig.open({ outputs: [output] }), Error, expected);
  }
  taken.close();
  await Deno.remove(ca);
});

Deno.test("an alarm refused by an output that is called on demand goes out again half a minute later", async () => {
  const codes: string[] = [];
  let refuse = true;
  const receiver = listenPanels({
    language: { name: "dc09", session: dc09.session },
    port: 0,
    onAlarm: (events) => {
      if (refuse) throw new Error("not now");
      codes.push(...events.map(({ code }) => code));
    },
  });
  {
    await using rig = await OutputsRig.open({
      outputs: [
        anOutput("dc09", connect(receiver.port), "dc09", {
          closeAfterAck: true,
          nakLimit: 1,
          waitMs: 500,
          tries: 1,
        }),
      ],
    });
    // Half a minute, of which all but a tenth of a second has passed.
    const lane = rig.outputs.lane("dc09")!;
    const { refused } = lane;
    lane.refused = (id, link, message, now) => refused.call(lane, id, link, message, now - 29_900);
    await rig.add("A0", "dc09");
    await until(() => rig.rules().length > 0, "the refusal");
    refuse = false;
    await rig.reaches(1);
    assertEquals(codes, ["130"]);
  }
  await receiver.close();
});
