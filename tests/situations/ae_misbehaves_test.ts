/** Automation software that answers wrongly, seen through both gateways: nothing is lost, nothing is stopped. */
import { assert, assertEquals } from "@std/assert";
import { checksumDigit } from "../../adapters/contact_id/mod.ts";
import type { OutputSettings } from "../../src/config/output_settings.ts";
import { isAck } from "../../src/demo/panel_player.ts";
import {
  linesOf,
  type LineSoftware,
  SOFTWARE,
  softwareConnects,
  type Spoil,
} from "../gateway/outputs_rig.ts";
import { anOutput } from "../support/output_settings.ts";
import { Pair, until } from "../support/pair.ts";
import { panelAt } from "../support/panel.ts";

/** Software that hears nothing of the first copy of every third frame: what was acknowledged for it would be lost. */
class HardOfHearing implements LineSoftware {
  #frames = 0;
  readonly #software: LineSoftware;

  constructor(software: LineSoftware) {
    this.#software = software;
  }
  get alarms() {
    return this.#software.alarms;
  }
  get nextTick() {
    return this.#software.nextTick;
  }
  feed(bytes: Uint8Array, now: number) {
    return this.#frames++ % 3 === 2 ? [] : this.#software.feed(bytes, now);
  }
  tick(now: number) {
    return this.#software.tick(now);
  }
  disconnected() {
    this.#software.disconnected();
  }
}

function contactId(zone: number): Uint8Array {
  const digits = `123418113101${String(zone).padStart(3, "0")}`;
  return new TextEncoder().encode(`${digits}${checksumDigit(digits)}\r\n`);
}

const zonesOf = (software: LineSoftware) =>
  linesOf(software).map((line) => Number(/(\d{3})[^\d]*$/.exec(line)?.[1]));

/** Octets that mean nothing, and poll-like ones. */
const RUBBISH = Uint8Array.from([0x00, 0xff, 0x41, 0x14, 0x0a, 0x7f, 0x12, 0x80, 0x0d]);

const ONE_BY_ONE = (answer: Uint8Array) => [...answer].map((octet) => Uint8Array.of(octet));

/** What the AE does with its answers; each starts anew with its own count. */
const WRONGS: Record<string, () => Spoil> = {
  "sends rubbish before each answer": () => (answer) => [RUBBISH, answer],
  "answers twice": () => (answer) => [Uint8Array.from([...answer, ...answer])],
  "answers octet by octet": () => ONE_BY_ONE,
  "sends two hundred thousand octets of rubbish, then the answer": () => {
    let done = false;
    return (answer) => {
      if (done) return [answer];
      done = true;
      return [...Array.from({ length: 3 }, () => new Uint8Array(65_536).fill(0x3f)), answer];
    };
  },
  "drops the link instead of every fifth answer": () => {
    let count = 0;
    return (answer) => count++ % 5 === 3 ? ["drop"] : [answer];
  },
  "answers half, then drops the link, now and then": () => {
    let count = 0;
    return (answer) => count++ % 5 === 3 ? [answer.subarray(0, answer.length >> 1), "drop"] : [answer];
  },
};

for (const language of ["sur-gard", "dc07"] as const) {
  for (const [wrong, spoil] of Object.entries(WRONGS)) {
    Deno.test(`${language}: the AE ${wrong}: every alarm arrives, and none is called delivered that did not`, async () => {
      const software = new HardOfHearing(SOFTWARE[language]());
      await run(language, software, spoil());
    });
  }

  Deno.test(`${language}: the AE answers later than it is waited for: every alarm arrives`, async () => {
    const software = SOFTWARE[language]();
    software.behaviour = { kind: "late", ms: 350 };
    await run(language, new HardOfHearing(software), (answer) => [answer]);
  });
}

async function run(language: "sur-gard" | "dc07", software: LineSoftware, spoil: Spoil): Promise<void> {
  await using pair = await Pair.open({
    adjust: (_spt, rct) => {
      const { name, line } = rct.outputs[0]!;
      const figures: Partial<OutputSettings> = { waitMs: 250, heartbeatMs: 5000 };
      rct.outputs[0] = anOutput(name, line, language, figures as never);
    },
  });
  await pair.centre.stop();
  const client = softwareConnects(software, pair.ports.ae, spoil);
  const panel = panelAt(pair.ports.contactId);
  const zones = [1, 2, 3, 4, 5, 6];
  for (const zone of zones) {
    assert(await panel.send(contactId(zone), isAck), "the panel does not wait for the AE");
  }
  const queued = async () => (await pair.rct.status(Date.now())).outputs[0]?.queued;
  await until(
    () => pair.rct.alarms(10).then((lives) => lives.length === zones.length),
    "the alarms at the RCT",
  );
  await until(async () => await queued() === 0, "an empty queue");
  assertEquals([...new Set(zonesOf(software))].sort(), zones, linesOf(software).join("\n"));
  panel.close();
  await client.close();
}
