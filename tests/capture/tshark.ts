/** Runs Wireshark's tshark: another program that reads our captures. */
import { assert } from "@std/assert";
import { type CapturedDatagram, pcapHeader, pcapRecord } from "../../src/capture/pcap.ts";

const installed = await (async () => {
  try {
    return (await new Deno.Command("tshark", { args: ["--version"], stdout: "null", stderr: "null" })
      .output())
      .success;
  } catch {
    return false;
  }
})();

/** Part of a test that needs tshark: it is left out, and says so, where tshark is not installed. */
export const TSHARK_TEST = { ignore: !installed };
if (!installed) {
  await Deno.stderr.write(new TextEncoder().encode("tshark is not installed: its tests are left out\n"));
}

/** A capture file of some datagrams. */
export function captureOf(datagrams: readonly CapturedDatagram[]): Uint8Array {
  return joined([pcapHeader(), ...datagrams.map(pcapRecord)]);
}

/** Octets one after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const octets = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    octets.set(part, at);
    at += part.length;
  }
  return octets;
}

/**
 * Runs tshark over a capture, with a configuration of its own: the tester's settings do not count.
 *
 * @param capture The capture file.
 * @param args Arguments after `-r`; `FOLDER` in them stands for a folder that is removed afterwards.
 * @param files Files to put into that folder.
 * @returns What it printed. Fails when tshark fails or a Lua script does.
 */
export async function tshark(
  capture: Uint8Array,
  args: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "tocsin-tshark-" });
  try {
    await Deno.writeFile(`${folder}/capture.pcap`, capture);
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${folder}/${name}`, text);
    const { success, stdout, stderr } = await new Deno.Command("tshark", {
      args: ["-n", "-r", `${folder}/capture.pcap`, ...args.map((arg) => arg.replaceAll("FOLDER", folder))],
      env: { WIRESHARK_CONFIG_DIR: folder, HOME: folder, TZ: "UTC", LC_ALL: "C.UTF-8" },
    }).output();
    const out = new TextDecoder().decode(stdout), err = new TextDecoder().decode(stderr);
    assert(success, `tshark failed: ${err}`);
    const trouble = /.*(Lua error|Lua:|\.lua:\d).*/i.exec(`${err}\n${out}`);
    assert(trouble === null, `a Lua script failed: ${trouble?.[0]}`);
    return out;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
