/**
 * Listens for Contact ID, as digits and as text.
 *
 * @module
 */
import type { Refusal } from "../../adapters/contract.ts";
import {
  type ContactId,
  ContactIdFramer,
  contactIdQuirks,
  ContactIdTextFramer,
} from "../../adapters/contact_id/mod.ts";
import { matchQuirk } from "../../adapters/quirk.ts";
import { contactIdCode } from "../event/tables/contact_id.ts";
import { type Hearing, hearing } from "./hearing.ts";
import type { Score } from "./score.ts";

/** Digits of an account where nothing else is set. */
const USUAL_ACCOUNT = 4;

/**
 * Makes the hearing for plain digits: `1234181131010158`. Source: panel-formats.md §2.
 *
 * @param score Where to keep score.
 * @returns The hearing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { contactIdDigitsHearing } from "./contact_id_hearing.ts";
 * import { Score } from "./score.ts";
 *
 * const score = new Score("contact-id", {}, true);
 * contactIdDigitsHearing(score).feed(new TextEncoder().encode("1234181131010158\r\n"), undefined);
 * assertEquals([...score.accounts.keys()], ["1234"]);
 * ```
 */
export function contactIdDigitsHearing(score: Score): Hearing {
  return hearing(score, new ContactIdFramer(), {
    frame({ frame, raw }) {
      lookAtMessage(score, frame.contactId, frame.checksum !== undefined, raw.length, 0);
      if (frame.contactId.account.length !== USUAL_ACCOUNT) {
        score.settings["account_digits"] = frame.contactId.account.length;
        findLongAccount(score, frame.contactId.account.length);
      }
      return true;
    },
    refusal: (item) => lookAtRefusal(score, item),
  });
}

/**
 * Makes the hearing for the textual forms: printed lines, brackets, receivers' lines. Source: panel-formats.md §2.5.
 *
 * @param score Where to keep score.
 * @returns The hearing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { contactIdTextHearing } from "./contact_id_hearing.ts";
 * import { Score } from "./score.ts";
 *
 * const score = new Score("contact-id", { form: "text" }, true);
 * contactIdTextHearing(score).feed(new TextEncoder().encode("[CID2 181401010012843]"), undefined);
 * assertEquals([score.frames, score.quirk], [1, "climax"]);
 * ```
 */
export function contactIdTextHearing(score: Score): Hearing {
  let first = true;
  return hearing(score, new ContactIdTextFramer(), {
    frame({ frame, raw }) {
      if (first) score.quirk ??= matchQuirk(contactIdQuirks, raw)?.name;
      first = false;
      const { form, contactId, checksum } = frame.text;
      score.kind(`${form} form`);
      // Brackets, blanks and words in their places are worth something; bare digits and Texecom's lines are
      // other hearings'.
      lookAtMessage(
        score,
        contactId,
        checksum !== undefined,
        raw.length,
        form === "plain" ? 0 : form === "texecom" ? -5 : 5,
      );
      return true;
    },
    refusal: (item) => lookAtRefusal(score, item),
  });
}

function lookAtMessage(
  score: Score,
  message: ContactId,
  checksum: boolean,
  octets: number,
  form: number,
): void {
  const known = contactIdCode(message.code) !== undefined;
  score.frame(octets, (checksum ? 8 : 2) + (known ? 3 : 0) + form);
  score.events++;
  if (message.account === "") {
    score.find({
      rule: "no-account",
      fault: "account",
      weight: "warn",
      what: "the messages carry no account",
      todo: "Set account = in the input below, one port for each panel",
    });
  } else score.account(message.account);
  if (!checksum) {
    score.find({
      rule: "no-checksum",
      fault: "nothing",
      weight: "note",
      what: "messages without a checksum: a digit that changes on the way is not noticed",
      todo: "",
    });
  }
}

function findLongAccount(score: Score, digits: number): void {
  score.find({
    rule: "account-digits",
    fault: "account",
    weight: "warn",
    what: `the account has ${digits} digits, where Contact ID has 4`,
    todo: `Set account_digits = ${digits} in the input, as below, or 4 digits in the panel`,
  });
}

function lookAtRefusal(score: Score, { rule, message, raw }: Refusal): void {
  const text = String.fromCharCode(...raw).replaceAll(/[ \t\r\n]/g, "");
  // A message type in its place, and a qualifier behind it: meant to be one.
  const near = /^[0-9A-F]{4,6}(18|98)[136][0-9A-F]{8,9}$/i.test(text) ? 10 : 0;
  score.refuse(near, raw.length);
  const weight = score.frames > 0 ? "warn" : "stop";
  if (rule === "wrong-checksum" || rule === "wrong-tail") {
    return score.find({
      rule,
      fault: "wiring",
      weight,
      what: "the checksum of messages is wrong: a digit changed or got lost on the way",
      todo:
        "Check line level, cable and the dialler-capture board. If every message fails, its letters are meant another way, or " +
        "the account has not 4 digits",
    });
  }
  if (rule === "missing-checksum" || rule === "truncated" || (rule === "wrong-length" && near > 0)) {
    return score.find({
      rule,
      fault: "wiring",
      weight,
      what: "messages break off, or lost a digit",
      todo: "Check the cable and the dialler-capture board: digits get lost",
    });
  }
  score.find({ rule, fault: "protocol", weight, what: message, todo: "" });
}
