/**
 * The C library by FFI: the calls that a serial line needs, and nothing else. Linux on x86-64 and arm64.
 *
 * FFI takes the whole `--allow-ffi` and with it every right of the user, so what uses this is a process of its own. Deno's
 * own way, `Deno.open`, wants `-A` for a tty, knows no speed, and loses octets when a file is closed with a read pending.
 *
 * Calls named `…Later` run on another thread, where they may wait; the reason of their failure (`errno`) stays there.
 *
 * @module
 */
import { SerialError } from "./serial_error.ts";

const SYMBOLS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  openLater: { name: "open", parameters: ["buffer", "i32"], result: "i32", nonblocking: true },
  closeLater: { name: "close", parameters: ["i32"], result: "i32", nonblocking: true },
  access: { parameters: ["buffer", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  flock: { parameters: ["i32", "i32"], result: "i32" },
  ioctl: { parameters: ["i32", "u32", "buffer"], result: "i32" },
  ioctlLater: { name: "ioctl", parameters: ["i32", "u32", "buffer"], result: "i32", nonblocking: true },
  ioctlNumber: { name: "ioctl", parameters: ["i32", "u32", "i64"], result: "i32" },
  ioctlNumberLater: {
    name: "ioctl",
    parameters: ["i32", "u32", "i64"],
    result: "i32",
    nonblocking: true,
  },
  pollLater: { name: "poll", parameters: ["buffer", "u64", "i32"], result: "i32", nonblocking: true },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  umask: { parameters: ["u32"], result: "u32" },
  __errno_location: { parameters: [], result: "pointer" },
} as const;

/** The functions, under their own names. */
export type Libc = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

let opened: Libc | undefined;

/**
 * Opens the library, once in the life of the process.
 *
 * @returns The functions.
 * @throws {SerialError} `not-supported` on another system than Linux, and when Deno may not open it.
 */
export function openLibc(): Libc {
  if (opened !== undefined) return opened;
  if (Deno.build.os !== "linux") {
    throw new SerialError("not-supported", `serial lines need Linux; this is ${Deno.build.os}`);
  }
  try {
    return opened = Deno.dlopen("libc.so.6", SYMBOLS).symbols;
  } catch (error) {
    throw new SerialError(
      "not-supported",
      error instanceof Deno.errors.NotCapable
        ? "serial lines need the right to call the C library: start with --allow-ffi"
        : `serial lines need the GNU C library, libc.so.6: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/**
 * Why the latest call on this thread failed. To be asked at once, before anything else is called.
 *
 * @param libc The library.
 * @returns The number of `errno.h`.
 */
export function errnoOf(libc: Libc): number {
  const at = libc.__errno_location();
  return at === null ? 0 : new Deno.UnsafePointerView(at).getInt32();
}

/**
 * A path as C wants it.
 *
 * @param path The path.
 * @returns Its octets with a 00 at the end.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { cString } from "./libc.ts";
 *
 * assertEquals(cString("/dev").toHex(), "2f64657600");
 * ```
 */
export function cString(path: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${path}\0`);
}
