/** What every session towards an AE keeps, whatever the AE does. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { OutputSession } from "../../adapters/contract.ts";
import { contactId } from "../support/alarm.ts";
import { type SimulatedAe, VirtualLine } from "../support/virtual_line.ts";

/** An AE whose behaviour can be set. */
interface Ae<B> extends SimulatedAe {
  behaviour: B | { kind: "ack" };
}

/** A language's session and AE. */
export interface OutputSessionCase<S, B, A extends Ae<B>> {
  /** What the AE may do and still takes every alarm in the end. */
  behaviour: fc.Arbitrary<B>;
  /** Settings of the session. */
  settings: fc.Arbitrary<S>;
  session: (settings: S) => OutputSession;
  ae: () => A;
  /** Accounts of the alarms that the AE received, each where it came for the first time. */
  accounts: (ae: A) => string[];
  /** What the AE says of its own accord now and then. */
  says?: Uint8Array;
  /** Most changes of behaviour in a run. */
  steps: number;
  /** Whether answers are frames, which may be fragmented too. */
  answersInFrames?: boolean;
}

/** Accounts of the Contact ID alarms of an AE that tells itself whether it has seen one before. */
export function firstAccounts(
  { alarms }: { alarms: { seenBefore: boolean; message: { kind: string; account?: string } }[] },
): string[] {
  return alarms.filter(({ seenBefore }) => !seenBefore)
    .map(({ message }) => message.kind === "contact-id" ? message.account ?? "" : "");
}

/** Adds the test of the property. @param language What its session and its AE are. */
export function deliversInTheEnd<S, B, A extends Ae<B>>(language: OutputSessionCase<S, B, A>): void {
  const { behaviour, settings, session, ae: newAe, accounts, says, answersInFrames = false } = language;
  const step = fc.record({
    behaviour,
    ms: fc.integer({ min: 0, max: 60_000 }),
    fall: fc.boolean(),
    speaks: says === undefined ? fc.constant(false) : fc.boolean(),
  });
  Deno.test("whatever the AE does and however often the line falls, everything is delivered in the end, in order", () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: language.steps }),
        fc.integer({ min: 1, max: 30 }),
        settings,
        (steps, fragment, chosen) => {
          const ae = newAe();
          const line = new VirtualLine(session(chosen), ae, fragment, answersInFrames ? fragment : Infinity);
          line.connect();
          const account = (n: number) => `1${String(n).padStart(3, "0")}`;
          for (const [at, { behaviour, ms, fall, speaks }] of steps.entries()) {
            ae.behaviour = behaviour;
            line.add(contactId(`c${at}`, `${account(at)}18113001004`));
            if (says !== undefined && speaks) line.say(says);
            line.pass(ms);
            if (!fall) continue;
            line.disconnect();
            line.pass(500);
            line.connect();
          }
          ae.behaviour = { kind: "ack" };
          line.pass(10 * 60_000);
          assertEquals(line.delivered, steps.map((_, at) => `c${at}`));
          assertEquals(line.refused, []);
          // Delivered means received: and the first time each alarm came, it came in order.
          assertEquals(accounts(ae), steps.map((_, at) => account(at)));
        },
      ),
      { numRuns: 200 },
    );
  });
}
