/** Runs `tocsin doctor` alone, without the list of commands. */
import { runDoctor } from "../../src/cli/doctor.ts";

Deno.exit(await runDoctor(Deno.args));
