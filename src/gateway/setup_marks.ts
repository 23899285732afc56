/**
 * The setups an SPT has gone through, on disk: a recording of one must not pass for a new one after a restart either.
 *
 * @module
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** Marks that count; older ones are forgotten. */
const MOST = 1024;
/** Lines at which the file is written anew. */
const TOO_LONG = 4 * MOST;
/** A mark as the session writes it; anything else in the file is what a power cut left. */
const MARK = /^[0-9a-z:]{8,80}$/;

/**
 * A file with one mark per line; no secret is in it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SetupMarks } from "./setup_marks.ts";
 *
 * const folder = await Deno.makeTempDir();
 * new SetupMarks(`${folder}/setups`).add("7:26:0102030405060708");
 * assertEquals(new SetupMarks(`${folder}/setups`).all, ["7:26:0102030405060708"]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export class SetupMarks {
  readonly #path: string;
  #marks: string[];
  #lines: number;

  /**
   * Reads what is there.
   *
   * @param path The file; it and its folder are made when they are needed.
   * @throws {Error} When it is there and cannot be read.
   */
  constructor(path: string) {
    this.#path = path;
    const lines = read(path).split("\n").filter((line) => MARK.test(line));
    this.#lines = lines.length;
    this.#marks = lines.slice(-MOST);
  }

  /** The marks, oldest first. */
  get all(): string[] {
    return [...this.#marks];
  }

  /**
   * Adds one; on disk on return.
   *
   * @param mark The mark.
   * @throws {Error} When it cannot be written.
   */
  add(mark: string): void {
    this.#marks.push(mark);
    if (this.#marks.length > MOST) this.#marks.shift();
    mkdirSync(dirname(this.#path), { recursive: true });
    if (this.#lines >= TOO_LONG) {
      write(`${this.#path}.new`, "w", `${this.#marks.join("\n")}\n`);
      renameSync(`${this.#path}.new`, this.#path);
      this.#lines = this.#marks.length;
      return;
    }
    // A line that a power cut has left unfinished must not swallow this one.
    write(this.#path, "a", `\n${mark}\n`);
    this.#lines++;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

function write(path: string, flags: "a" | "w", text: string): void {
  const file = openSync(path, flags, 0o600);
  try {
    const octets = new TextEncoder().encode(text);
    for (let done = 0; done < octets.length;) done += writeSync(file, octets, done);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
