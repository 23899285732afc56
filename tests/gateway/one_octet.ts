/** An output language that is easy to play, for tests of what stands around the languages. */
import type { OutputEffect, OutputItem, OutputSession } from "../../adapters/contract.ts";

/** A language of one octet: `A` takes, `N` refuses for good. */
export class OneOctet implements OutputSession {
  readonly offered: OutputItem[] = [];
  ticks = 0;
  nextTick: number | undefined;
  #up = false;
  #inFlight: string | undefined;

  connected(): OutputEffect[] {
    this.#up = true;
    return [{ kind: "present" }];
  }
  disconnected(): OutputEffect[] {
    this.#up = false;
    const id = this.#inFlight;
    this.#inFlight = undefined;
    return [{ kind: "absent", rule: "gone", message: "the AE is gone", ...(id === undefined ? {} : { id }) }];
  }
  feed(bytes: Uint8Array): OutputEffect[] {
    return [...bytes].map((octet): OutputEffect => {
      const id = this.#inFlight;
      if (id === undefined || (octet !== 0x41 && octet !== 0x4e)) {
        return { kind: "stray", rule: "stray-octet", message: "?", raw: bytes };
      }
      this.#inFlight = undefined;
      return octet === 0x41
        ? { kind: "delivered", id }
        : { kind: "refused", id, rule: "nak-limit", message: "refused three times" };
    });
  }
  tick(): OutputEffect[] {
    this.ticks++;
    return [];
  }
  get ready(): boolean {
    return this.#up && this.#inFlight === undefined;
  }
  offer(item: OutputItem): OutputEffect[] {
    this.offered.push(item);
    this.#inFlight = item.id;
    const bytes = new TextEncoder().encode(`${item.id}\n`);
    return [{ kind: "sent", id: item.id, line: item.id, attempt: 1 }, { kind: "send", bytes }];
  }
}
