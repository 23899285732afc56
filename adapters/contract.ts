/**
 * The shape of an adapter: what a folder under `adapters/` offers to the gateway.
 *
 * An adapter does no I/O. Bytes, the time and random bytes come in; effects go out. Times are milliseconds since
 * 1970-01-01T00:00:00Z.
 *
 * @module
 */
import type { EventDraft } from "../src/event/alarm_event.ts";
import type { Loss, TargetLanguage } from "../src/event/translation/forms.ts";
import type { SiteRules } from "../src/event/translation/site_table.ts";

/** Something a framer could not read: where, which rule, and what to do about it, in words for a technician. */
export interface Refusal {
  /** Tells a refusal from a frame. */
  kind: "refused";
  /** Offset of the first octet of the refused bytes, counted from the start of the stream. */
  offset: number;
  /** Name of the rule, kebab-case: also the name of the counter. */
  rule: string;
  /** What was wrong, what was expected and what to do, in one or two sentences. */
  message: string;
  /** The bytes given up. */
  raw: Uint8Array;
}

/** A complete frame. */
export interface Framed<F> {
  /** Tells a frame from a refusal. */
  kind: "frame";
  /** Offset of the frame's first octet, counted from the start of the stream. */
  offset: number;
  /** The frame in the language's own terms. */
  frame: F;
  /** The frame's bytes as they came. */
  raw: Uint8Array;
}

/**
 * Cuts a stream of bytes into frames, whatever the chunk borders. Linear in the bytes; never throws; resynchronises
 * after noise.
 */
export interface Framer<F> {
  /** Takes the next bytes of the stream and returns what became complete or was refused, in stream order. */
  feed(bytes: Uint8Array): (Framed<F> | Refusal)[];
  /**
   * Says that nothing came for a while, or that the stream ended: what is buffered is refused as truncated (or
   * completed, where the language allows a missing terminator) and the framer starts afresh.
   */
  flush(): (Framed<F> | Refusal)[];
  /** Octets held back because a frame is not complete. */
  readonly buffered: number;
}

/** The protocols that an EVENT_MSG can carry; numbers are in `src/ip/profile.ts`. */
export type CarriedProtocol = "sia" | "contact-id" | "scancom" | "vds2465";

/** An alarm on its way from a panel: the events, and the bytes that an EVENT_MSG carries. */
export interface PanelAlarm {
  /** The decoded events; at least one. */
  events: EventDraft[];
  /** Protocol of `data`. */
  protocol: CarriedProtocol;
  /** Event data as the IP protocol carries it (ip-protocol.md §8), e.g. `#1234|NBA01` or `123418113001001`. */
  data: Uint8Array;
  /** The bytes as they came from the panel. */
  raw: Uint8Array;
  /**
   * False when the language may still add text to this alarm (a SIA ASCII block after the event block). The session
   * then ends the wait with a `text` or a `complete` effect.
   */
  complete: boolean;
}

/** What became of an alarm that a panel session handed over. */
export type AlarmOutcome =
  /** Accountable for it now: acknowledge the panel. */
  | "accepted"
  /** Not accountable (journal failed, queue full, AE absent too long in pass-through): negative answer. */
  | "failed";

/** What a panel session wants done. */
export type PanelEffect =
  /** Send these bytes to the panel. */
  | { kind: "send"; bytes: Uint8Array }
  /** A new alarm. The gateway answers with {@link PanelSession.settle} and the same `ref`. */
  | { kind: "alarm"; ref: number; alarm: PanelAlarm }
  /**
   * Text for the alarm `of`, which was settled before: the alarm as it now stands, complete. Is settled under its own `ref`.
   */
  | { kind: "text"; ref: number; of: number; alarm: PanelAlarm }
  /** Nothing more will come for alarm `ref`. */
  | { kind: "complete"; ref: number }
  /**
   * The panel repeated an alarm that is not settled yet: identical bytes, no acknowledgement between. Nothing to do but count.
   */
  | { kind: "repeat"; ref: number }
  /** A sign of life that is no alarm (poll, heartbeat). */
  | { kind: "poll"; account?: string; detail: string }
  /** Bytes were refused; the session has already sent the protocol's negative answer if there is one. */
  | Refusal
  /** What became of a command that was handed over with {@link PanelSession.sendCommand}. Comes once for each. */
  | CommandResult
  /** The session is over: close the connection. */
  | { kind: "close"; reason: string };

/** A command of the receiving centre to a panel. */
export interface PanelCommand {
  /** Comes back with the result. */
  id: string;
  /**
   * The command in the panel's own language. SIA: the function code (`C` control, `X` extended query, `P` program, `?`
   * remote login) and its data, `CSA*1`. VdS 2465: the records, `0502…`. It may hold a secret: never logged.
   */
  data: Uint8Array;
}

/** What became of a {@link PanelCommand}. */
export interface CommandResult {
  /** Tells it from the other effects. */
  kind: "command-result";
  /** The command's id. */
  id: string;
  /**
   * `done`: the panel has confirmed it, `data` is what it answered if it answered with data. `rejected`: the panel, or
   * this input, does not want it. `no-answer`: not within the time; whether the panel has carried it out is not known.
   * `closed`: the connection ended first; the same.
   */
  outcome: "done" | "rejected" | "no-answer" | "closed";
  /** Why, in words for an operator; empty when there is nothing to say. */
  detail: string;
  /** What the panel answered, in its own language; empty when it only confirmed. */
  data: Uint8Array;
}

/** One panel's conversation, without I/O. */
export interface PanelSession {
  /** Takes bytes from the panel. Never throws. */
  feed(bytes: Uint8Array, now: number): PanelEffect[];
  /** Lets time pass: gap timers, waits. Cheap when there is nothing to do. */
  tick(now: number): PanelEffect[];
  /** When {@link tick} wants to be called next, in ms since the epoch; undefined when there is no timer. */
  readonly nextTick: number | undefined;
  /** Answers an `alarm` or `text` effect. May make further effects (the acknowledgement, buffered frames). */
  settle(ref: number, outcome: AlarmOutcome, now: number): PanelEffect[];
  /** The connection ended: open alarms are completed, commands without an answer `closed`. */
  end(now: number): PanelEffect[];
  /**
   * Sends a command to the panel, now or when it listens. Absent where the language has no way to. Never throws: what
   * cannot be sent comes back as a `command-result`, `rejected`, with the reason.
   */
  sendCommand?(command: PanelCommand, now: number): PanelEffect[];
  /** The account of the panel, as far as it has told; undefined before. Commands find their panel by it. */
  readonly account?: string | undefined;
}

/** Options every panel session understands; an adapter may take more. */
export interface PanelSessionOptions {
  /** Account to use when the panel sends none. */
  defaultAccount?: string;
}

/** A panel language, as a module offers it. */
export interface PanelAdapter {
  /** The language's name in configs and on the command line. */
  readonly name: string;
  /** Starts a conversation. */
  session(options: PanelSessionOptions): PanelSession;
}

/** Where decoding one message of a language got to; the shape printed by `tocsin decode`. */
export type Decoded =
  | {
    ok: true;
    /** Language of the message. */
    language: string;
    /** Offset of its first octet in the input. */
    offset: number;
    /** The message in the language's own terms. */
    message: Record<string, unknown>;
    /** The events it carries; none for polls and acknowledgements. */
    events: EventDraft[];
  }
  | { ok: false; language: string; offset: number; rule: string; message: string };

/** Decodes a stream of one language, whatever the chunk borders. */
export interface StreamDecoder {
  /** Takes the next bytes. */
  feed(bytes: Uint8Array): Decoded[];
  /** The input ended. */
  end(): Decoded[];
}

/** An alarm for the automation software. */
export interface OutputItem {
  /** The alarm's identity. */
  id: string;
  /** Account the AE knows the site by. */
  account: string;
  /** Protocol of `data`. */
  protocol: CarriedProtocol;
  /** Event data as the IP protocol carried it. */
  data: Uint8Array;
  /** The decoded events. */
  events: EventDraft[];
  /**
   * True when the AE may have had this alarm before: it was handed over, and then the connection or the process was lost
   * before the answer. The line is then written with the language's mark of a repeat, if it has one.
   */
  repeated: boolean;
  /**
   * The site's own codes and numbers for this AE, from the translation table; undefined where the table says nothing about
   * these two languages. Absent: there is no table.
   */
  rules?: (from: string, to: TargetLanguage) => SiteRules | undefined;
}

/** One frame as it goes to the AE. */
export interface WrittenLine {
  /** The frame, terminator included. */
  bytes: Uint8Array;
  /** The same, printable: control characters as `<DC4>`. */
  line: string;
}

/** An alarm in the words of an output: one or more frames, or why it cannot be said. */
export type Written =
  | {
    ok: true;
    /** The frames, in the order they are sent; at least one. */
    lines: WrittenLine[];
    /** What the AE may stumble over, in words for a technician: an account longer than the format has room for. */
    notes: string[];
    /** What the output's language cannot say; absent or empty when the alarm goes as it came. */
    lost?: Loss[];
    /** Events whose code has no translation, so that the general code stands for them. @default {0} */
    unknown?: number;
  }
  | { ok: false; rule: string; message: string };

/** What an output session wants done, and what became of the alarms. */
export type OutputEffect =
  /** Send these bytes to the AE. */
  | { kind: "send"; bytes: Uint8Array }
  /**
   * The line of alarm `id` goes out, for the `attempt`-th time on this connection (from 1). `line` is printable. The rest is
   * that of {@link Written}, present on the first attempt of an alarm's first line when there is something to say.
   */
  | {
    kind: "sent";
    id: string;
    line: string;
    attempt: number;
    notes?: string[];
    lost?: Loss[];
    unknown?: number;
  }
  /** The AE acknowledged it. */
  | { kind: "delivered"; id: string }
  /**
   * The AE refused it up to the limit, or it cannot be written in this language. The gateway keeps it, raises a fault and
   * offers it again later; the ones behind it go on.
   */
  | {
    kind: "refused";
    id: string;
    rule: string;
    message: string;
    /** Part of it was taken: offered again, it is a repeat. */
    partly?: boolean;
  }
  /** The AE does not answer (fault). `id` is the alarm in flight, if any: it is offered again, as repeated. */
  | { kind: "absent"; rule: string; message: string; id?: string }
  /** The AE answers again. */
  | { kind: "present" }
  /** Bytes from the AE that mean nothing here: dropped and counted. */
  | { kind: "stray"; rule: string; message: string; raw: Uint8Array }
  /** Close this connection. */
  | { kind: "close"; reason: string };

/** The conversation with an automation software, without I/O: one frame in flight, delivered only on ACK. */
export interface OutputSession {
  /** A connection to the AE came up. */
  connected(now: number): OutputEffect[];
  /** It went down: an alarm in flight comes back as `absent` with its id. */
  disconnected(now: number): OutputEffect[];
  /** Takes bytes from the AE. Never throws. */
  feed(bytes: Uint8Array, now: number): OutputEffect[];
  /** Lets time pass: answer timers, heartbeat. */
  tick(now: number): OutputEffect[];
  /** When {@link tick} wants to be called next; undefined when there is no timer. */
  readonly nextTick: number | undefined;
  /** True when an alarm can be offered now. */
  readonly ready: boolean;
  /** Hands over one alarm; only while {@link ready}. */
  offer(item: OutputItem, now: number): OutputEffect[];
  /**
   * Says what {@link offer} would send, and changes nothing: numbers and times are those that the alarm would have now.
   * Never throws. Absent: the session cannot tell.
   */
  preview?(item: OutputItem, now: number): Written;
}
