/**
 * What a simulated panel is told to do, and what it tells.
 *
 * @module
 */
import type { LineFaults } from "./line_faults.ts";
import type { PanelSettings } from "./panel_settings.ts";
import type { PanelStep } from "./script.ts";
import type { PanelWire } from "./wire.ts";

/** What `simulatePanel` is told. */
export interface PanelSimulation {
  /** Name of the language; see `simulatedLanguages`. */
  language: string;
  /** Connects to the receiver; called again when the connection was lost. */
  connect: () => Promise<PanelWire>;
  /** What the panel does, in order. */
  steps: readonly PanelStep[];
  /** How it is set. The account is that of the language when absent. */
  settings?: Partial<PanelSettings>;
  /** What is wrong with it. */
  faults?: LineFaults;
  /** Seed of random alarms and of garbage: the same does the same again. @default {1} */
  seed?: number;
  /** How often it connects for one alarm, the first time included. @default {4} */
  connections?: number;
  /** Pause before it connects again, ms. @default {500} */
  reconnectMs?: number;
}

/** What happened. `alarm` counts the alarms from 1. */
export type PanelEvent =
  | { kind: "connected"; peer: string }
  | { kind: "disconnected"; reason: string }
  /** It could not connect. */
  | { kind: "no-connection"; message: string }
  /** A frame of an alarm goes out, for the `attempt`-th time on this connection. */
  | { kind: "sent"; alarm: number; line: string; attempt: number }
  /** The frame that went out last was spoiled. */
  | { kind: "spoiled"; alarm: number }
  | { kind: "acknowledged"; alarm: number; ms: number }
  /** The receiver refused it, or it cannot be said. */
  | { kind: "refused"; alarm: number; rule: string; message: string }
  /** Nobody acknowledged it, and the panel gave up. */
  | { kind: "unanswered"; alarm: number; rule: string; message: string }
  /** Bytes from the receiver that mean nothing. */
  | { kind: "stray"; rule: string; message: string };

/** What came of it. */
export interface PanelSummary {
  /** Alarms: each is acknowledged, refused or unanswered. */
  sent: number;
  /** Acknowledged by the receiver. */
  acknowledged: number;
  /** Refused by the receiver up to the limit, or not sayable. */
  refused: number;
  /** Given up without an answer. */
  unanswered: number;
  /** Frames of alarms sent again. */
  repeated: number;
  /** Connections made. */
  connections: number;
}
