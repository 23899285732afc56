/**
 * Listens for VdS 2465 over TCP.
 *
 * @module
 */
import { IK, readTelegram, Vds2465TcpFramer, VdsKeys } from "../../adapters/vds2465/mod.ts";
import { type ExaminationOptions, NO_KEYS } from "./examination_options.ts";
import { type Hearing, hearing } from "./hearing.ts";
import type { Score } from "./score.ts";
import { lookAtRecords } from "./vds_records.ts";

/** The device says that it does not know our key number. */
const KEY_UNKNOWN = 0xffff;

/**
 * Makes the hearing for VdS 2465 over TCP (supplement S2). Source: vds2465.md §6.
 *
 * @param score Where to keep score.
 * @param options Keys to try, the local time.
 * @returns The hearing.
 * @throws {RangeError} When a key is not one; `readDoctorKeys` makes none of that kind.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Score } from "./score.ts";
 * import { vdsTcpHearing } from "./vds_tcp_hearing.ts";
 *
 * const score = new Score("vds2465-tcp");
 * vdsTcpHearing(score).feed(Uint8Array.fromHex("000700103959120d0c89aa67cc349e2573bb68f7"), undefined);
 * assertEquals(score.findings.map(({ fault, rule }) => [fault, rule]), [["key", "unknown-key"]]);
 * ```
 */
export function vdsTcpHearing(score: Score, options: ExaminationOptions = {}): Hearing {
  const keys = new VdsKeys((options.keys ?? NO_KEYS).vds);
  /** Key number of the telegrams before, while they could not be opened. */
  let closed: number | undefined;
  return hearing(score, new Vds2465TcpFramer(), {
    frame({ frame, raw }, now) {
      const read = readTelegram(frame.key, frame.body, keys);
      if (!read.ok) {
        if (frame.key === 0) {
          // Kind, protocol and length of the payload in their ranges: meant to be one.
          const [ik = 0, pk = 0, length = 0] = frame.body.subarray(10);
          score.refuse(ik >= 1 && ik <= 7 && pk === 1 && 13 + length <= frame.body.length ? 14 : 0);
          damaged(score);
          return false;
        }
        // A number and a length that is a multiple of 16 come by chance; the same number again does not.
        score.frame(raw.length, closed === frame.key ? 9 : frame.key < 1000 ? 6 : 2);
        closed = frame.key;
        score.kind(`telegram encrypted with key ${frame.key}`);
        findKey(score, frame.key, read.rule);
        return false;
      }
      const { ik, pk, payload, key } = read.telegram;
      const usual = ik >= 1 && ik <= 7;
      score.frame(raw.length, usual && pk === 1 ? 26 : 10);
      score.kind(key === 0 ? "plain telegram" : `telegram encrypted with key ${key}`);
      if (ik === IK.SYNC_REQUEST) {
        score.find({
          rule: "centre-speaks",
          fault: "protocol",
          weight: "warn",
          what: "the other side opens the talk (IK 1): it is a receiving centre, not a panel",
          todo: "Check the address: this program takes the centre's place, and panels connect to it",
        });
      }
      if (pk !== 1) {
        score.find({
          rule: "vendor-protocol",
          fault: "protocol",
          weight: "warn",
          what: `the telegrams carry the vendor's own protocol (PK ${
            pk.toString(16).toUpperCase()
          }H) instead of VdS 2465 (PK 01)`,
          todo: "Set the device to VdS 2465",
        });
      }
      return ik === IK.PAYLOAD && pk === 1 && lookAtRecords(score, payload, now, options);
    },
    refusal({ rule }) {
      score.refuse();
      score.find({
        rule,
        fault: rule === "truncated" ? "wiring" : "protocol",
        weight: score.frames > 0 ? "warn" : "stop",
        what: rule === "truncated"
          ? "the connection ended in the middle of a telegram"
          : "a telegram announces a length that VdS 2465 does not have",
        todo: rule === "truncated" ? "Check the network, and what closes the connection" : "",
      });
    },
  });
}

function findKey(score: Score, key: number, rule: string): void {
  if (key === KEY_UNKNOWN) {
    return score.find({
      rule: "key-number-refused",
      fault: "key",
      weight: "stop",
      what: "the device says that it does not know the key number",
      todo: "Set the same key number [Schlüsselnummer] and key at both ends",
    });
  }
  score.find(
    rule === "unknown-key"
      ? {
        rule,
        fault: "key",
        weight: "stop",
        what: `the telegrams are encrypted with key number ${key}, which was not given here`,
        todo:
          `Run again with --key ${key}:HEX (32 hex digits; the number is the Schlüsselnummer in the device)`,
      }
      : {
        rule: "wrong-key",
        fault: "key",
        weight: "stop",
        what:
          `the telegrams are encrypted with key number ${key}, and the key given for it does not open them`,
        todo:
          "Compare the 32 hex digits with those in the device, and whether this number belongs to this device",
      },
  );
}

function damaged(score: Score): void {
  score.find({
    rule: "checksum",
    fault: "wiring",
    weight: score.frames > 0 ? "warn" : "stop",
    what: "telegrams arrive damaged: their checksum is wrong",
    todo: "Check what lies between: a converter that changes octets, a serial server that is not set to raw",
  });
}
