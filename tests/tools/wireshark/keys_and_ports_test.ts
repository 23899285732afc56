/** Finding the datagrams, and the keys. */
import { assert, assertEquals } from "@std/assert";
import { clear, keyLine, keySet, read, Tape } from "../../capture/dissected.ts";
import { joined, TSHARK_TEST } from "../../capture/tshark.ts";
import { pcapHeader, pcapRecord } from "../../../src/capture/pcap.ts";
import { alarm, ascii, assertFields, MASTER, remarks } from "./asserted.ts";

Deno.test({
  ...TSHARK_TEST,
  name: "datagrams on other ports are found by their handle or hash, or by the port preference",
  async fn() {
    const tape = new Tape();
    tape.rct.port = 9000;
    const set = keySet(0x31), unknown = keySet(0x32);
    tape.say("->", clear(), { handle: 0, tx: 1, rx: 0 }, { name: "VERSION_REQ", version: 1 });
    tape.say("->", set.prepared, { handle: MASTER, tx: 1, rx: 0 }, { name: "CONN_HANDLE_REQ" });
    tape.say("->", unknown.prepared, { handle: 0x77777777, tx: 1, rx: 0 }, { name: "POLL_MSG" });
    tape.add("->", ascii("another protocol's datagram, long enough to be one of ours, but it is none"));
    const protocols = async (...args: string[]) =>
      (await tape.read({ keys: keyLine(MASTER, set), args })).map(({ protocol }) => protocol);
    assertEquals(await protocols(), ["TOCSIN", "TOCSIN", "UDP", "UDP"]);
    assertEquals(await protocols("-o", "tocsin.port:9000"), Array(4).fill("TOCSIN"));
    assertEquals(await protocols("-o", "tocsin.port:50136,8000-9000"), Array(4).fill("TOCSIN"));
    assertEquals(await protocols("-d", "udp.port==9000,tocsin"), Array(4).fill("TOCSIN"));
    tape.rct.port = 50136;
    tape.add("->", ascii("noise"));
    assertEquals((await protocols()).at(-1), "TOCSIN");
    assertEquals((await protocols("-o", "tocsin.port:")).at(-1), "UDP");
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "keys: method, hash and name of a line, remarks, the preference, and what is wrong with a line",
  async fn() {
    const tape = new Tape();
    const header = (handle: number) => ({ handle, tx: 1, rx: 0 });
    const poll = { name: "POLL_MSG" } as const;
    tape.say("->", keySet(0xab, "aes-256").prepared, header(1), poll);
    tape.say("->", keySet(0xab, "aes-128").prepared, header(2), poll);
    tape.say("->", keySet(0xab, "aes-128").prepared, header(3), poll);
    tape.say("->", keySet(0xab, "aes-256", "ripemd-256").prepared, header(4), poll);
    tape.say("->", keySet(0xcd, "aes-128").prepared, header(5), poll);
    tape.say("->", keySet(0xee).prepared, header(6), poll);
    const ab = "AB".repeat(32);
    const keys = [
      "# master keys",
      `00000001 ${ab} # the rest is guessed`,
      `00000002\t${ab}  aes-128   corner  shop\r`,
      `00000003 ${"ab".repeat(16)}`,
      `00000004 ${ab} AES-256 RIPEMD-256 bank`,
      "",
      `0006 ${ab}`,
      `00000006 ${ab}ab`,
      `00000006 ${"ab".repeat(16)} aes-256`,
      `secret 0011 ${ab}`,
    ].join("\n");
    const preference = `00000005 ${"cd".repeat(16)};nonsense`;
    const frames = await tape.read({ keys, args: ["-o", `tocsin.master_keys:${preference}`] });
    const of = (name: string) => frames.map(({ fields }) => fields[name]?.[0] ?? "");
    assertEquals(of("tocsin.encryption"), ["aes-256", "aes-128", "aes-128", "aes-256", "aes-128", ""]);
    assertEquals(of("tocsin.site"), ["", "corner shop", "", "bank", "", ""]);
    assertEquals(remarks(frames[3]), []); // its hash is the one in the file
    const problems = frames[5]!.fields["_ws.expert.message"]!.filter((text) => !text.startsWith("Encrypted"));
    assertEquals(problems, [
      "Preference master keys, entry 2: the connection handle needs 8 hex digits",
      "Key file, line 7: the connection handle needs 8 hex digits",
      "Key file, line 8: the key needs 64 hex digits, or 32 for AES-128",
      "Key file, line 9: the key is too short for aes-256: it needs 64 hex digits",
      "Key file, line 10: the device ID needs 32 hex digits",
    ]);
    const [missing] = await tape.read({ args: ["-o", "tocsin.key_file:FOLDER/nowhere.txt"] });
    const [folder] = await tape.read({ args: ["-o", "tocsin.key_file:FOLDER"], keys: "" });
    assert(folder!.fields["_ws.expert.message"]!.join().includes("key file cannot be opened"), "a folder");
    const [bom] = await tape.read({ keys: `\ufeff00000001 ${ab}\r\n` });
    assertFields(bom, { "tocsin.encryption": "aes-256" });
    const said = missing!.fields["_ws.expert.message"]!.join();
    assert(/key file cannot be opened: .*nowhere\.txt/.test(said), said);
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "a datagram that an ICMP error quotes is shown, and is no retransmission",
  async fn() {
    const tape = new Tape();
    const { prepared: keys, ...set } = keySet(0x31);
    tape.say("->", keys, { handle: MASTER, tx: 1, rx: 1 }, alarm("#1234|NBA01"));
    tape.say("->", keys, { handle: MASTER, tx: 2, rx: 1 }, alarm("#1234|NBR01"));
    const [first, second] = tape.datagrams.map(pcapRecord) as [Uint8Array, Uint8Array];
    // Destination unreachable, port unreachable; the same IP header once more in front.
    const size = 20 + 8 + (second.length - 16);
    const icmp = joined([second.subarray(0, 36), Uint8Array.of(3, 3, 0, 0, 0, 0, 0, 0), second.subarray(16)]);
    const view = new DataView(icmp.buffer);
    view.setUint32(8, size, true);
    view.setUint32(12, size, true);
    view.setUint16(16 + 2, size);
    view.setUint8(16 + 9, 1); // ICMP
    const frames = await read(joined([pcapHeader(), first, icmp, second, second]), {
      keys: keyLine(MASTER, set),
    });
    assertEquals(frames.map(({ fields }) => fields["tocsin.event.text"]?.[0]), [
      "#1234|NBA01",
      ...Array<string>(3).fill("#1234|NBR01"),
    ]);
    assertEquals(frames.map(remarks), [[], [], [], ["retransmission"]]);
    assertFields(frames[3], { "tocsin.retransmission": "3" });
  },
});
