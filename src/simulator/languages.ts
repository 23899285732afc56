/**
 * The languages that a simulated panel can speak.
 *
 * @module
 */
import { ContactIdSender, type ContactIdSenderForm } from "../../adapters/contact_id/sender.ts";
import type { OutputSession } from "../../adapters/contract.ts";
import { dc09Keys } from "../../adapters/dc09/key.ts";
import { Dc09Sender } from "../../adapters/dc09/sender.ts";
import { ScancomSender, type ScancomSenderOptions } from "../../adapters/scancom/sender.ts";
import { SiaSender } from "../../adapters/sia/sender.ts";
import { TEXECOM_END, TexecomSender } from "../../adapters/texecom/sender.ts";
import { Vds2465SerialSender } from "../../adapters/vds2465/serial_sender.ts";
import { Vds2465TcpSender } from "../../adapters/vds2465/tcp_sender.ts";
import { ContactIdSite } from "./contact_id_site.ts";
import { EitherSite } from "./either_site.ts";
import type { FrameSpoiler } from "./line_faults.ts";
import type { PanelSetting, PanelSettings } from "./panel_settings.ts";
import { ScancomSite } from "./scancom_site.ts";
import { SiaSite } from "./sia_site.ts";
import type { SimulatedSite } from "./site.ts";
import { flipOctet, lastDigitWrong, unreadable } from "./spoil.ts";
import { Vds2465Site } from "./vds2465_site.ts";

/** A language of simulated panels. */
export interface SimulatedLanguage extends FrameSpoiler {
  /** What it is, in a few words. */
  readonly about: string;
  /** An alarm in its words, for help. */
  readonly example: string;
  /** The account when none is given. */
  readonly account: string;
  /** Settings that mean something in it, beside the account, the wait and the tries. */
  readonly takes: readonly PanelSetting[];
  /** Starts a site. */
  site(account: string, settings?: Pick<PanelSettings, "clock" | "channels">): SimulatedSite;
  /** Starts a panel. @throws {RangeError} When a setting has no such value. */
  sender(settings: PanelSettings): OutputSession;
  /** What the panel says before it ends the connection. */
  readonly goodbye?: Uint8Array;
}

const CONTACT_ID_FORMS: readonly ContactIdSenderForm[] = [
  "plain",
  "climax",
  "csv-ip",
  "sur-gard",
  "radionics",
  "ademco-685",
];
const SCANCOM_FORMS: readonly NonNullable<ScancomSenderOptions["form"]>[] = [
  "plain",
  "sur-gard",
  "ademco-685",
  "bosch-sia",
];

/**
 * Every language by its name, which is the one that configurations use.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { simulatedLanguages } from "./languages.ts";
 *
 * const sender = simulatedLanguages["contact-id"]?.sender({ account: "1234" });
 * sender?.connected(0);
 * assertEquals(sender?.ready, true);
 * ```
 */
export const simulatedLanguages: Readonly<Record<string, SimulatedLanguage>> = {
  "sia": {
    about: "SIA DC-03 blocks, as Galaxy sends them",
    example: "BA:3@1 Front door",
    account: "1234",
    takes: ["level", "clock", "encrypted"],
    site: (account, settings) => new SiaSite(account, settings?.clock),
    sender: ({ level, encrypted, ...rest }) =>
      new SiaSender({ ...figures(rest), ...given("level", level), ...given("encrypted", encrypted) }),
    spoil: (frame) => flipOctet(frame, frame.length - 1),
    noiseEnd: "",
  },
  "contact-id": {
    about: "Contact ID as digits, or in a textual form",
    example: "130:3@1",
    account: "1234",
    takes: ["noLineEnd", "form"],
    site: (account) => new ContactIdSite(account),
    sender: ({ noLineEnd, form = "plain", ...rest }) =>
      new ContactIdSender({
        ...figures(rest),
        form: oneOf(form, CONTACT_ID_FORMS),
        ...(noLineEnd === true ? { lineEnd: "" as const } : {}),
      }),
    spoil: lastDigitWrong,
    noiseEnd: "\r\n",
  },
  "texecom": {
    about: "Texecom's TCP wrapper, with Contact ID or SIA in it",
    example: "130:3@1",
    account: "1234",
    takes: ["pollMs"],
    site: (account) => new EitherSite(new ContactIdSite(account), new SiaSite(account)),
    sender: ({ account, pollMs, ...rest }) =>
      new TexecomSender({
        ...figures(rest),
        ...(pollMs === undefined ? {} : { poll: { account, everyMs: pollMs } }),
      }),
    // Behind the last block with data stand the end of data and CR LF.
    spoil: (frame) => frame[0] === 0x33 ? flipOctet(frame, frame.length - 6) : lastDigitWrong(frame),
    noiseEnd: "\r\n",
    goodbye: TEXECOM_END,
  },
  "scancom": {
    about: "Scancom Fast Format",
    example: "3",
    account: "1234",
    takes: ["noLineEnd", "form", "channels"],
    site: (account, settings) => new ScancomSite(account, settings?.channels),
    sender: ({ noLineEnd, form = "plain", ...rest }) =>
      new ScancomSender({
        ...figures(rest),
        form: oneOf(form, SCANCOM_FORMS),
        ...(noLineEnd === true ? { lineEnd: "" as const } : {}),
      }),
    spoil: unreadable,
    noiseEnd: "\r\n",
  },
  "dc09": {
    about: "SIA DC-09 over TCP or UDP, with SIA or Contact ID in it",
    example: "BA:3@1 Front door",
    account: "1234",
    takes: ["key", "datagram", "pollMs"],
    site: (account) => new EitherSite(new SiaSite(account), new ContactIdSite(account)),
    sender: ({ account, waitMs, tries, pollMs, key, datagram, random }) =>
      new Dc09Sender({
        account,
        ...given("waitMs", waitMs),
        ...given("tries", tries),
        ...given("supervisionMs", pollMs),
        ...given("datagram", datagram),
        ...(key === undefined ? {} : { sealing: { key: dc09Key(key), random: needed(random) } }),
      }),
    // LF, then the four digits of the CRC.
    spoil: (frame) => {
      const spoiled = frame.slice();
      spoiled[4] = spoiled[4] === 0x30 ? 0x31 : 0x30;
      return spoiled;
    },
    noiseEnd: "",
  },
  "vds2465-serial": {
    about: "VdS 2465 in FT1.2 frames, as on a serial line",
    example: "22:3@1",
    account: "123456",
    takes: [],
    site: (account) => new Vds2465Site(account),
    sender: ({ account, waitMs, tries }) =>
      new Vds2465SerialSender({ ident: account, ...given("waitMs", waitMs), ...given("tries", tries) }),
    // The checksum stands before the end octet.
    spoil: (frame) => flipOctet(frame, frame.length - 2),
    noiseEnd: "",
  },
  "vds2465-tcp": {
    about: "VdS 2465 over TCP; the receiving centre speaks first",
    example: "22:3@1",
    account: "123456",
    takes: ["key"],
    site: (account) => new Vds2465Site(account),
    sender: ({ account, waitMs, key, random }) =>
      new Vds2465TcpSender({
        ident: account,
        ...given("acknowledgeMs", waitMs),
        ...given("random", random),
        ...(key === undefined ? {} : { key: numberedKey(key) }),
      }),
    spoil: (frame) => flipOctet(frame, frame.length - 1),
    noiseEnd: "",
  },
};

function given<K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : { [name]: value } as Record<K, V>;
}

function figures(
  { waitMs, tries }: Pick<PanelSettings, "waitMs" | "tries">,
): { waitMs?: number; tries?: number } {
  return { ...given("waitMs", waitMs), ...given("tries", tries) };
}

function oneOf<T extends string>(form: string, forms: readonly T[]): T {
  const found = forms.find((each) => each === form);
  if (found === undefined) throw new RangeError(`form "${form}": expected ${forms.join(", ")}`);
  return found;
}

function dc09Key(text: string) {
  const read = dc09Keys(text);
  const [key] = read.ok ? read.keys : [];
  if (key === undefined) throw new RangeError(read.ok ? "no key" : read.message);
  return key;
}

function numberedKey(text: string): { number: number; key: string } {
  const found = /^(\d{1,5}):([0-9A-Fa-f]{32})$/.exec(text);
  const number = Number(found?.[1]);
  if (found === null || number < 1 || number > 65_534) {
    throw new RangeError("key: expected its number, 1 to 65534, a colon and 32 hexadecimal digits");
  }
  return { number, key: found[2] ?? "" };
}

function needed<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError("random octets are needed for encryption");
  return value;
}
