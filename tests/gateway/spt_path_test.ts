import { assert, assertEquals, assertLess } from "@std/assert";
import type { SptConfig } from "../../src/config/spt_config.ts";
import { Faults } from "../../src/gateway/faults.ts";
import { SiteTime } from "../../src/gateway/site_time.ts";
import { SptPath } from "../../src/gateway/spt_path.ts";
import { msToNtp } from "../../src/ip/ntp_time.ts";
import type { PathIdentity } from "../../src/session/path_identity.ts";
import { freePort } from "../../src/demo/free_port.ts";
import { Relay } from "../dtls/relay.ts";
import { Pair, until } from "../support/pair.ts";

/** A path by itself, and everything it says. */
class Rig implements AsyncDisposable {
  readonly said: string[] = [];
  readonly faults = new Faults(() => {}, () => {});
  readonly path: SptPath;
  readonly config: SptConfig;
  /** Different datagrams that came, as hex. */
  readonly answers = new Set<string>();

  constructor(pair: Pair, rct: Partial<SptConfig["rct"]> = {}) {
    this.config = { ...pair.sptConfig, rct: { ...pair.sptConfig.rct, ...rct } };
    this.path = new SptPath({
      config: this.config,
      faults: this.faults,
      log: (_level, rule) => void this.said.push(rule),
      time: new SiteTime("own", this.faults),
      // Answers that are repeated are the same octet for octet.
      capture: { add: (way, _local, _peer, bytes) => void (way === "in" && this.answers.add(bytes.toHex())) },
      backoffMs: [200, 1000],
      events: {
        sent: (ref) => this.said.push(`sent ${ref}`),
        delivered: (ref) => this.said.push(`delivered ${ref}`),
        refused: (ref) => this.said.push(`refused ${ref}`),
        returned: (ref) => this.said.push(`returned ${ref}`),
        moved: () => {},
        state: (state) => this.said.push(state),
        transparent: () => undefined,
      },
    });
  }

  /** What the file says. */
  get identity(): PathIdentity {
    const { deviceId, master } = this.config.identity;
    const { rctDeviceId, masterHandle, masterKey } = master!;
    return {
      sptDeviceId: deviceId,
      rctDeviceId,
      masterHandle,
      master: { encryption: "aes-256", hash: "sha-256", key: masterKey.octets() },
    };
  }

  /** Keys that the RCT does not know. */
  get foreign(): PathIdentity {
    return {
      ...this.identity,
      masterHandle: 0x01020304,
      master: { ...this.identity.master, key: new Uint8Array(32) },
    };
  }

  offer(ref: string): void {
    const data = new TextEncoder().encode("#1234|NBA01");
    this.path.offer({ kind: "event", ref, protocol: "sia", data, time: msToNtp(Date.now()) & ~63n });
  }

  async connected(): Promise<void> {
    await until(() => this.path.state === "connected" && this.path.ready, "the path");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.path.close();
  }
}

/** A pair whose SPT has stopped: the RCT is free for another. */
async function rctAlone(): Promise<Pair> {
  const pair = await Pair.open();
  await pair.spt.close(0);
  return pair;
}

Deno.test("other keys while an item is on its way: it comes back once, and can be sent again under those that work", async () => {
  await using pair = await rctAlone();
  let cut = false;
  await using relay = new Relay(
    pair.rctConfig.listen.port,
    (way) => cut && way === "to-client" ? "lost" : "pass",
  );
  await using rig = new Rig(pair, { port: relay.port });
  rig.path.use(rig.identity);
  await rig.connected();
  cut = true;
  rig.offer("a");
  assert(rig.path.busy);
  rig.path.use(rig.foreign);
  cut = false;
  assertEquals(rig.said.filter((text) => text.endsWith(" a")), ["sent a", "returned a"]);
  assertEquals([rig.path.ready, rig.path.busy, rig.path.state], [false, false, "setting-up"]);
  rig.path.use(rig.identity);
  await rig.connected();
  rig.offer("a");
  await until(() => rig.said.includes("delivered a"), "the delivery");
  assertEquals(rig.said.filter((text) => text === "returned a").length, 1);
});

Deno.test("a handler of the RCT for opaque octets that fails: the site is refused, its alarms are not", async () => {
  await using pair = await Pair.open({
    rctParts: {
      onTransparent: (site, data) => {
        if (data.length > 1) throw new Error(`${site}: the integrator's mistake`);
        return data[0] === 1;
      },
    },
  });
  await pair.spt.close(0);
  await using rig = new Rig(pair);
  rig.path.use(rig.identity);
  await rig.connected();
  const say = async (ref: string, data: number[]) => {
    await until(() => rig.path.ready, "its turn");
    rig.path.offer({ kind: "transparent", ref, data: new Uint8Array(data) });
    await until(
      () => rig.said.some((text) => / (\w+)$/.exec(text)?.[1] === ref && !text.startsWith("sent")),
      ref,
    );
  };
  await say("taken", [1]);
  await say("refusal", [0]);
  await say("thrown", [1, 2]);
  const ends = rig.said.filter((text) => /^(delivered|refused|returned) /.test(text));
  assertEquals(ends, ["delivered taken", "refused refusal", "refused thrown"]);
  assert(pair.logged.some(({ rule }) => rule === "transparent-failed"));
  await until(() => rig.path.ready, "its turn");
  rig.offer("alarm");
  await until(() => rig.said.includes("delivered alarm"), "an alarm after that");
});

Deno.test("without keys: the session ends, what was on its way comes back, nothing is sent; keys later start it again", async () => {
  await using pair = await rctAlone();
  await using rig = new Rig(pair);
  rig.path.use(rig.identity);
  await rig.connected();
  rig.offer("a");
  rig.path.leave("the keys were revoked");
  assertEquals(rig.said.at(-2), "returned a");
  assertEquals([rig.path.state, rig.path.ready], ["unknown", false]);
  assertEquals(rig.faults.all.map(({ message }) => message), ["path to the RCT: the keys were revoked"]);
  rig.offer("b");
  assertEquals(rig.said.at(-1), "returned b");
  rig.path.use(rig.identity);
  await rig.connected();
  assertEquals(rig.faults.all, []);
});

// The system goes on looking a name up for a moment after the search was given up.
Deno.test("keys change before the RCT's name is found: one search, and it ends with the path", {
  sanitizeOps: false,
}, async () => {
  await using pair = await rctAlone();
  const rig = new Rig(pair, { hostname: "no-such-host.invalid" });
  for (const identity of [rig.identity, rig.foreign, rig.identity]) rig.path.use(identity);
  assertEquals(rig.path.address, `?:${rig.config.rct.port}`);
  rig.path.leave("gone");
  rig.path.use(rig.identity);
  const begun = performance.now();
  await rig.path.close();
  assertLess(performance.now() - begun, 5000);
});

Deno.test("a name server that fails later does not keep the path from an RCT that is where it was", {
  sanitizeOps: false,
}, async () => {
  await using pair = await rctAlone();
  await using rig = new Rig(pair, { transmissions: 1, responseTimeoutMs: 50 });
  rig.path.use(rig.identity);
  await rig.connected();
  rig.config.rct.hostname = "no-such-host.invalid";
  await pair.rct.close(0);
  await until(() => rig.path.state === "failed", "the failure");
  await pair.openRct();
  await rig.connected();
});

Deno.test("an address of the other kind is reached by another socket", async (t) => {
  const six = freeSix();
  await t.step({
    name: "from IPv4 to IPv6",
    ignore: six === undefined,
    fn: async () => {
      const port = freePort("udp");
      await using pair = await Pair.open({
        adjust: (_, rct) => void (rct.listen.advertise = [{ hostname: "::1", port }]),
      });
      await pair.spt.close(0);
      // Patient enough for a busy machine: an SPT asks for addresses once in a setup.
      await using rig = new Rig(pair, { transmissions: 4, responseTimeoutMs: 200 });
      rig.path.use(rig.identity);
      await rig.connected();
      await until(() => rig.said.includes("rct-addresses") && rig.path.ready, "the addresses told");
      await pair.rct.close(0);
      Object.assign(pair.rctConfig.listen, { hostname: "::1", port });
      await pair.openRct();
      rig.offer("a");
      await until(
        () => rig.path.address.endsWith(`:1]:${port}`) && rig.path.state === "connected",
        "IPv6",
      );
    },
  });
});

function freeSix(): number | undefined {
  try {
    const socket = Deno.listenDatagram({ transport: "udp", hostname: "::1", port: 0 });
    const { port } = socket.addr as Deno.NetAddr;
    socket.close();
    return port;
  } catch {
    return undefined;
  }
}
