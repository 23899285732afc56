/**
 * Examines a serial line, and finds its settings.
 *
 * @module
 */
import type { LineErrors } from "../serial/line_errors.ts";
import type { LineSettings } from "../serial/line_settings.ts";
import { SerialError } from "../serial/serial_error.ts";
import { SerialPort } from "../serial/serial_port.ts";
import { Consultation, type ConsultationOptions } from "./consultation.ts";
import { bestTrial, isHopeless, type LineTrial, type LineTry, nextTry } from "./line_search.ts";
import type { Verdict } from "./verdict.ts";

/** Which line, and for how long. */
export interface SerialOptions extends ConsultationOptions {
  /** Path of the device. */
  device: string;
  /** Settings that are known; the others are searched. */
  fixed: Partial<LineTry>;
  /** Stop bits. */
  stopBits: 1 | 2;
  /** How long at most, ms. */
  ms: number;
  /** What the input is set to, as the user says. */
  expected?: Verdict["language"];
  /** Told that other settings are tried now: what was kept so far came with the wrong ones. */
  restart?: () => void;
}

/** A few octets and then so much silence: on to the next setting, ms. */
const TOO_QUIET = 2500;

/** What came of a line: the verdict of the best settings, and its first octets. */
export interface SerialHeard {
  /** The verdict. */
  verdict: Verdict;
  /** The first octets. */
  beginning: Uint8Array;
}

/**
 * Listens on a serial line, with one setting after the other until a language is at least probable or the time is over. A
 * silent line stays with its setting: only octets say that it is wrong.
 *
 * @param options Which line, how long, and whether to answer.
 * @returns What came of it.
 * @throws {SerialError} When the device cannot be opened.
 */
export async function hearSerial(options: SerialOptions): Promise<SerialHeard> {
  const { device, fixed, stopBits, signal, progress } = options;
  const end = performance.now() + options.ms;
  const trials: LineTrial[] = [];
  const tried: string[] = [];
  const heard = new Map<LineTrial, SerialHeard>();
  let silent: SerialHeard | undefined;
  for (let next = nextTry([], fixed); next !== undefined; next = nextTry(trials, fixed)) {
    const frame = `${next.dataBits}${next.parity}${stopBits}`;
    const text = `${next.baud} ${frame}`;
    const trial: LineTrial = { ...next, octets: 0, errors: undefined, certainty: "none", points: 0 };
    trials.push(trial);
    const consultation = new Consultation(options);
    let port: SerialPort | undefined;
    try {
      port = await open(device, next, stopBits);
    } catch (error) {
      // Gone between two settings: what was heard before still counts.
      if (heard.size === 0) throw error;
      progress?.(error instanceof Error ? error.message : String(error));
      trials.pop();
      break;
    }
    if (port === undefined) {
      trial.refused = true;
      tried.push(`${text} (the adapter cannot)`);
      continue;
    }
    tried.push(text);
    progress?.(`${device} at ${text}`);
    if (trials.length > 1) options.restart?.();
    let gone: string | undefined;
    consultation.opened(device, {
      send: (bytes) => void port.send(bytes).catch(() => {/* told by gone */}),
      close: () => {},
    });
    port.start({
      data: (bytes) => consultation.data(device, bytes),
      gone: (error) => gone = error.rule === "closed-here" ? undefined : error.message,
    });
    let errors: LineErrors | undefined;
    await consultation.wait(end - performance.now(), () => {
      errors = port.errors ?? errors;
      fill(trial, consultation, errors);
      const few = trial.octets > 0 && consultation.quietMs > TOO_QUIET && trial.certainty === "none";
      // The last one is stayed with until the time is over: what came so far may have been a banner.
      return gone !== undefined || ((isHopeless(trial) || few) && nextTry(trials, fixed) !== undefined);
    });
    errors = port.errors ?? errors;
    await port.close(options.answer ? 500 : 0);
    fill(trial, consultation, errors);
    const verdict = consultation.verdict({
      source: { kind: "serial", device, baud: next.baud, frame },
      ...(errors === undefined ? {} : { lineErrors: errors }),
      ...(options.expected === undefined ? {} : { expected: options.expected }),
    });
    silent ??= { verdict, beginning: consultation.examination.beginning };
    // What an unfinished line became with the end of the line counts too.
    fill(trial, consultation, errors);
    heard.set(trial, { verdict, beginning: consultation.examination.beginning });
    if (gone !== undefined) progress?.(gone);
    if (signal.aborted || performance.now() >= end || gone !== undefined) break;
  }
  const best = bestTrial(trials);
  const result = (best === undefined ? undefined : heard.get(best)) ?? silent;
  if (result === undefined) {
    throw new SerialError("settings-refused", `${device} takes none of the settings: ${tried.join(", ")}`);
  }
  return { ...result, verdict: { ...result.verdict, tried } };
}

async function open(device: string, next: LineTry, stopBits: 1 | 2): Promise<SerialPort | undefined> {
  const settings: LineSettings = {
    name: "doctor",
    device,
    ...next,
    stopBits,
    flow: "none",
    beforeMs: 0,
    afterMs: 0,
    quietMs: 0,
    echo: false,
  };
  try {
    return await SerialPort.open(settings);
  } catch (error) {
    if (error instanceof SerialError && error.rule === "settings-refused") return undefined;
    throw error;
  }
}

function fill(trial: LineTrial, { examination }: Consultation, errors: LineErrors | undefined): void {
  const { leading, octets, eighthBit } = examination;
  trial.octets = octets;
  trial.errors = errors;
  // A frame that was damaged is no proof that the settings are right.
  const read = leading !== undefined && leading.score.frames > 0 ? leading : undefined;
  trial.certainty = read?.certainty ?? "none";
  trial.points = read?.score.points ?? 0;
  if (eighthBit !== undefined) trial.eighthBit = eighthBit;
}
