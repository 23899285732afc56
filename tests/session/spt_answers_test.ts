import { assertEquals } from "@std/assert";
import type { Message } from "../../src/ip/messages/mod.ts";
import { answerRct } from "../../src/session/spt_answers.ts";

const working = { established: true, settled: true, behind: 0 };
const key = new Uint8Array(32).fill(9);
const wanted: Extract<Message, { name: "ENCRYPT_KEY_REQ" }> = {
  name: "ENCRYPT_KEY_REQ",
  master: false,
  fromRct: true,
  key,
};
const beat = (intervalS: number, mode: "push" | "pull"): Message => ({
  name: "PATH_SUPERVISION_REQ",
  intervalS,
  mode,
});

Deno.test("a key is taken after the response, which holds none", () => {
  assertEquals(answerRct(wanted, working), {
    kind: "respond",
    message: { ...wanted, name: "ENCRYPT_KEY_RESP", result: "RESP_ACKNOWLEDGE", key: new Uint8Array(32) },
    key,
  });
});

Deno.test("a heartbeat is taken with the response", () => {
  assertEquals(answerRct(beat(90, "pull"), working), {
    kind: "respond",
    message: { name: "PATH_SUPERVISION_RESP", result: "RESP_ACKNOWLEDGE", intervalS: 90, mode: "pull" },
    heartbeat: { heartbeatMs: 90_000, pollMode: "pull" },
  });
});

const refused: [string, Message, Partial<typeof working>, string][] = [
  ["a key for the master set", { ...wanted, master: true }, {}, "RESP_CMD_NOT_SUPPORTED"],
  [
    "a request for a key, which only an SPT makes",
    { ...wanted, fromRct: false },
    {},
    "RESP_CMD_NOT_SUPPORTED",
  ],
  ["a key of zeros", { ...wanted, key: new Uint8Array(32) }, {}, "RESP_NEGATIVE_ACKNOWLEDGE"],
  ["a key in the middle of the setup", wanted, { settled: false }, "RESP_PROCESS_ERROR"],
  ["a heartbeat in the middle of the setup", beat(30, "push"), { settled: false }, "RESP_PROCESS_ERROR"],
  ["a heartbeat of no length", beat(0, "push"), {}, "RESP_NEGATIVE_ACKNOWLEDGE"],
  ["a time that is old", { name: "SET_TIME_CMD", time: 1n }, { behind: 3 }, "RESP_TIME_NOT_SET"],
  [
    "a time from the future of our numbers",
    { name: "SET_TIME_CMD", time: 1n },
    { behind: 0xffff },
    "RESP_TIME_NOT_SET",
  ],
  ["an alarm", { name: "EVENT_MSG", fields: [] }, {}, "RESP_CMD_NOT_SUPPORTED"],
  ["a request for a handle", { name: "CONN_HANDLE_REQ" }, {}, "RESP_CMD_NOT_SUPPORTED"],
  ["a poll under the master key", { name: "POLL_MSG" }, { established: false }, "RESP_CMD_NOT_SUPPORTED"],
  ["a key under the master key", wanted, { established: false }, "RESP_CMD_NOT_SUPPORTED"],
];
for (const [what, message, standing, result] of refused) {
  Deno.test(`the SPT answers ${what} with ${result}`, () => {
    assertEquals(answerRct(message, { ...working, ...standing }) as unknown, { kind: "refuse", result });
  });
}

Deno.test("a time and octets are handed to the gateway", () => {
  for (
    const message of [{ name: "SET_TIME_CMD", time: 5n }, { name: "TRANSPARENT_MSG", data: key }] as const
  ) {
    assertEquals(answerRct(message, { ...working, behind: 2 }), { kind: "hand-over", message });
  }
});
