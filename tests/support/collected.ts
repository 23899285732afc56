import { assertEquals } from "@std/assert";
import type { Child } from "./child.ts";
import { keysShown } from "./key_search.ts";

/** Everything that was let out, by where it came out. */
export class Collected {
  readonly #parts = new Map<string, Uint8Array[]>();

  /** Keeps octets that came out. */
  add(where: string, octets: Uint8Array): void {
    this.#parts.getOrInsert(where, []).push(octets);
  }

  /** Keeps what a program wrote. */
  addChild(where: string, child: Child): void {
    this.add(`${where}, standard output`, child.octets("out"));
    this.add(`${where}, standard error`, child.octets("err"));
  }

  /** Asks a page and keeps status line, headers and body. */
  async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const answer = await fetch(url, init);
    const head = [answer.status, answer.statusText, ...[...answer.headers].flat()].join("\n");
    this.add(`${init.method ?? "GET"} ${url}`, new TextEncoder().encode(head));
    this.add(`${init.method ?? "GET"} ${url}`, new Uint8Array(await answer.clone().arrayBuffer()));
    return answer;
  }

  /** Fails when a part of a key is in what came out anywhere. */
  holdsNone(keys: readonly Uint8Array[]): void {
    for (const [where, chunks] of this.#parts) {
      assertEquals(keysShown(Uint8Array.from(chunks.flatMap((chunk) => [...chunk])), keys), [], where);
    }
  }

  /** How much was kept. */
  size(where: string): number {
    return (this.#parts.get(where) ?? []).reduce((sum, { length }) => sum + length, 0);
  }
}

/** A way between SPT and RCT that keeps each datagram; the SPT has to be told its port. */
export function tap(rctPort: number, collected: Collected): { port: number; close: () => Promise<void> } {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  let spt: Deno.Addr | undefined;
  const loop = (async () => {
    for await (const [octets, from] of socket) {
      const { port } = from as Deno.NetAddr;
      if (port !== rctPort) spt = from;
      collected.add(port === rctPort ? "UDP, RCT to SPT" : "UDP, SPT to RCT", octets.slice());
      const to = port === rctPort ? spt : { transport: "udp" as const, hostname: "127.0.0.1", port: rctPort };
      if (to !== undefined) await socket.send(octets, to);
    }
  })();
  return {
    port: (socket.addr as Deno.NetAddr).port,
    close: async () => {
      socket.close();
      await loop;
    },
  };
}
