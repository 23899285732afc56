/**
 * Our frames against an independent receiver, iobroker.sia (MIT), over real sockets; and its answers against our reader.
 */
import { assert, assertEquals } from "@std/assert";
import {
  Dc09Framer,
  type Dc09Key,
  type Dc09Message,
  parseDc09,
  writeDc09,
  writeFrame,
  writeTimestamp,
} from "../../adapters/dc09/mod.ts";
import { systemRandom } from "../../src/gateway/random.ts";
import { keysOf } from "../adapters/dc09/arbitrary.ts";
import { SIA_ACCOUNTS, SiaServer } from "./sia_server.ts";

function message(account: string, encrypted: boolean, data: string, id = "SIA-DCS"): Dc09Message {
  return {
    id,
    encrypted,
    sequence: "0042",
    receiver: "1",
    line: "2",
    account,
    data,
    extended: [{ id: "R", text: "Hall" }],
    encoding: "ascii",
    timestamp: writeTimestamp(Date.now()),
    quirks: [],
  };
}

function keyOf(account: string): Dc09Key {
  // Of 32 hexadecimal digits the first reading is the hexadecimal one, as the peer is told.
  return keysOf(SIA_ACCOUNTS[account]?.text ?? "")[0] as Dc09Key;
}

function readAnswer(bytes: Uint8Array, account: string) {
  const [item] = new Dc09Framer().feed(bytes);
  assert(item?.kind === "frame", new TextDecoder().decode(bytes));
  const read = parseDc09(item.frame.content, () => [keyOf(account)]);
  assert(read.ok, JSON.stringify(read));
  return { frame: item.frame, message: read.message };
}

Deno.test("iobroker.sia reads our frames in clear over TCP, hexadecimal and binary CRC, and we read its ACK", async () => {
  await using receiver = await SiaServer.start(false, "tcp");
  for (const crc of ["hex", "binary"] as const) {
    for (const [id, data] of [["SIA-DCS", "#1234|Nri1/BA5"], ["ADM-CID", "#1234|1130 01 015"]] as const) {
      const sent = message("1234", false, data, id);
      const answer = readAnswer(await receiver.tcp(writeFrame(writeDc09(sent), crc)), "1234");
      const heard = receiver.heard.pop();
      assert(typeof heard === "object", String(heard));
      assertEquals([heard.id, heard.seq, heard.act, heard.rpref, heard.lpref], [
        id,
        "0042",
        "1234",
        "1",
        "2",
      ]);
      assertEquals([heard.data_message, heard.data_extended, heard.ts], [data, "RHall", sent.timestamp]);
      const { id: token, sequence, receiver: rec, line, account, quirks } = answer.message;
      assertEquals([token, sequence, rec, line, account], ["ACK", "0042", "1", "2", "1234"]);
      assertEquals([answer.frame.crc, quirks], [crc, []]);
    }
  }
});

Deno.test("iobroker.sia opens what we encrypt with AES-128, AES-256 and a hexadecimal key, and we open its *ACK", async () => {
  await using receiver = await SiaServer.start(true, "tcp");
  for (const account of Object.keys(SIA_ACCOUNTS)) {
    for (let pad = 0; pad < 16; pad++) {
      const data = `#${account}|Nri1/BA${"5".repeat(pad)}`;
      const sent = message(account, true, data);
      // The peer reads the pad as UTF-8 text, so it is given printable octets; ours may be any.
      const random = (count: number) => systemRandom()(count).map((octet) => 0x61 + octet % 26);
      const content = writeDc09(sent, { key: keyOf(account), random });
      const answer = readAnswer(await receiver.tcp(writeFrame(content)), account);
      const heard = receiver.heard.pop();
      assert(typeof heard === "object", String(heard));
      assertEquals([heard.data_message, heard.data_extended, heard.ts], [data, "RHall", sent.timestamp]);
      const { id, encrypted, sequence, quirks } = answer.message;
      assertEquals([id, encrypted, sequence], ["ACK", true, "0042"]);
      // What the reference says of its *ACK: lower case, and a block too many.
      assertEquals(quirks, ["lower-case-cipher", "trailing-octets"]);
    }
  }
});

Deno.test("iobroker.sia refuses an account that it does not know with a NAK that we read, time included", async () => {
  await using receiver = await SiaServer.start(true, "tcp");
  const answers = await receiver.tcp(writeFrame(writeDc09(message("9999", false, "#9999|NBA5"))));
  // It answers twice: once as data, once as the last words of the connection.
  const [first] = new Dc09Framer().feed(answers);
  assert(first?.kind === "frame");
  const read = parseDc09(first.frame.content);
  assert(read.ok);
  assertEquals([read.message.id, read.message.account], ["NAK", undefined]);
  assert(read.message.timestamp !== undefined);
  assertEquals(typeof receiver.heard.pop(), "string");
});

Deno.test("iobroker.sia reads our datagrams", async () => {
  await using receiver = await SiaServer.start(false, "udp");
  const answer = await receiver.udp(writeFrame(writeDc09(message("1234", false, "#1234|Nri1/BA5"))));
  assertEquals(readAnswer(answer, "1234").message.id, "ACK");
  const heard = receiver.heard.pop();
  assertEquals(typeof heard === "object" && heard.data_message, "#1234|Nri1/BA5");
});
