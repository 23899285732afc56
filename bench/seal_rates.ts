/** How many datagrams of the IP protocol a core seals and opens, beside the cipher and the hash alone. */
import { createCipheriv, createHash } from "node:crypto";
import { cbc } from "@noble/ciphers/aes.js";
import { reconstructed2020 } from "../src/ip/profile.ts";
import { maxData, open, prepareKeys, seal } from "../src/ip/seal.ts";
import { type Figures, rate, rounded } from "./figures.ts";

/** Octets that are encrypted; the datagram is 4 octets longer, as the connection handle stays in clear. */
const SIZES = [64, 128, 256];
const ROUNDS = 3;
const BATCH = 200;
/** Header without the handle, and hash: what the region holds beside the data. */
const OVERHEAD = 26 + 32;
const HASH_OCTETS = 32;
const KEY = new Uint8Array(32).fill(0x5a);
const IV = new Uint8Array(16);
/** Nothing is padded: the sizes are exact, and no randomness is in the figures. */
const PROFILE = { ...reconstructed2020, values: { ...reconstructed2020.values, minRegion: 0 } };
const HEADER = {
  handle: 7,
  deviceId: new Uint8Array(16).fill(1),
  tx: 1,
  rx: 1,
  flags: 0,
  version: 1,
  messageId: 0x30,
};

const WAYS = [
  { encryption: "aes-128", hash: "sha-256", name: "aes128_sha256" },
  { encryption: "aes-256", hash: "sha-256", name: "aes256_sha256" },
  { encryption: "aes-128", hash: "ripemd-256", name: "aes128_ripemd256" },
] as const;

/**
 * Measures sealing and opening at three sizes, and in the same run what they are made of: AES-CBC and SHA-256
 * from node:crypto, one cipher and one hash object per message, over as many octets as the datagram has them
 * encrypted and hashed, and AES-CBC of the library that seals. Each figure is the best of three rounds.
 *
 * `seal_per_ceiling_N` sets sealing with AES-256 and SHA-256 against node:crypto doing the one after the other.
 *
 * @param ms Length of one measurement.
 * @returns Messages per second and core, by way and encrypted octets.
 */
export function sealRates(ms: number): Figures {
  const works = SIZES.flatMap((size) => [...sealAndOpen(size), ...ceilings(size)]);
  const best: Figures = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, work] of works) {
      const perSecond = rate(ms, () => {
        for (let i = 0; i < BATCH; i++) work();
        return BATCH;
      });
      best[name] = Math.max(best[name] ?? 0, perSecond);
    }
  }
  const figures = Object.fromEntries(Object.entries(best).map(([name, value]) => [name, rounded(value)]));
  for (const size of SIZES) {
    const ceiling = 1 / (1 / best[`aes256_cbc_${size}_per_s`]! + 1 / best[`sha256_${size}_per_s`]!);
    figures[`seal_per_ceiling_${size}`] = rounded(best[`seal_aes256_sha256_${size}_per_s`]! / ceiling);
  }
  return figures;
}

type Work = [name: string, work: () => void];

function sealAndOpen(size: number): Work[] {
  const data = new Uint8Array(size - OVERHEAD).fill(0x41);
  if (data.length > maxData(PROFILE)) throw new RangeError(`${size} octets do not fit a datagram`);
  const noPadding = (n: number): Uint8Array => {
    throw new RangeError(`${n} octets of padding in a datagram that was to have none`);
  };
  return WAYS.flatMap(({ encryption, hash, name }): Work[] => {
    const keys = prepareKeys({ encryption, key: KEY, hash });
    const datagram = seal(PROFILE, keys, HEADER, data, noPadding);
    return [
      [`seal_${name}_${size}_per_s`, () => void seal(PROFILE, keys, HEADER, data, noPadding)],
      [`open_${name}_${size}_per_s`, () => {
        if (!open(PROFILE, keys, datagram).ok) throw new Error("a datagram of our own did not open");
      }],
    ];
  });
}

function ceilings(size: number): Work[] {
  const region = new Uint8Array(size).fill(0x41);
  const hashed = new Uint8Array(4 + size - HASH_OCTETS).fill(0x41);
  const ciphers = ([["aes128", 16], ["aes256", 32]] as const).flatMap(([name, octets]): Work[] => {
    const key = KEY.subarray(0, octets);
    return [
      [`${name}_cbc_${size}_per_s`, () => {
        const cipher = createCipheriv(`aes-${octets * 8}-cbc`, key, IV).setAutoPadding(false);
        cipher.update(region);
        cipher.final();
      }],
      [`${name}_cbc_noble_${size}_per_s`, () => void cbc(key, IV, { disablePadding: true }).encrypt(region)],
    ];
  });
  return [...ciphers, [`sha256_${size}_per_s`, () => void createHash("sha256").update(hashed).digest()]];
}
