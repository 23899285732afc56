/**
 * Adapters from outside this repository: modules that a configuration names by path.
 *
 * @module
 */
import { isAbsolute, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { PanelAdapter, PanelSession, PanelSessionOptions } from "../../adapters/contract.ts";
import { CONTRACT_VERSION } from "../../adapters/contract_version.ts";
import { decoders } from "../decode/decoders.ts";
import { whatItIs } from "./guarded_effect.ts";
import { ADAPTER_FAULT, guardedSession } from "./guarded_session.ts";
import { OutsideAdapterError } from "./outside_adapter_error.ts";

/** What a module from outside exports, as `adapter` or as its default: a panel adapter that names its contract. */
export interface OutsideAdapter extends PanelAdapter {
  /** The version of the contract it was written for. */
  readonly contract: 1;
}

/** Names that mean something else on the command line. */
const RESERVED = ["auto", "ip", "none"];

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Loads the adapters that a configuration names. Each is an ECMAScript module that exports an {@link OutsideAdapter};
 * it runs within the gateway, with all the gateway's rights. Its shape is checked, and a trial session is started, so that
 * a mistake shows when the gateway starts and not at the first alarm. Needs the right to read the modules.
 *
 * Every session of the adapters that are returned is guarded: see {@link guardedSession}.
 *
 * @param paths The modules' paths, as configured.
 * @param base The folder they are counted from: the one of the configuration file.
 * @returns The adapters in the same order; use these and not the modules' own.
 * @throws {OutsideAdapterError} For the first module that cannot be used.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadAdapters } from "./outside_adapters.ts";
 *
 * const [adapter] = await loadAdapters(["./own_panel_language.ts"], "examples");
 * assertEquals(adapter?.name, "my-panel");
 * ```
 */
export async function loadAdapters(paths: readonly string[], base: string): Promise<PanelAdapter[]> {
  const adapters: PanelAdapter[] = [];
  const names = new Map<string, string>();
  for (const path of paths) {
    const adapter = checked(path, exported(path, await loaded(path, base)));
    const { name } = adapter;
    const other = names.get(name);
    if (other !== undefined) {
      const message = `expected a name of its own, found "${name}", which is also the name of the adapter ` +
        `${JSON.stringify(other)}: rename one of them, or take one away`;
      throw new OutsideAdapterError("name-taken", path, message);
    }
    names.set(name, path);
    const rules = new Set<string>();
    adapters.push({
      name,
      session: (options) => guardedSession(() => adapter.session(options), name, rules),
    });
  }
  return adapters;
}

async function loaded(path: string, base: string): Promise<Record<string, unknown>> {
  if (typeof path !== "string" || path === "" || /^[a-z][a-z0-9+.-]+:/i.test(path)) {
    const message =
      `expected the path of a file, from the folder of the configuration, found ${whatItIs(path)}: ` +
      'save the module as a file and name that, "./my_panel.ts"';
    throw new OutsideAdapterError("not-a-path", path, message);
  }
  const file = isAbsolute(path) ? path : join(resolve(base), path);
  try {
    if (!(await Deno.stat(file)).isFile) throw new TypeError("it is a folder or a device");
  } catch (error) {
    const message =
      `expected a module in the file ${file}, which cannot be read: ${line(error)}. Paths are counted ` +
      "from the folder of the configuration file; the gateway needs the right to read there";
    throw new OutsideAdapterError("file-not-readable", path, message, error);
  }
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    const message = `expected a module, found one that does not load: ${line(error)}. Try it by itself: ` +
      `deno check ${path}`;
    throw new OutsideAdapterError("not-loadable", path, message, error);
  }
}

function exported(path: string, module: Record<string, unknown>): Record<string, unknown> {
  const adapter = module["adapter"] ?? module["default"];
  if (typeof adapter === "object" && adapter !== null) return adapter as Record<string, unknown>;
  const found = adapter === undefined
    ? Object.keys(module).map((name) => `"${name}"`).join(", ") || "no export at all"
    : whatItIs(adapter);
  const message =
    `expected an export called "adapter", or a default export, that is an object, found ${found}: ` +
    `write export const adapter = { name, contract: ${CONTRACT_VERSION}, session }`;
  throw new OutsideAdapterError("no-adapter", path, message);
}

function checked(path: string, adapter: Record<string, unknown>): PanelAdapter {
  const { name, contract } = adapter;
  if (typeof name !== "string" || !NAME.test(name) || name.length > 64) {
    const message =
      `expected a name in small letters and digits with hyphens between, found ${whatItIs(name)}: ` +
      'write for example name: "my-panel"';
    throw new OutsideAdapterError("bad-name", path, message);
  }
  if (Object.hasOwn(decoders, name) || RESERVED.includes(name)) {
    const message =
      `expected a name of its own, found "${name}", which Tocsin uses itself: write for example ` +
      `name: "my-${name}"`;
    throw new OutsideAdapterError("name-taken", path, message);
  }
  if (contract !== CONTRACT_VERSION) {
    const advice = contract === undefined
      ? `write contract: ${CONTRACT_VERSION}`
      : "take an adapter and a Tocsin of the same contract";
    const message =
      `expected contract ${CONTRACT_VERSION}, which this Tocsin speaks, found ${whatItIs(contract)}: ` +
      `${advice} (docs/adapters/your-own.md)`;
    throw new OutsideAdapterError("wrong-contract", path, message);
  }
  if (typeof adapter["session"] !== "function") {
    const message = `expected session to be a function, found ${whatItIs(adapter["session"])}: write ` +
      "session: (options) => new MySession(options)";
    throw new OutsideAdapterError("bad-session", path, message);
  }
  // Called as a method: the adapter may be an object with state of its own.
  const whole = adapter as unknown as PanelAdapter;
  tryOut(path, name, (options) => whole.session(options));
  return whole;
}

/** Plays a short conversation of nothing and noise: whatever comes, a session answers with effects. */
function tryOut(path: string, name: string, start: (options: PanelSessionOptions) => PanelSession): void {
  let lacks: string | undefined;
  const session = guardedSession(() => {
    const found: unknown = start({ defaultAccount: "0000" });
    const methods = typeof found === "object" && found !== null ? found as Record<string, unknown> : {};
    lacks = ["feed", "tick", "settle", "end"].find((method) => typeof methods[method] !== "function");
    return found as PanelSession;
  }, name);
  if (lacks !== undefined) {
    const message =
      `expected its session to have the methods feed, tick, settle and end, found no ${lacks}(): add it, ` +
      "with [] as its answer when there is nothing to do";
    throw new OutsideAdapterError("bad-session", path, message);
  }
  const noise = Uint8Array.from({ length: 256 }, (_, octet) => octet);
  const effects = [
    ...session.feed(new Uint8Array(), 0),
    ...session.feed(noise, 0),
    ...session.tick(0),
    // A reference it never gave: an answer can come when the alarm is long gone.
    ...session.settle(Number.MAX_SAFE_INTEGER, "failed", 0),
    ...session.end(0),
    ...session.settle(Number.MAX_SAFE_INTEGER, "accepted", 0),
  ];
  for (const effect of effects) {
    if (effect.kind !== "refused" || effect.rule !== ADAPTER_FAULT) continue;
    const message = `its session failed a trial with no octets and with noise: ${effect.message}`;
    throw new OutsideAdapterError("bad-session", path, message);
  }
}

function line(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split("\n")[0] ?? "").slice(0, 300);
}
