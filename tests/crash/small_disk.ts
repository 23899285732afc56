/**
 * Disks that are full or read-only when a test wants it.
 *
 * @module
 */
import { assert } from "@std/assert";

/** Octets of the small disk: room for a journal of some hundred alarms. */
const SIZE = 6 * 1024 * 1024;

/** Whether this process may mount a disk that nobody else sees; prints why not. */
export const CAN_MOUNT: boolean = canMount();

function canMount(): boolean {
  const reason = (() => {
    if (Deno.build.os !== "linux") return "only Linux has mount namespaces";
    try {
      const script =
        'd=$(mktemp -d); mount -t tmpfs -o size=64k tmpfs "$d"; s=$?; umount "$d"; rmdir "$d"; exit $s';
      const { success, stderr } = new Deno.Command("unshare", { args: ["--mount", "sh", "-c", script] })
        .outputSync();
      return success ? undefined : new TextDecoder().decode(stderr).trim();
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  })();
  if (reason !== undefined) console.log(`skipped: tests on a small disk of their own (${reason})`);
  return reason === undefined;
}

/** A disk of 6 MiB at a folder, in a mount namespace of its own; it goes with {@link SmallDisk.dispose}. */
export class SmallDisk implements AsyncDisposable {
  /** The folder where it is mounted, as programs in the namespace see it. */
  readonly folder: string;
  readonly #holder: Deno.ChildProcess;

  private constructor(folder: string, holder: Deno.ChildProcess) {
    this.folder = folder;
    this.#holder = holder;
  }

  /** Mounts it. @param folder An empty folder. */
  static async mount(folder: string): Promise<SmallDisk> {
    const holder = new Deno.Command("unshare", {
      args: [
        ...["--mount", "sh", "-c"],
        'mount -t tmpfs -o size="$2" tmpfs "$1" && echo mounted && exec sleep 100000',
        ...["sh", folder, String(SIZE)],
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const reader = holder.stdout.getReader();
    const { value } = await reader.read();
    await reader.cancel();
    assert(value !== undefined, "the disk could not be mounted");
    return new SmallDisk(folder, holder);
  }

  /** What runs a program where the disk is. */
  get through(): string[] {
    return ["nsenter", "--target", String(this.#holder.pid), "--mount", `--wdns=${Deno.cwd()}`, "--"];
  }

  /** The folder as programs outside see it. */
  get outside(): string {
    return `/proc/${this.#holder.pid}/root${this.folder}`;
  }

  /** Takes all the room that is left. */
  async fill(): Promise<void> {
    using file = await Deno.open(`${this.outside}/ballast`, { create: true, append: true });
    for (const octets of [65_536, 4096]) {
      const block = new Uint8Array(octets).fill(0x5a);
      try {
        for (;;) await file.write(block);
      } catch {
        // Full.
      }
    }
  }

  /** Gives the room back. */
  async free(): Promise<void> {
    await Deno.remove(`${this.outside}/ballast`);
  }

  /** Mounts it again as `ro` or `rw`. Nobody may have a file open for writing. */
  async remount(as: "ro" | "rw"): Promise<void> {
    const [program = "", ...args] = [...this.through, "mount", "-o", `remount,${as}`, this.folder];
    const { success } = await new Deno.Command(program, { args, stderr: "inherit" }).output();
    assert(success, `not remounted ${as}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#holder.kill("SIGKILL");
    await this.#holder.status;
  }
}
