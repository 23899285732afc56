/**
 * What is wrong with a simulated panel or its line.
 *
 * @module
 */
import { between, type Chance } from "./seeded_random.ts";
import type { PanelWire } from "./wire.ts";

/** The faults; each may be missing, and all can be combined. */
export interface LineFaults {
  /** Sends one octet at a time. */
  split?: boolean;
  /** Pause between two octets, ms; they are then sent one at a time, too. */
  slowMs?: number;
  /** Sends 1 to 8 octets of garbage before each frame. */
  noise?: boolean;
  /** Every so many frames one has a wrong checksum the first time it is sent. */
  badChecksumEvery?: number;
  /** Does not hear the receiver. */
  ignoreAnswers?: boolean;
  /** Sends each alarm a second time, although it was acknowledged. */
  repeat?: boolean;
  /** Cuts the connection once, behind so many frames. */
  dropAfter?: number;
}

/** How the language's frames are spoiled. */
export interface FrameSpoiler {
  /** Gives a frame a wrong checksum; where the language has none, makes it unreadable. */
  spoil(frame: Uint8Array): Uint8Array;
  /** Octets behind garbage, so that a receiver can know where it ends. */
  readonly noiseEnd: string;
}

/** Longest time that one piece may take to be sent, ms: then the line is stuck. */
const STUCK_MS = 10_000;

/**
 * Puts frames on a wire, with faults. The counts go on over all connections of a panel.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { FaultyLine } from "./line_faults.ts";
 *
 * const sent: number[][] = [];
 * const wire = { peer: "", start() {}, send: async (bytes: Uint8Array) => void sent.push([...bytes]), close: async () => {} };
 * const spoiler = { spoil: () => Uint8Array.of(0), noiseEnd: "" };
 * const line = new FaultyLine({ split: true, badChecksumEvery: 2 }, spoiler, () => 0);
 * assertEquals(await line.send(wire, Uint8Array.of(1, 2), true, () => true), "sent");
 * assertEquals(await line.send(wire, Uint8Array.of(3, 4), true, () => true), "spoiled");
 * assertEquals(sent, [[1], [2], [0]]);
 * ```
 */
export class FaultyLine {
  readonly #faults: LineFaults;
  readonly #spoiler: FrameSpoiler;
  readonly #chance: Chance;
  /** Frames put on the wire, and those of them that are an alarm's first attempt. */
  #frames = 0;
  #first = 0;

  /** @param faults What is wrong. @param spoiler How frames are spoiled. @param chance Where garbage comes from. */
  constructor(faults: LineFaults, spoiler: FrameSpoiler, chance: Chance) {
    this.#faults = faults;
    this.#spoiler = spoiler;
    this.#chance = chance;
  }

  /**
   * Sends a frame.
   *
   * @param wire Where to.
   * @param frame The octets.
   * @param first Whether it is part of an alarm and was not sent before.
   * @param alive Asked between octets whether the wire is still the panel's.
   * @returns `spoiled` when it was sent with a wrong checksum, `cut` when the connection is to be cut now.
   */
  async send(
    wire: PanelWire,
    frame: Uint8Array,
    first: boolean,
    alive: () => boolean,
  ): Promise<"sent" | "spoiled" | "cut"> {
    const { noise, badChecksumEvery = 0, split, slowMs = 0, dropAfter } = this.#faults;
    if (first) this.#first++;
    const spoiled = first && badChecksumEvery > 0 && this.#first % badChecksumEvery === 0;
    const said = spoiled ? this.#spoiler.spoil(frame) : frame;
    const bytes = noise === true ? Uint8Array.of(...this.#noise(), ...said) : said;
    if (split === true || slowMs > 0) {
      for (const [index, octet] of bytes.entries()) {
        if (index > 0 && slowMs > 0) await new Promise((resolve) => setTimeout(resolve, slowMs));
        if (!alive()) return "sent";
        await inTime(wire.send(Uint8Array.of(octet)));
      }
    } else await inTime(wire.send(bytes));
    return ++this.#frames === dropAfter ? "cut" : spoiled ? "spoiled" : "sent";
  }

  /** Octets that begin nothing in a language of text. */
  #noise(): number[] {
    const octets = Array.from(
      { length: between(this.#chance, 1, 8) },
      () => between(this.#chance, 0x80, 0xff),
    );
    return [...octets, ...new TextEncoder().encode(this.#spoiler.noiseEnd)];
  }
}

async function inTime(sending: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("the line takes no more octets: it is stuck")), STUCK_MS);
  try {
    await Promise.race([sending, promise]);
  } finally {
    clearTimeout(timer);
    // What fails after it was given up is nobody's any more.
    sending.catch(() => {});
  }
}
