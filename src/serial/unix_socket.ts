/**
 * A Unix socket that only its own user can connect to.
 *
 * @module
 */
import { openLibc } from "./libc.ts";

/** A listening socket with its path. */
export interface BoundSocket {
  /** Accepts connections. */
  readonly listener: Deno.UnixListener;
  /** Closes it and removes the path. */
  close(): Promise<void>;
}

/** Octets of a path, at most: `sun_path` of Linux has 108 with the 00 at its end. */
const MAX_PATH = 107;

/**
 * Makes the socket, with mode 0600 from its first moment. A path that a killed process left is used again; a lock beside it
 * (`PATH-lock`) tells that from one that is in use.
 *
 * @param path Absolute path of the socket. Its folder must exist.
 * @returns The listening socket.
 * @throws {Error} When another process serves there, when something else has that name, or the folder is missing.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { bindSocket } from "./unix_socket.ts";
 *
 * await assertRejects(() => bindSocket("serial.sock"), Error, "expected an absolute path");
 * ```
 */
export async function bindSocket(path: string): Promise<BoundSocket> {
  if (!path.startsWith("/") || new TextEncoder().encode(path).length > MAX_PATH) {
    throw new Error(`socket ${path}: expected an absolute path of at most ${MAX_PATH} octets`);
  }
  const lock = await lockBeside(path);
  try {
    await removeLeftOver(path);
    const listener = listenAlone(path);
    return {
      listener,
      async close() {
        try {
          listener.close();
        } catch { /* closed before */ }
        // Before the lock goes: the next process's socket must not be the one that is removed.
        await Deno.remove(path).catch(() => {});
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

async function lockBeside(path: string): Promise<Deno.FsFile> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(`${path}-lock`, { create: true, write: true, mode: 0o600 });
  } catch (error) {
    throw new Error(
      `socket ${path}: its folder cannot be written: make it, and give it to the user that runs this: ` +
        (error instanceof Error ? error.message : String(error)),
    );
  }
  if (await file.tryLock(true)) return file;
  file.close();
  throw new Error(
    `socket ${path}: another "tocsin serial" serves there: stop it first, or name another path`,
  );
}

async function removeLeftOver(path: string): Promise<void> {
  const found = await Deno.lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (found.isSocket !== true) {
    throw new Error(`socket ${path}: a file of that name is there already: name another path`);
  }
  await Deno.remove(path);
}

function listenAlone(path: string): Deno.UnixListener {
  // Set for the moment of making it: a change of mode afterwards would leave the door open until then.
  const libc = openLibc();
  const old = libc.umask(0o177);
  try {
    return Deno.listen({ transport: "unix", path });
  } catch (error) {
    throw new Error(`socket ${path}: ${error instanceof Error ? error.message : error}`);
  } finally {
    libc.umask(old);
  }
}
