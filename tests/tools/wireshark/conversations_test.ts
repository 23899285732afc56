/** Keys and handles of connections, followed from the first datagram. */
import { assert, assertEquals } from "@std/assert";
import { msToNtp, reconstructed2020 as profile } from "../../../src/ip/mod.ts";
import { RctSessions } from "../../../src/session/rct_sessions.ts";
import { SptSession } from "../../../src/session/spt_session.ts";
import { clear, keyLine, keySet, LOADED, RCT_ID, SPT_ID, START, Tape } from "../../capture/dissected.ts";
import { captureOf, tshark, TSHARK_TEST } from "../../capture/tshark.ts";
import { ascii, assertFields, MASTER, NO_KEY, remarks, result, SESSION } from "./asserted.ts";
import { setup } from "./connection.ts";

Deno.test({
  ...TSHARK_TEST,
  name: "from the master key it follows a connection: handle, session key, hash, a key that the RCT brings",
  async fn() {
    const { tape, keys } = setup();
    const frames = await tape.read({ keys });
    assertEquals(frames.map(({ info }) => info), [
      "CONN_HANDLE_REQ tx=49 rx=0",
      "CONN_HANDLE_RESP RESP_ACKNOWLEDGE handle=0x73603722 tx=24 rx=50",
      "ENCRYPT_SELECT_REQ aes-128 tx=50 rx=25",
      "ENCRYPT_SELECT_RESP RESP_ACKNOWLEDGE aes-128 tx=25 rx=51",
      "ENCRYPT_KEY_REQ session tx=51 rx=26",
      "ENCRYPT_KEY_RESP RESP_ACKNOWLEDGE session tx=26 rx=52",
      "ENCRYPT_KEY_REQ session tx=51 rx=26 [retransmission]",
      "ENCRYPT_KEY_RESP RESP_ACKNOWLEDGE session tx=26 rx=52 [retransmission]",
      "HASH_SELECT_REQ ripemd-256 tx=52 rx=27",
      "HASH_SELECT_RESP RESP_ACKNOWLEDGE ripemd-256 tx=27 rx=53",
      "PATH_SUPERVISION_REQ 15 s push tx=53 rx=28",
      "PATH_SUPERVISION_RESP RESP_ACKNOWLEDGE 15 s push tx=28 rx=54",
      "ENCRYPT_KEY_REQ session from RCT tx=29 rx=54",
      "ENCRYPT_KEY_RESP RESP_ACKNOWLEDGE session from RCT tx=54 rx=30",
      "EVENT_MSG SIA #1234|NBA01 tx=55 rx=30",
      "EVENT_RESP RESP_ACKNOWLEDGE tx=30 rx=56",
    ]);
    assertEquals(frames.map((frame) => remarks(frame).join()), [
      ...Array<string>(6).fill(""),
      ...Array<string>(2).fill("retransmission"),
      ...Array<string>(8).fill(""),
    ]);
    const encryption = frames.map(({ fields }) => fields["tocsin.encryption"]?.[0]);
    assertEquals(encryption, [...Array<string>(8).fill("aes-256"), ...Array<string>(8).fill("aes-128")]);
    const hash = frames.map(({ fields }) => fields["tocsin.hash.algorithm"]?.[0]);
    assertEquals(hash, [...Array<string>(9).fill("sha-256"), ...Array<string>(7).fill("ripemd-256")]);
    assertFields(frames[8], { "tocsin.key.source": "ENCRYPT_KEY_RESP", "tocsin.key.frame": "6" });
    assertFields(frames[14], {
      "tocsin.key.frame": "14",
      "tocsin.site": "shop 12",
      "tocsin.response_in": "16",
    });
    assertFields(frames[15], {
      "tocsin.response_to": "15",
      "tocsin.response_time": "0.010000000",
      "tocsin.direction": "RCT to SPT",
    });
    assertFields(frames[6], { "tocsin.retransmission": "5", "tocsin.response_in": "6" });
    assertFields(frames[7], { "tocsin.retransmission": "6", "tocsin.response_to": "5" });
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "reading a capture twice, or through a filter, changes nothing but the links ahead",
  async fn() {
    const { tape, keys } = setup();
    const [once, twice] = await Promise.all([tape.read({ keys, passes: 1 }), tape.read({ keys })]);
    for (const { fields } of [...once, ...twice]) delete fields["tocsin.response_in"];
    assertEquals(once, twice);
    const filtered = await tape.read({ keys, args: ["-Y", 'tocsin.event.account == "1234"'] });
    assertEquals(filtered.map(({ info }) => info), ["EVENT_MSG SIA #1234|NBA01 tx=55 rx=30"]);
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "no key is in what the dissector shows, not even among the octets",
  async fn() {
    const { tape, keys, secret } = setup();
    const wrong = "this is no key line\n00001001 00ff\nsecret 12 34\n";
    const files = { "keys.txt": keys + wrong };
    const args = ["-2", ...LOADED, "-o", "tocsin.key_file:FOLDER/keys.txt"];
    const outputs = await Promise.all([
      tshark(captureOf(tape.datagrams), [...args, "-T", "json", "-x"], files),
      tshark(captureOf(tape.datagrams), [...args, "-V", "-x"], files),
    ]);
    for (const [i, out] of outputs.entries()) {
      // Of a hex dump only the octets, without what stands before and behind them.
      const octets = i === 0 ? out : out.replace(/^[0-9a-f]{4} {2}((?:[0-9a-f]{2} )+) .*\n/gm, "$1");
      assert(octets.includes("a5".repeat(12)) || octets.includes("a5 ".repeat(12)), "octets are looked at");
      for (const key of secret) {
        const half = key.subarray(0, 8).toHex();
        assert(
          !octets.includes(half) && !octets.includes(half.replace(/../g, "$& ").trim()),
          "a key is shown",
        );
      }
    }
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "commissioning is followed from the shared secret",
  async fn() {
    const tape = new Tape();
    const secret = keySet(0x61), master = keySet(0x62), s = secret.prepared, m = master.prepared;
    const on = (handle: number, tx: number, rx: number) => ({ handle, tx, rx });
    tape.say("->", clear(), on(0, 7, 0), { name: "VERSION_REQ", version: 1 });
    tape.say("<-", clear(), on(0, 90, 8), { name: "VERSION_RESP", result, version: 1 });
    tape.say("->", clear(), on(0, 8, 91), { name: "CONN_HANDLE_REQ" });
    tape.say("<-", clear(), on(0, 91, 9), { name: "CONN_HANDLE_RESP", result, handle: MASTER });
    tape.say("->", clear(), on(MASTER, 9, 92), { name: "DEVICE_ID_REQ", master: true, deviceId: SPT_ID });
    tape.say("<-", clear(), on(MASTER, 92, 10), { name: "DEVICE_ID_RESP", result, deviceId: RCT_ID });
    tape.say("->", s, on(MASTER, 10, 93), { name: "ENCRYPT_SELECT_REQ", master: true, offers: ["aes-256"] });
    tape.say("<-", s, on(MASTER, 93, 11), {
      name: "ENCRYPT_SELECT_RESP",
      result,
      master: true,
      encryption: "aes-256",
    });
    tape.say("->", s, on(MASTER, 11, 94), {
      name: "ENCRYPT_KEY_REQ",
      master: true,
      fromRct: false,
      key: NO_KEY,
    });
    tape.say("<-", s, on(MASTER, 94, 12), {
      name: "ENCRYPT_KEY_RESP",
      result,
      master: true,
      fromRct: false,
      key: master.key,
    });
    tape.say("->", m, on(MASTER, 12, 95), { name: "HASH_SELECT_REQ", offers: ["sha-256"] });
    tape.say("<-", m, on(MASTER, 95, 13), { name: "HASH_SELECT_RESP", result, hash: "sha-256" });
    tape.say("->", m, on(MASTER, 13, 0), { name: "CONN_HANDLE_REQ" });
    tape.say("<-", m, on(MASTER, 96, 14), { name: "CONN_HANDLE_RESP", result, handle: SESSION });
    tape.say("->", m, on(SESSION, 14, 97), {
      name: "ENCRYPT_SELECT_REQ",
      master: false,
      offers: ["aes-256"],
    });
    const frames = await tape.read({ keys: `secret ${SPT_ID.toHex()} ${secret.key.toHex()} new site\n` });
    assertEquals(frames.map(({ fields }) => fields["tocsin.hash.status"]?.[0]), Array(15).fill("correct"));
    assertEquals(frames.map(({ fields }) => fields["tocsin.encryption"]?.[0]), [
      ...Array<string>(6).fill("none"),
      ...Array<string>(9).fill("aes-256"),
    ]);
    assertEquals(frames.flatMap(remarks), []);
    assertFields(frames[6], { "tocsin.key.source": "shared secret", "tocsin.site": "new site" });
    assertFields(frames[14], { "tocsin.key.frame": "10", "tocsin.site": "new site" });
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "a real SPT and a real RCT: everything they say to each other is read",
  async fn() {
    const tape = new Tape();
    let seed = 1;
    const random = (n: number) =>
      Uint8Array.from({ length: n }, () => (seed = seed * 48271 % 0x7fffffff) & 0xff);
    const master = keySet(0x71);
    const identity = { sptDeviceId: SPT_ID, rctDeviceId: RCT_ID, masterHandle: MASTER, master };
    const rct = new RctSessions({ profile, random }, [{ name: "shop-12", identity }]);
    const spt = new SptSession({ profile, random, identity, heartbeatMs: 30_000 });
    let now = START, delivered = 0;
    let effects = spt.start(now);
    for (let turn = 0; turn < 100 && delivered < 3; turn++) {
      now += 20;
      const request = effects.find((effect) => effect.kind === "send");
      delivered += effects.filter((effect) => effect.kind === "delivered").length;
      if (request?.kind !== "send") {
        const data = ascii(`#1234|NBA0${delivered + 1}`);
        effects = spt.offer(
          { kind: "event", ref: `${turn}`, protocol: "sia", data, time: msToNtp(now) },
          now,
        );
        continue;
      }
      tape.add("->", request.bytes);
      const { session, effects: said } = rct.feed(request.bytes, tape.spt, now)!;
      const answers = said.flatMap((one) => one.kind === "event" ? session.settle(one.ref, result) : [one]);
      effects = [];
      for (const answer of answers) {
        if (answer.kind !== "send") continue;
        tape.add("<-", answer.bytes);
        effects.push(...spt.feed(answer.bytes, now));
      }
    }
    assertEquals(delivered, 3);
    const frames = await tape.read({ keys: keyLine(MASTER, master, "shop-12") });
    assertEquals(frames.flatMap(remarks), []);
    assertEquals(
      new Set(frames.map(({ fields }) => fields["tocsin.hash.status"]?.[0])),
      new Set(["correct"]),
    );
    const texts = frames.flatMap(({ fields }) => fields["tocsin.event.text"] ?? []);
    assertEquals(texts, ["#1234|NBA01", "#1234|NBA02", "#1234|NBA03"]);
    const requests = frames.filter(({ fields }) => !fields["tocsin.response_to"]);
    assertEquals(requests.filter(({ fields }) => !fields["tocsin.response_in"]), []);
  },
});
