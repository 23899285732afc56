/**
 * A process that uses a key store, for tests. Arguments: what to do, the file, and:
 *
 * - `open`: nothing. Prints `opened`, or the rule and the message.
 * - `write FIRST COUNT`: puts COUNT devices from the number FIRST on, and prints each number once it is stored.
 * - `complete up|down COUNT HANDLE`: tries to complete the window opened at 5 of devices 0 to COUNT - 1, in that order,
 *   with handles from HANDLE on, and prints the number of each device where it did.
 *
 * @module
 */
import { KeyStoreError } from "../../src/keys/key_store_error.ts";
import { idOf, master, open } from "./samples.ts";

const [task = "", path = "", ...rest] = Deno.args;

function print(text: unknown): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

try {
  using store = open(path);
  if (task === "open") print(`opened ${store.devices().length}`);
  if (task === "write") {
    const first = Number(rest[0]);
    for (let n = first; n < first + Number(rest[1]); n++) {
      if (store.put(idOf(n), master(n + 1))) print(n);
    }
  }
  if (task === "complete") {
    const count = Number(rest[1]);
    for (let i = 0; i < count; i++) {
      const n = rest[0] === "up" ? i : count - 1 - i;
      if (store.complete(idOf(n), 5, master(Number(rest[2]) + n))) print(n);
    }
  }
} catch (error) {
  if (!(error instanceof KeyStoreError)) throw error;
  print(`${error.rule}: ${error.message}`);
}
