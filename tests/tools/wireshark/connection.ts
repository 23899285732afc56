import { keyLine, keySet, Tape } from "../../capture/dissected.ts";
import { ascii, FILLED, MASTER, NO_KEY, result, SESSION } from "./asserted.ts";

/** A connection setup from the master key, with what a real network adds. */
export function setup(): { tape: Tape; keys: string; secret: Uint8Array[] } {
  const tape = new Tape();
  const master = keySet(0x51), first = FILLED(0x52), second = FILLED(0x53);
  const session = keySet(0x52, "aes-128").prepared, brought = keySet(0x53, "aes-128").prepared;
  const later = session.withHash("ripemd-256"), last = brought.withHash("ripemd-256");
  const m = master.prepared;
  const on = (handle: number, tx: number, rx: number) => ({ handle, tx, rx });
  tape.say("->", m, on(MASTER, 49, 0), { name: "CONN_HANDLE_REQ" }); // 1
  tape.say("<-", m, on(MASTER, 24, 50), { name: "CONN_HANDLE_RESP", result, handle: SESSION });
  tape.say("->", m, on(SESSION, 50, 25), { name: "ENCRYPT_SELECT_REQ", master: false, offers: ["aes-128"] });
  tape.say("<-", m, on(SESSION, 25, 51), {
    name: "ENCRYPT_SELECT_RESP",
    result,
    master: false,
    encryption: "aes-128",
  });
  const asked = tape.say("->", m, on(SESSION, 51, 26), { // 5
    name: "ENCRYPT_KEY_REQ",
    master: false,
    fromRct: false,
    key: NO_KEY,
  });
  const answered = tape.say("<-", m, on(SESSION, 26, 52), {
    name: "ENCRYPT_KEY_RESP",
    result,
    master: false,
    fromRct: false,
    key: first,
  });
  tape.add("->", asked); // 7: the response was lost
  tape.add("<-", answered);
  tape.say("->", session, on(SESSION, 52, 27), { name: "HASH_SELECT_REQ", offers: ["ripemd-256"] });
  tape.say("<-", later, on(SESSION, 27, 53), { name: "HASH_SELECT_RESP", result, hash: "ripemd-256" }); // 10
  tape.say("->", later, on(SESSION, 53, 28), { name: "PATH_SUPERVISION_REQ", intervalS: 15, mode: "push" });
  tape.say("<-", later, on(SESSION, 28, 54), {
    name: "PATH_SUPERVISION_RESP",
    result,
    intervalS: 15,
    mode: "push",
  });
  tape.say("<-", later, { ...on(SESSION, 29, 54), flags: 1 }, { // 13: the RCT brings a key
    name: "ENCRYPT_KEY_REQ",
    master: false,
    fromRct: true,
    key: second,
  });
  tape.say("->", later, on(SESSION, 54, 30), {
    name: "ENCRYPT_KEY_RESP",
    result,
    master: false,
    fromRct: true,
    key: NO_KEY,
  });
  tape.say("->", last, on(SESSION, 55, 30), { // 15
    name: "EVENT_MSG",
    fields: [{ field: "event", protocol: "sia", data: ascii("#1234|NBA01") }],
  });
  tape.say("<-", last, on(SESSION, 30, 56), { name: "EVENT_RESP", result });
  return { tape, keys: keyLine(MASTER, master, "shop 12"), secret: [master.key, first, second] };
}
