/** Known mistakes of the references, each a test of what the doctor says of it. */
import { assert, assertEquals } from "@std/assert";
import type { Fault } from "../../src/doctor/finding.ts";
import type { InputLanguage } from "../../src/doctor/score.ts";
import type { Circumstances } from "../../src/doctor/verdict.ts";
import { examine, keys, rules, SERIAL, TCP } from "./panels.ts";

/** What is fed, and what is to come out. */
interface Mistake {
  bytes: Uint8Array;
  now?: number;
  keys?: string[];
  circumstances?: Partial<Circumstances>;
  serial?: boolean;
  language?: InputLanguage;
  readable: boolean;
  fault: Fault;
  rule?: string;
  account?: string;
  config?: Record<string, string | number>;
}

/** Makes a test of each. */
export function knownMistakes(mistakes: Record<string, Mistake>): void {
  for (const [name, mistake] of Object.entries(mistakes)) {
    Deno.test(`known mistake: ${name}`, () => {
      const verdict = examine(mistake.bytes, {
        circumstances: { ...mistake.serial === true ? SERIAL : TCP, ...mistake.circumstances },
        ...(mistake.now === undefined ? {} : { now: mistake.now }),
        ...(mistake.keys === undefined ? {} : { keys: keys(...mistake.keys) }),
      });
      const told = JSON.stringify(verdict, null, 1);
      assertEquals([verdict.language, verdict.readable, verdict.fault], [
        mistake.language,
        mistake.readable,
        mistake.fault,
      ], told);
      if (mistake.rule !== undefined) assert(rules(verdict).includes(mistake.rule), told);
      if (mistake.account !== undefined) assertEquals(verdict.accounts[0], mistake.account, told);
      for (const [key, value] of Object.entries(mistake.config ?? {})) {
        assertEquals(verdict.settings[key], value, told);
      }
      for (const { what, todo, weight } of verdict.findings) {
        assert(what.length > 10, told);
        if (weight === "stop" && verdict.octets > 0) {
          assert(todo.length > 10 || what.length > 60, `says what to do: ${told}`);
        }
      }
    });
  }
}
