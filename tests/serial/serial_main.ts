/** `tocsin serial` as a process of its own. */
import { runSerial } from "../../src/cli/serial.ts";

Deno.exit(await runSerial(Deno.args));
