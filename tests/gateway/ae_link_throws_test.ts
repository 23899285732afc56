/** What throws on the way to an AE is a fault of ours: it must not stop the alarms. */
import { assertEquals } from "@std/assert";
import { settled } from "./outbox_rig.ts";
import { PlayedOutputs } from "./played_ends.ts";

const REFUSED = "ae-refuses:route: output route: account";

Deno.test("an output language throws at an alarm: that one waits with a fault, comes again marked, and the others go on", async () => {
  await using rig = await PlayedOutputs.one();
  const [end] = rig.ends;
  end.comes();
  end.onOffer = () => {
    end.onOffer = undefined;
    throw new Error("no digit left");
  };
  await rig.add("A0", "A1");
  assertEquals(end.got, ["A1"]);
  assertEquals(rig.rules(), [
    `${REFUSED} A0: it could not be written: no digit left; kept and tried again`,
  ]);
  end.takes();
  rig.skewMs += 61_000;
  await rig.add("A2");
  assertEquals(end.got.slice(1), ["A0*"], "what the AE has of it nobody knows");
  end.takes();
  await settled();
  end.takes();
  assertEquals([rig.delivered, rig.rules()], [["A1", "A0", "A2"], []]);
});

Deno.test("the account of an alarm cannot be made: the others go on", async () => {
  await using rig = await PlayedOutputs.one();
  const [end] = rig.ends;
  end.comes();
  rig.accountOf = (account) => {
    if (account === "A0") throw new Error("no such account");
    return account;
  };
  await rig.add("A0", "A1");
  assertEquals(end.got, ["A1"]);
  assertEquals(rig.rules(), [
    `${REFUSED} A0: it could not be written: no such account; kept and tried again`,
  ]);
});

Deno.test("a listener of the live events throws: alarms and the other listeners get theirs", async () => {
  await using rig = await PlayedOutputs.one();
  const [end] = rig.ends;
  end.comes();
  const seen: string[] = [];
  rig.live.subscribe(() => {
    throw new Error("a bug of whoever looks on");
  });
  rig.live.subscribe((event) =>
    void seen.push("hop" in event ? `${event.id} ${event.hop.step}` : event.type)
  );
  await rig.add("A0", "A1");
  end.takes();
  await settled();
  end.takes();
  assertEquals(rig.delivered, ["A0", "A1"]);
  assertEquals(seen, ["A0 sent", "A0 delivered", "A1 sent", "A1 delivered"]);
});
