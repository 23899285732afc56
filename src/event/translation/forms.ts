/**
 * What an event becomes in the language of an output, before it is laid out as a line.
 *
 * @module
 */

/** Something an event said that the target language cannot say. */
export interface Loss {
  /**
   * What was lost, kebab-case: `text`, `time`, `sub-kind`, `area`, `zone`, `user`, `device`, `address`, `account`,
   * `account-length`, `status`, `restore`, `units`, `code`.
   */
  what: string;
  /** The same in words, for the engineer at the receiving centre: no whole sentence, so without a full stop. */
  detail: string;
}

/** An event in the target's terms, and what that cost. */
export interface Translated<F> {
  /** The event as the target says it. */
  form: F;
  /** What was lost; empty when nothing was. */
  lost: Loss[];
  /** False: the target's generic code stands for one that has no translation. */
  known: boolean;
}

/** An event as a SIA event block says it. */
export interface SiaForm {
  /** `N` for news, `O` for a condition that was reported before. */
  block: "N" | "O";
  /** Two capital letters. */
  code: string;
  /** The number behind the code: zone, user, door, area, as the code wants it. */
  address?: string;
  /** Modifier `ri`. */
  area?: string;
  /** Modifier `id`: the user, where the address is something else. */
  id?: string;
  /** Modifier `ti`, `hh:mm:ss`. */
  time?: string;
  /** Text behind the event. */
  text?: string;
}

/** An event as Contact ID says it, without account and check digit. */
export interface ContactIdForm {
  /** `18`; `98` says the same to a receiver. */
  messageType: "18" | "98";
  /** `1` new or opening, `3` restore or closing, `6` reported before and still so. */
  qualifier: "1" | "3" | "6";
  /** Three digits. */
  code: string;
  /** Two digits: area; `00` is none. */
  group: string;
  /** Three digits: zone, user or device; `000` is none. */
  zone: string;
}

/** An event as Scancom Fast Format says it, without account. */
export interface ScancomForm {
  /** A digit for each channel, 8 or 16 of them. */
  channels: string;
  /** The status digit. */
  status: string;
}

/** An event as a VdS 2465 state change says it. */
export interface VdsForm {
  /** Message kind [Meldungsart], 0 to 255. */
  messageKind: number;
  /** Device [Gerät], 0 to 15. */
  device: number;
  /** Area [Bereich], 0 to 15. */
  area: number;
  /** Address [Adresse], 0 to 255. */
  address: number;
  /** Address supplement [Adresszusatz], 0 to 255. */
  supplement: number;
  /** Text for a record of type 54. */
  text?: string;
}

/** The form of each target language. */
export interface Forms {
  /** SIA DC-03. */
  "sia": SiaForm;
  /** Contact ID. */
  "contact-id": ContactIdForm;
  /** Scancom Fast Format. */
  "scancom": ScancomForm;
  /** VdS 2465. */
  "vds2465": VdsForm;
}

/** A language that events are translated to. */
export type TargetLanguage = keyof Forms;
