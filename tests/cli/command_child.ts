/** `tocsin command` by itself: its exit status is the command's. */
import { runCommand } from "../../src/cli/command.ts";

Deno.exit(await runCommand(Deno.args));
