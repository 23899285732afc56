import { assert, assertEquals } from "@std/assert";
import { Pair, until } from "../support/pair.ts";
import { RemoteRig } from "./remote_rig.ts";

const none = () => ({ why: "no panel" });

/** An RCT that notes what it is told, with a path in the place of its SPT. */
async function told(
  take: (data: Uint8Array, taken: number[]) => boolean = (data, taken) => !!taken.push(data[0] ?? -1),
) {
  const taken: number[] = [];
  const pair = await Pair.open({ rctParts: { onTransparent: (_site, data) => take(data, taken) } });
  await pair.spt.close(0);
  return { pair, taken };
}

Deno.test("what is told to the RCT waits for the alarms, and arrives in order", async () => {
  let rig: RemoteRig | undefined;
  const { pair } = await told((data) => !!rig?.said.push(`taken ${data[0]}`));
  await using _pair = pair;
  await using path = rig = new RemoteRig(pair, none);
  await path.connected();
  path.alarms.push("a", "b");
  path.path.tell(Uint8Array.of(1));
  path.path.tell(Uint8Array.of(2));
  await until(() => path.said.includes("taken 2"), "both messages");
  // The gateway hears of its own items only.
  assertEquals(path.said, ["sent a", "delivered a", "sent b", "delivered b", "taken 1", "taken 2"]);
});

Deno.test("what is told while there is no session waits for one; on its way in one that ends, it is told again", async () => {
  const { pair, taken } = await told();
  await using _pair = pair;
  await using rig = new RemoteRig(pair, none);
  rig.path.tell(Uint8Array.of(1));
  await until(() => taken.length > 0, "the message of before");
  await rig.connected();
  rig.path.tell(Uint8Array.of(2));
  assert(rig.path.busy);
  rig.use();
  await until(() => taken.at(-1) === 2, "the message of the session that ended");
  await rig.connected();
  rig.path.tell(Uint8Array.of(3));
  await until(() => taken.at(-1) === 3, "the next message");
  // 2 may have arrived before the session ended.
  assertEquals(taken.filter((each, at) => each !== taken[at - 1]), [1, 2, 3]);
  assertEquals(rig.said, []);
});

Deno.test("what the RCT does not take is given up and logged; so is the oldest of more than 32", async () => {
  const { pair, taken } = await told((data, taken) => data[0] !== 0 && !!taken.push(data[0] ?? -1));
  await using _pair = pair;
  await using rig = new RemoteRig(pair, none);
  rig.path.tell(Uint8Array.of(0));
  for (let n = 1; n <= 33; n++) rig.path.tell(Uint8Array.of(n));
  await until(() => taken.at(-1) === 33, "the last message");
  assertEquals(taken, Array.from({ length: 32 }, (_, n) => n + 2));
  rig.path.tell(Uint8Array.of(0));
  await until(
    () => rig.logged.filter((line) => line.includes('"not-told"')).length === 3,
    "the refusal in the log",
  );
  assert(rig.logged.some((line) => line.includes("the RCT did not take a message: RESP_PROCESS_ERROR")));
  rig.path.tell(Uint8Array.of(34));
  await until(() => taken.at(-1) === 34, "a message after that");
});
