/** `tocsin init` in a folder of its own, and what it wrote there. */
import { assert } from "@std/assert";
import { join } from "node:path";
import { runInit } from "../../src/cli/init.ts";
import { loadRctConfig, loadSptConfig } from "../../src/config/load.ts";
import type { SptConfig } from "../../src/config/spt_config.ts";
import { type Printed, printed } from "../support/printed.ts";

/** Runs a test in a folder of its own, which is removed at the end. */
export async function inFolder(test: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await test(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Runs `tocsin init` and gives its exit status and what it printed. */
export function run(...args: string[]): Promise<Printed> {
  return printed(() => runInit(args));
}

/** Both configurations, which have to load. */
export async function pair(dir: string, sptName = "spt.toml") {
  const spt = await loadSptConfig(join(dir, sptName));
  const rct = await loadRctConfig(join(dir, "rct.toml"));
  assert(spt.ok, JSON.stringify(spt));
  assert(rct.ok, JSON.stringify(rct));
  return { spt: spt.config, rct: rct.config, warnings: [...spt.warnings, ...rct.warnings] };
}

/** The master set in an SPT's file. */
export function set({ identity: { master } }: SptConfig) {
  assert(master !== undefined);
  return master;
}

/** The names in a folder, sorted. */
export async function names(dir: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(dir))).map((entry) => entry.name).sort();
}
