/**
 * Listens for SIA DC-03 blocks.
 *
 * @module
 */
import type { Framed, Refusal } from "../../adapters/contract.ts";
import { matchQuirk } from "../../adapters/quirk.ts";
import {
  parseEventPacket,
  type SiaBlock,
  SiaFramer,
  siaFunction,
  type SiaPacket,
  siaQuirks,
} from "../../adapters/sia/mod.ts";
import { siaCode } from "../event/tables/sia.ts";
import { clockFinding } from "./clock_finding.ts";
import type { ExaminationOptions } from "./examination_options.ts";
import { type Hearing, hearing } from "./hearing.ts";
import type { Score } from "./score.ts";

/** An event older than this, by its own time, comes from a clock that is off, ms. Ours. */
const CLOCK_SLACK = 10 * 60_000;
const DAY = 86_400_000;

/**
 * Makes the hearing for SIA blocks: accounts, levels, encryption requests, the panel's clock, and whether only answers are
 * heard. Source: panel-formats.md §1.
 *
 * @param score Where to keep score.
 * @param options The local time.
 * @returns The hearing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Score } from "./score.ts";
 * import { siaHearing } from "./sia_hearing.ts";
 *
 * const score = new Score("sia");
 * siaHearing(score).feed(Uint8Array.fromHex("46233032333439399f"), undefined);
 * assertEquals([[...score.accounts.keys()], score.quirk], [["023499"], "galaxy-flex"]);
 * ```
 */
export function siaHearing(score: Score, options: ExaminationOptions = {}): Hearing {
  let account: string | undefined;
  let first = true;
  return hearing(score, new SiaFramer(), {
    frame(item, now) {
      if (first) score.quirk ??= matchQuirk(siaQuirks, item.raw)?.name;
      first = false;
      return lookAtBlock(score, item, now, options, account, (name) => account = name);
    },
    refusal: (item) => lookAtRefusal(score, item),
  });
}

function lookAtBlock(
  score: Score,
  { frame, raw }: Framed<SiaBlock>,
  now: number | undefined,
  options: ExaminationOptions,
  account: string | undefined,
  setAccount: (account: string) => void,
): boolean {
  const { code, data } = frame;
  const text = String.fromCharCode(...data);
  const known = siaFunction(code);
  const kind = known?.kind ?? "unknown";
  score.kind(known === undefined ? "block of unknown function" : `${known.name} block`);
  switch (kind) {
    case "account": {
      const digits = /^\d+$/.test(text);
      score.frame(
        raw.length,
        /^[0-9A-Za-z]+$/.test(text) ? 8 + (digits ? 4 : 1.5) * Math.min(16, text.length) : 4,
      );
      setAccount(text);
      score.account(text);
      return true;
    }
    case "event": {
      const packet = parseEventPacket(data);
      const codes = packet.events.some((event) => siaCode(event.code) !== undefined);
      score.frame(raw.length, isEventText(data) ? 6 + Math.min(20, data.length) + (codes ? 6 : 0) : 2);
      score.events += packet.events.length;
      lookAtPacket(score, packet, code, now, options);
      if (account === undefined && packet.events.length > 0 && isEventText(data)) findNoAccount(score);
      return true;
    }
    case "text":
      score.frame(raw.length, isEventText(data) ? 4 + Math.min(16, data.length) : 2);
      score.kind("level III");
      return true;
    case "end":
    case "answer":
      score.frame(raw.length, 8);
      return false;
    default:
      score.frame(raw.length, 2);
      return false;
  }
}

function lookAtPacket(
  score: Score,
  { modifiers, events }: SiaPacket,
  code: string,
  now: number | undefined,
  options: ExaminationOptions,
): void {
  if (events.length === 0) return;
  // Answers to "which level is set" (panel-formats.md §1.7, A for the manufacturers named there).
  if (modifiers.some(({ name }) => ["ri", "id", "pi"].includes(name))) score.kind("level II");
  else score.kind("level I");
  const time = /^(\d\d):?(\d\d)/.exec(modifiers.find(({ name }) => name === "ti")?.value ?? "");
  // An old event may be as old as it likes.
  if (time === null || now === undefined || code === "O") return;
  const panel = (Number(time[1]) * 60 + Number(time[2])) * 60_000;
  const ours = (now + (options.utcOffsetMs ?? 0)) % DAY;
  const difference = (panel - ours + 1.5 * DAY) % DAY - DAY / 2;
  if (Math.abs(difference) > CLOCK_SLACK) score.find(clockFinding(difference, false));
}

function lookAtRefusal(score: Score, { rule, raw }: Refusal): void {
  switch (rule) {
    case "encrypted-session":
      // Three octets that are the beginning of a capture of five: once in 2^24 by chance.
      score.bits += 24;
      score.sealed = true;
      return score.find({
        rule,
        fault: "key",
        weight: "stop",
        what:
          "encryption requested: the panel opens an encrypted Galaxy session (05 01 81 …), which cannot be read here",
        todo:
          "Switch encryption off for alarm reporting in the panel's Ethernet menu (Galaxy, and FX020 likewise)",
      });
    case "ip-check":
      score.frame(raw.length, 40);
      score.account(String.fromCharCode(...raw.subarray(1, 9)));
      return score.find({
        rule,
        fault: "protocol",
        weight: "warn",
        what: "a Galaxy's IP check arrives here: a sign of life, never an alarm",
        todo: "Look at the port of the panel's alarm reporting: it is another one than that of its IP check",
      });
    case "parity": {
      score.refuse(nearness(raw), raw.length);
      return score.find({
        rule,
        fault: "wiring",
        weight: score.frames > 0 ? "warn" : "stop",
        what: "blocks arrive damaged: their parity octet is wrong",
        todo:
          "Serial: check ground, cable and plugs, and 8 data bits without parity at both ends (8N1). TCP: a converter " +
          "between may change octets: set it to raw, 8 bits",
      });
    }
    case "truncated":
      score.refuse(nearness(raw) / 2);
      return score.find({
        rule,
        fault: "wiring",
        weight: score.frames > 0 ? "warn" : "stop",
        what: "blocks break off in the middle",
        todo: "Check the cable, and converters on the way: octets get lost",
      });
    default:
      if (score.sealed) return;
      score.refuse();
      return score.find({
        rule,
        fault: "wiring",
        weight: "warn",
        what: "octets between the blocks that belong to none",
        todo: "Check the cable, and that nothing else speaks on this line",
      });
  }
}

/** How much octets with a wrong parity look like a block all the same, in bits. */
function nearness(raw: Uint8Array): number {
  const code = String.fromCharCode(raw[1] ?? 0);
  const kind = siaFunction(code)?.kind;
  const data = String.fromCharCode(...raw.subarray(2, -1));
  if (kind === "account" && /^\d{3,16}$/.test(data)) return 4 + 3 * data.length;
  return kind === "event" && /^[\x20-\x7e]{2,}$/.test(data) && /[A-Z]{2}/.test(data)
    ? 6 + data.length / 2
    : 0;
}

function findNoAccount(score: Score): void {
  score.find({
    rule: "no-account",
    fault: "account",
    weight: "warn",
    what: "events come without an account block in front",
    todo: "Set an account in the panel, or account = in the input below",
  });
}

/** Event packets are ASCII but for the text in them; with a parity bit in the eighth, half of the octets are not. */
function isEventText(data: Uint8Array): boolean {
  const high = data.reduce((sum, octet) => sum + (octet >= 0x80 ? 1 : 0), 0);
  return isText(data) && high * 5 <= data.length;
}

function isText(data: Uint8Array): boolean {
  return data.every((octet) => octet >= 0x20 && octet !== 0x7f);
}
