/** Automation software that acknowledges at once. Arguments: language. Prints its port; ends with the process before it. */
import { playAe } from "../src/ae/play_ae.ts";

const [language = "sur-gard"] = Deno.args;
const place = { kind: "listen", hostname: "127.0.0.1", port: Number(Deno.args[1] ?? 0), udp: false } as const;
const ae = await playAe({ language, place }, () => {});
console.log(/:(\d+)$/.exec(ae.where)?.[1] ?? ae.where);
await new Promise((resolve) => Deno.addSignalListener("SIGTERM", () => resolve(undefined)));
await ae.close();
