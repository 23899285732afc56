/**
 * How a simulated panel is set.
 *
 * @module
 */

/** Settings of a simulated panel. Each language takes those that mean something in it. */
export interface PanelSettings {
  /** The site's account. */
  account: string;
  /** How long an answer is waited for, ms; the language's own figure when absent. */
  waitMs?: number;
  /** How often a frame is sent; the language's own figure when absent. */
  tries?: number;
  /** Leaves out CR LF behind a message: Contact ID, Fast Format. */
  noLineEnd?: boolean;
  /** SIA: 1, 2 or 3. */
  level?: 1 | 2 | 3;
  /** SIA: puts the time of day in front of each event, by this clock. */
  clock?: () => Date;
  /** SIA: begins like a panel that encrypts. */
  encrypted?: boolean;
  /** Contact ID, Fast Format: how messages are put on the line. */
  form?: string;
  /** Fast Format: channels of a message, 8, 16, 24 or 32. */
  channels?: number;
  /** Texecom, DC-09: polls or supervises, about so often, ms. */
  pollMs?: number;
  /** DC-09: a key; VdS 2465 over TCP: its number, `:` and the key. */
  key?: string;
  /** Each frame is a datagram. */
  datagram?: boolean;
  /** Random octets for encryption. */
  random?: (octets: number) => Uint8Array;
}

/** Names of the settings that only some languages take. */
export type PanelSetting =
  | "noLineEnd"
  | "level"
  | "clock"
  | "encrypted"
  | "form"
  | "channels"
  | "pollMs"
  | "key"
  | "datagram";
