/** Octets of a key in a row that count as shown: far beyond chance, and less than half of an AES-128 key's strength. */
const SHOWN = 8;

/** A way in which a key can be written, and how text is made comparable with it. */
interface Form {
  name: string;
  prepare: (latin1: string) => string;
  /** Texts of which none may occur. */
  needles: (key: Uint8Array) => string[];
}

/** Every run of `SHOWN` octets. */
function runs(key: Uint8Array): Uint8Array[] {
  return Array.from({ length: key.length - SHOWN + 1 }, (_, i) => key.subarray(i, i + SHOWN));
}

function latin1(octets: Uint8Array): string {
  return new TextDecoder("latin1").decode(octets);
}

/** Octets as they come out of a decoder for Latin-1 and stand in UTF-8 or JSON, back as characters. */
function unescaped(text: string): string {
  return text.replaceAll(/\\u00([0-9a-fA-F]{2})|\\x([0-9a-fA-F]{2})|%([0-9a-fA-F]{2})/g, (_, ...groups) => {
    const digits = groups.slice(0, 3).find((group) => group !== undefined);
    return String.fromCharCode(parseInt(digits, 16));
  });
}

/** Latin-1 as the web knows it is Windows-1252: this gives one character per octet, as they are. */
function characters(octets: Uint8Array): string {
  return Array.from(octets, (octet) => String.fromCharCode(octet)).join("");
}

const FORMS: Form[] = [
  {
    name: "hex",
    prepare: (text) => text.toLowerCase(),
    needles: (key) => runs(key).map((run) => run.toHex()),
  },
  {
    name: "hex in groups",
    prepare: (text) => text.toLowerCase().replaceAll(/0x|\\x|[\s:,.-]/g, ""),
    needles: (key) => runs(key).map((run) => run.toHex()),
  },
  { name: "raw octets", prepare: (text) => text, needles: (key) => runs(key).map(characters) },
  { name: "escaped octets", prepare: unescaped, needles: (key) => runs(key).map(characters) },
  {
    name: "octets as UTF-8",
    prepare: (text) => text,
    needles: (key) => runs(key).map((run) => characters(new TextEncoder().encode(characters(run)))),
  },
  {
    name: "octets as Windows-1252 in UTF-8",
    prepare: (text) => text,
    needles: (key) => runs(key).map((run) => characters(new TextEncoder().encode(latin1(run)))),
  },
  {
    name: "decimal",
    prepare: (text) => `,${text.replaceAll(/"\d+":|\s/g, "").replaceAll(/[^\d,]/g, ",")},`,
    needles: (key) => runs(key).map((run) => `,${run.join(",")},`),
  },
  {
    name: "base64",
    prepare: (text) => text.replaceAll("-", "+").replaceAll("_", "/"),
    // Where the key begins within a group of three octets changes every character: each of the three is looked for.
    needles: (key) =>
      [0, 1, 2].flatMap((before) => {
        const text = new Uint8Array([...new Uint8Array(before), ...key]).toBase64({ omitPadding: true });
        const whole = text.slice(before === 0 ? 0 : before + 1, Math.floor((before + key.length) * 8 / 6));
        return Array.from({ length: whole.length - 11 }, (_, i) => whole.slice(i, i + 12));
      }),
  },
];

/**
 * Looks for keys, whole or in part, in everything a program let out.
 *
 * @param octets What it let out.
 * @param keys The keys.
 * @returns The forms in which a part of a key was found; empty when none was.
 */
export function keysShown(octets: Uint8Array, keys: readonly Uint8Array[]): string[] {
  const text = characters(octets);
  return FORMS.filter(({ prepare, needles }) => {
    const prepared = prepare(text);
    return keys.some((key) => needles(key).some((needle) => prepared.includes(needle)));
  }).map(({ name }) => name);
}
