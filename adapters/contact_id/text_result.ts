/**
 * What reading a textual form of Contact ID gives, and the step all forms share.
 *
 * @module
 */
import { type ContactId, parseContactId } from "./message.ts";

/** The textual forms, by where they come from; panel-formats.md §2.5. */
export type ContactIdForm =
  | "plain"
  | "asterisk"
  | "texecom"
  | "lifesos"
  | "climax"
  | "csv-ip"
  | "envisalink"
  | "sur-gard"
  | "radionics"
  | "bosch-sia"
  | "ademco-685"
  | "fsk7"
  | "adm-cid"
  | "csl"
  | "display";

/** A text that was read. */
export interface ContactIdText {
  ok: true;
  /** The form it has. */
  form: ContactIdForm;
  /** The message; its account is empty where the form carries none. */
  contactId: ContactId;
  /** The checksum digit, verified. */
  checksum?: string;
  /** Zone or user, where the form itself says which. */
  address?: "zone" | "user";
  /** What else the form carries: receiver, line, sequence and so on, as spelled. Never a password. */
  fields: Record<string, string>;
  /** `ambiguous-form`, `checksum-unverified`. */
  flags: string[];
}

/** What reading a text gives. */
export type ContactIdTextResult = ContactIdText | {
  ok: false;
  /** Kebab-case name of the rule. */
  rule: string;
  /** For the technician. */
  message: string;
};

/** Reads one form: undefined when the text does not have it. */
export type FormReader = (text: string) => ContactIdTextResult | undefined;

const LETTERS: Readonly<Record<string, string>> = { E: "1", R: "3", P: "6" };

/**
 * Puts a result together from the fields a form had.
 *
 * @param form The form.
 * @param account Account as the form spells it; may be empty.
 * @param body Message type, qualifier (digit, or `E` new, `R` restore, `P` still present), code, group and zone: 11
 *   characters. Letters per panel-formats.md §2.5, confidence A.
 * @param more What else is known.
 * @returns The result; a refusal when a field is wrong.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { fromFields } from "./text_result.ts";
 *
 * const read = fromFields("sur-gard", "1234", "18E12101001");
 * assert(read.ok);
 * assertEquals(read.contactId.qualifier, 1);
 * ```
 */
export function fromFields(
  form: ContactIdForm,
  account: string,
  body: string,
  more: { fields?: Record<string, string>; flags?: string[]; address?: "zone" | "user" } = {},
): ContactIdTextResult {
  const upper = body.toUpperCase();
  const letter = upper.charAt(2);
  const read = parseContactId(`0000${upper.slice(0, 2)}${LETTERS[letter] ?? letter}${upper.slice(3)}`, {
    letters: "digits",
  });
  if (!read.ok) return read;
  return {
    ok: true,
    form,
    contactId: { ...read.contactId, account },
    ...(more.address === undefined ? {} : { address: more.address }),
    fields: more.fields ?? {},
    flags: more.flags ?? [],
  };
}
