/**
 * What a command has made, to a file or to standard output.
 *
 * @module
 */
import { printable } from "./printable.ts";

/** Exit status: a file cannot be written (EX_CANTCREAT). */
const EXIT_NOT_WRITTEN = 73;

/**
 * Writes it, octet for octet.
 *
 * @param command The command's name, for what is said when it fails.
 * @param text What was made.
 * @param file The file; undefined: standard output.
 * @returns Exit status: 0, or 73 when the file cannot be written.
 */
export async function writeResult(command: string, text: string, file: string | undefined): Promise<number> {
  if (file === undefined) {
    const octets = new TextEncoder().encode(text);
    for (let at = 0; at < octets.length;) at += await Deno.stdout.write(octets.subarray(at));
    return 0;
  }
  try {
    await Deno.writeTextFile(file, text);
    return 0;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.error(printable(`tocsin ${command}: cannot write ${file}: ${reason}`));
    return EXIT_NOT_WRITTEN;
  }
}
