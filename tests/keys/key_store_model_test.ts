import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { SecretKey } from "../../src/keys/secret_key.ts";
import type { DeviceKeys } from "../../src/keys/device_keys.ts";
import type { KeyStore } from "../../src/keys/key_store.ts";
import { KeyStoreError } from "../../src/keys/key_store_error.ts";
import { idOf, inFolder, master, newKey, open } from "./samples.ts";

/** What the store should hold: as little as can be, written independently of it. */
interface Device {
  sets: { handle: number; key: string; proved: boolean }[];
  window?: { openedAt: number; until: number; secret: string };
  revokedAt?: number;
}

type Operation =
  | { kind: "open"; id: number; openedAt: number; length: number }
  | { kind: "close" | "reopen"; id: number }
  | { kind: "complete"; id: number; openedAt: number; handle: number; now: number }
  | { kind: "put"; id: number; handle: number; key: 0 | 1; how: "secret" | "config" }
  | { kind: "confirm"; id: number; handle: number }
  | { kind: "revoke"; id: number; now: number };

const id = fc.integer({ min: 0, max: 2 });
const handle = fc.integer({ min: 1, max: 5 });
const time = fc.integer({ min: 0, max: 4 });
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    kind: fc.constant("open" as const),
    id,
    openedAt: time,
    length: fc.integer({ min: 2, max: 4 }),
  }),
  fc.record({ kind: fc.constant("complete" as const), id, openedAt: time, handle, now: time }),
  fc.record({
    kind: fc.constant("put" as const),
    id,
    handle,
    key: fc.constantFrom(0 as const, 1 as const),
    how: fc.constantFrom("secret" as const, "config" as const),
  }),
  fc.record({ kind: fc.constant("confirm" as const), id, handle }),
  fc.record({ kind: fc.constantFrom("close" as const, "reopen" as const), id }),
  fc.record({ kind: fc.constant("revoke" as const), id, now: time }),
);

class Model {
  readonly devices = new Map<number, Device>();

  taken(handle: number, except?: number): boolean {
    return Array.from(this.devices).some(([n, { sets }]) =>
      n !== except && sets.some((set) => set.handle === handle)
    );
  }

  open(n: number, openedAt: number, length: number, secret: string): number {
    const before = this.devices.get(n) ?? { sets: [] };
    const named = before.window?.openedAt === openedAt ? openedAt + 1 : openedAt;
    this.devices.set(n, { sets: before.sets, window: { openedAt: named, until: openedAt + length, secret } });
    return named;
  }

  close(n: number): boolean {
    const device = this.devices.get(n);
    if (device?.window === undefined) return false;
    delete device.window;
    if (device.sets.length === 0) this.devices.delete(n);
    return true;
  }

  complete(n: number, openedAt: number, handle: number, now: number, key: string): boolean | "handle-taken" {
    const device = this.devices.get(n);
    if (device?.window?.openedAt !== openedAt || now >= device.window.until) return false;
    if (this.taken(handle, n)) return "handle-taken";
    delete device.window;
    this.#add(device, handle, key);
    return true;
  }

  put(n: number, handle: number, key: string, how: string): boolean | "handle-taken" {
    const device = this.devices.get(n) ?? { sets: [] };
    if (device.revokedAt !== undefined) return false;
    const known = device.sets.some((set) => set.handle === handle && set.key === key);
    if (!known && this.taken(handle, n)) return "handle-taken";
    if (how === "secret") delete device.window;
    if (!known) this.#add(device, handle, key);
    this.devices.set(n, device);
    return true;
  }

  confirm(n: number, handle: number): boolean {
    const device = this.devices.get(n);
    if (device?.sets[0]?.handle !== handle) return false;
    device.sets = [{ ...device.sets[0], proved: true }];
    return true;
  }

  revoke(n: number, now: number): void {
    if (this.devices.get(n)?.revokedAt === undefined) this.devices.set(n, { sets: [], revokedAt: now });
  }

  #add(device: Device, handle: number, key: string): void {
    const others = device.sets.filter((set) => set.handle !== handle);
    const proved = others.filter((set) => set.proved);
    device.sets = [{ handle, key, proved: false }, ...(proved.length > 0 ? proved : others).slice(0, 1)];
  }
}

function hex(key: SecretKey): string {
  return key.octets().toHex();
}

function asModel({ masters, pending, revokedAt }: DeviceKeys): Device {
  return {
    sets: masters.map(({ masterHandle, key, proved }) => ({ handle: masterHandle, key: hex(key), proved })),
    ...(pending?.method === "secret"
      ? { window: { openedAt: pending.openedAt, until: pending.until, secret: hex(pending.secret) } }
      : {}),
    ...(revokedAt === undefined ? {} : { revokedAt }),
  };
}

function orRule<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    if (error instanceof KeyStoreError) return error.rule;
    throw error;
  }
}

/** Keys of `put`, by what is written in the operation. */
const PUT_KEYS = [newKey(), newKey()] as const;

/** Does the operation with both, and compares the answers. */
function perform(op: Operation, store: KeyStore, model: Model): void {
  const device = idOf(op.id);
  switch (op.kind) {
    case "open": {
      const secret = newKey();
      const until = op.openedAt + op.length;
      return assertEquals(
        store.openWindow(device, { method: "secret", secret, openedAt: op.openedAt, until }),
        model.open(op.id, op.openedAt, op.length, hex(secret)),
      );
    }
    case "close":
      return assertEquals(store.closeWindow(device), model.close(op.id));
    case "complete": {
      const set = master(op.handle, { since: op.now });
      return assertEquals<unknown>(
        orRule(() => store.complete(device, op.openedAt, set)),
        model.complete(op.id, op.openedAt, op.handle, op.now, hex(set.key)),
      );
    }
    case "put": {
      const key = PUT_KEYS[op.key];
      return assertEquals<unknown>(
        orRule(() => store.put(device, master(op.handle, { key, how: op.how }))),
        model.put(op.id, op.handle, hex(key), op.how),
      );
    }
    case "confirm":
      return assertEquals(store.confirm(device, op.handle), model.confirm(op.id, op.handle));
    case "revoke":
      store.revoke(device, op.now);
      return model.revoke(op.id, op.now);
    case "reopen":
      return;
  }
}

Deno.test("KeyStore: any operations, in two processes and with restarts, do what a Map would", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(operation, fc.boolean()), { minLength: 1, maxLength: 40 }),
      (operations) =>
        inFolder((path) => {
          let [store, other] = [open(path), open(path)];
          const model = new Model();
          for (const [op, second] of operations) {
            if (op.kind === "reopen") {
              store.close();
              store = open(path);
            }
            const before = structuredClone(model.devices);
            const versions = [store.version, other.version];
            perform(op, second ? other : store, model);
            const expected = Array.from(model.devices).sort(([a], [b]) => a - b);
            for (const reader of [store, other]) {
              assertEquals(reader.devices().map(({ deviceId }) => deviceId), expected.map(([n]) => idOf(n)));
              assertEquals(reader.devices().map(asModel), expected.map(([, device]) => device));
              assertEquals(reader.damaged(), []);
            }
            for (let n = 1; n <= 5; n++) assertEquals(other.handleTaken(n), model.taken(n));
            try {
              assertEquals(before, model.devices);
            } catch {
              assert(
                store.version !== versions[0] && other.version !== versions[1],
                "a change without a version",
              );
            }
          }
          store.close();
          other.close();
        }),
    ),
    { numRuns: 40 },
  ));
