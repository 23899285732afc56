import { assert, assertEquals } from "@std/assert";
import { encodeFrame, FrameReader } from "../../src/serial/link_frames.ts";
import { MAX_UNSENT } from "../../src/transport/tcp.ts";
import { connectSerial, type SerialNews } from "../../src/transport/serial_client.ts";
import { Gateway, line, serve } from "../serial/bench.ts";
import { ascii, Heard, noise, ptyTest, Wire } from "../serial/pty.ts";
import { until } from "../support/until.ts";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

ptyTest("64 KiB go both ways at once through the socket, and arrive as they left", async () => {
  await using wire = await Wire.make();
  const { line: galaxy } = line(wire);
  const { server } = await serve(wire.socket, [galaxy]);
  const gateway = await new Gateway(wire.socket).up();
  assertEquals(gateway.connection.peer, wire.device);
  const up = noise(65_536, 3), down = noise(65_536, 4);
  // In pieces of all sizes, as sessions send them.
  for (let at = 0, size = 1; at < down.length; at += size, size = size % 5000 + 7) {
    gateway.connection.send(down.slice(at, at + size));
  }
  const [back] = await Promise.all([wire.hear(down.length), wire.say(up)]);
  await gateway.heard.reaches(up.length);
  assertEquals(gateway.heard.bytes, up);
  assertEquals(back, down);
  const now = Date.now();
  assert(gateway.times.every((time) => time <= now && time > now - 60_000), "each octet has its time");
  await gateway.close();
  await server.close();
});

ptyTest("octet by octet through the socket", async () => {
  await using wire = await Wire.make();
  const { line: galaxy } = line(wire);
  const { server } = await serve(wire.socket, [galaxy]);
  const gateway = await new Gateway(wire.socket).up();
  for (let octet = 0; octet < 256; octet++) {
    await wire.say(Uint8Array.of(octet));
    await gateway.heard.reaches(octet + 1);
    gateway.connection.send(Uint8Array.of(octet));
    assertEquals([...await wire.hear(1)], [octet]);
  }
  assertEquals([...gateway.heard.bytes], Array.from({ length: 256 }, (_, octet) => octet));
  await gateway.close();
  await server.close();
});

ptyTest("unplugged and plugged in again: both are said, and the panel's octets go on", async () => {
  await using wire = await Wire.make();
  const { line: galaxy, states } = line(wire);
  const { server } = await serve(wire.socket, [galaxy]);
  const gateway = await new Gateway(wire.socket).up();
  for (let round = 1; round <= 3; round++) {
    const said = noise(5000, round);
    const before = gateway.heard.length;
    await wire.say(said);
    await gateway.heard.reaches(before + 5000);
    assertEquals(gateway.heard.bytes.subarray(before), said);
    await wire.unplug();
    await gateway.down();
    assert(gateway.closed.at(-1)!.endsWith("was unplugged"));
    await until(() => gateway.told.at(-1) === "no-such-device", "what is wrong now is said");
    gateway.connection.send(ascii("to nobody"));
    await wire.plug();
    await gateway.up();
    assertEquals(gateway.connections.length, round + 1);
    await wire.say(ascii("!"));
    await gateway.heard.reaches(before + 5001);
    gateway.connection.send(ascii("?"));
    assertEquals([...await wire.hear(1)], [...ascii("?")], "and not what was said to nobody");
  }
  const kinds = states.map((state) => state.kind === "down" ? state.rule : state.kind);
  assertEquals(kinds, ["open", ...Array(3).fill(["unplugged", "no-such-device", "open"]).flat()]);
  await gateway.close();
  await server.close();
});

ptyTest(
  "the panel speaks while no gateway is there: nothing is lost, and the age of each octet is told",
  async () => {
    await using wire = await Wire.make();
    const { line: galaxy, opens } = line(wire);
    await opens();
    await wire.say(ascii("BEFORE"));
    await until(() => galaxy.waiting === 6, "it is kept");
    const { server, gateways } = await serve(wire.socket, [galaxy]);
    const first = await new Gateway(wire.socket).up();
    await first.heard.reaches(6);
    assertEquals(first.heard.text, "BEFORE");
    const since = Date.now();
    await first.close();
    await until(() => gateways.at(-1) === "galaxy false", "it is gone");
    const said = noise(30_000);
    await wire.say(said);
    await until(() => galaxy.waiting === said.length, "it is kept");
    await pause(50);
    const until2 = Date.now();
    const second = await new Gateway(wire.socket).up();
    await second.heard.reaches(said.length);
    assertEquals(second.heard.bytes, said);
    assert(second.times.every((time) => time >= since && time <= until2), "read before this gateway came");
    await until(() => galaxy.waiting === 0, "all is taken");
    await second.close();
    await server.close();
  },
);

ptyTest("gateways come and go all the time while the panel speaks: every octet, in order", async () => {
  await using wire = await Wire.make();
  const { line: galaxy } = line(wire);
  const { server } = await serve(wire.socket, [galaxy]);
  const all = noise(120_000);
  const heard = new Heard();
  let done = false;
  const speaking = (async () => {
    for (let at = 0; at < all.length; at += 500) {
      await wire.say(all.subarray(at, at + 500));
      await pause(1);
    }
    done = true;
  })();
  while (!done || galaxy.waiting > 0 || heard.length < all.length) {
    const gateway = new Gateway(wire.socket);
    await until(() => gateway.isUp, "up");
    await pause(10);
    await gateway.close();
    heard.add(gateway.heard.bytes);
  }
  await speaking;
  assertEquals(heard.bytes, all);
  await server.close();
});

ptyTest("no gateway for long: the latest 64 KiB are kept, the rest is counted and said", async () => {
  await using wire = await Wire.make();
  const { line: galaxy, lost, opens } = line(wire);
  await opens();
  const { server } = await serve(wire.socket, [galaxy]);
  const all = noise(200_000);
  await wire.say(all);
  await until(() => lost.length === 1 && galaxy.waiting > 60_000, "it overflows");
  await wire.say(ascii("END"));
  await until(() => galaxy.waiting + galaxy.lost === all.length + 3, "all of it arrives");
  const gateway = await new Gateway(wire.socket).up();
  await until(() => gateway.heard.text.endsWith("END"), "the end");
  assert(gateway.heard.length <= 65_536);
  const [first] = gateway.news;
  assert(first?.kind === "lost");
  assertEquals(first.octets + gateway.heard.length, all.length + 3, "not one is unaccounted for");
  assertEquals(gateway.heard.bytes, Uint8Array.from([...all, ...ascii("END")]).subarray(first.octets));
  assertEquals(lost.at(-1), first.octets);
  await gateway.close();
  await server.close();
});

ptyTest("a slow gateway holds up the wire instead of losing octets", async () => {
  await using wire = await Wire.make();
  const { line: galaxy } = line(wire);
  const { server } = await serve(wire.socket, [galaxy]);
  const gateway = new Gateway(wire.socket);
  const gate = Promise.withResolvers<void>();
  gateway.gate = gate.promise;
  await gateway.up();
  const all = noise(400_000);
  const said = wire.say(all);
  await until(() => galaxy.waiting > 60_000, "the buffer fills");
  // Long enough for all of it to come, if it were read.
  await pause(500);
  assert(galaxy.waiting <= 65_536);
  assertEquals(galaxy.lost, 0);
  assert(gateway.heard.length <= 4096, "one piece is with the handler");
  gate.resolve();
  await said;
  await gateway.heard.reaches(all.length);
  assertEquals(gateway.heard.bytes, all);
  await gateway.close();
  await server.close();
});

ptyTest("a slow gateway ends: the line is read again, and the latest is kept", async () => {
  await using wire = await Wire.make();
  const { line: galaxy } = line(wire);
  const { server } = await serve(wire.socket, [galaxy]);
  const first = new Gateway(wire.socket);
  const gate = Promise.withResolvers<void>();
  first.gate = gate.promise;
  await first.up();
  const all = noise(300_000);
  await wire.say(all);
  await until(() => galaxy.waiting > 60_000, "the buffer fills");
  await first.close();
  gate.resolve();
  await until(() => galaxy.waiting + galaxy.lost === all.length, "all of it is read");
  const second = await new Gateway(wire.socket).up();
  await until(
    () => second.heard.length > 0 && second.heard.bytes.at(-1) === all.at(-1) && galaxy.waiting === 0,
    "the rest",
  );
  assertEquals(second.heard.bytes, all.subarray(all.length - second.heard.length));
  await second.close();
  await server.close();
});

ptyTest("a slow gateway ends: what it had not dealt with comes to the next one", async () => {
  await using wire = await Wire.make();
  const { line: galaxy } = line(wire);
  const { server } = await serve(wire.socket, [galaxy]);
  const first = new Gateway(wire.socket);
  const gate = Promise.withResolvers<void>();
  first.gate = gate.promise;
  await first.up();
  await wire.say(ascii("ALARM"));
  await first.heard.reaches(5);
  await first.close();
  assertEquals(first.closed.length, 1, "a handler that does not answer keeps nothing from closing");
  gate.resolve();
  const second = await new Gateway(wire.socket).up();
  await second.heard.reaches(5);
  assertEquals(second.heard.text, "ALARM");
  await second.close();
  await server.close();
});

ptyTest("two lines in one process: the trouble of one does not touch the other", async () => {
  await using wire = await Wire.make();
  await using other = await Wire.make();
  const { line: galaxy } = line(wire);
  const { line: bus } = line(other, { settings: other.settings("bus") });
  const { server } = await serve(wire.socket, [galaxy, bus]);
  const one = await new Gateway(wire.socket, "galaxy").up();
  const two = await new Gateway(wire.socket, "bus").up();
  for (let round = 0; round < 3; round++) {
    const before = two.heard.length;
    const speaking = (async () => {
      for (let i = 0; i < 100; i++) await other.say(noise(100, i));
    })();
    await wire.unplug();
    await one.down();
    await wire.plug();
    await one.up();
    await speaking;
    await two.heard.reaches(before + 10_000);
  }
  assertEquals([two.connections.length, two.closed], [1, []]);
  assertEquals(one.connections.length, 4);
  await wire.say(ascii("x"));
  await one.heard.reaches(1);
  await one.close();
  await two.close();
  await server.close();
});

ptyTest("a line that cannot be opened says why, and the others work", async () => {
  await using wire = await Wire.make();
  await using other = await Wire.make();
  const { line: galaxy, states } = line(wire, { settings: wire.settings("galaxy", "9600,7E1") });
  const { line: bus } = line(other, { settings: other.settings("bus") });
  const { server } = await serve(wire.socket, [galaxy, bus]);
  const one = new Gateway(wire.socket, "galaxy");
  const two = await new Gateway(wire.socket, "bus").up();
  await until(() => one.told.includes("settings-refused"), "it says why");
  await pause(100);
  assertEquals(states.length, 1, "tried again and again, said once");
  assertEquals(one.connections, []);
  await other.say(ascii("x"));
  await two.heard.reaches(1);
  await one.close();
  await two.close();
  await server.close();
});

ptyTest("a second gateway for one line is turned away, and gets it when the first has gone", async () => {
  await using wire = await Wire.make();
  const { line: galaxy } = line(wire);
  const { server, refused } = await serve(wire.socket, [galaxy]);
  const first = await new Gateway(wire.socket).up();
  const second = new Gateway(wire.socket);
  await until(() => second.told.includes("taken"), "it is turned away");
  await wire.say(ascii("A"));
  await first.heard.reaches(1);
  assert(refused.includes("taken"));
  assertEquals(second.heard.length, 0);
  await first.close();
  await second.up();
  await wire.say(ascii("B"));
  await second.heard.reaches(1);
  assertEquals([first.heard.text, second.heard.text], ["A", "B"]);
  await second.close();
  await server.close();
});

ptyTest("a session that closes its connection gets a new one, and loses nothing", async () => {
  await using wire = await Wire.make();
  const { line: galaxy } = line(wire);
  const { server } = await serve(wire.socket, [galaxy]);
  const gateway = await new Gateway(wire.socket).up();
  await wire.say(ascii("A"));
  await gateway.heard.reaches(1);
  gateway.connection.send(ascii("BYE"));
  gateway.connection.close();
  gateway.connection.close();
  gateway.connection.send(ascii("too late"));
  assertEquals(new TextDecoder().decode(await wire.hear(3)), "BYE");
  await gateway.down();
  await wire.say(ascii("B"));
  await gateway.up();
  await gateway.heard.reaches(2);
  assertEquals(gateway.heard.text, "AB", "once each");
  assertEquals(gateway.told.filter((told) => told === "no-serial-process"), []);
  await gateway.close();
  await server.close();
});

ptyTest("what comes while a connection is being closed is for the next one", async () => {
  await using wire = await Wire.make();
  const { line: galaxy } = line(wire);
  const { server } = await serve(wire.socket, [galaxy]);
  const gateway = await new Gateway(wire.socket).up();
  // Takes its time to leave: nobody reads at the panel's end.
  gateway.connection.send(noise(200_000));
  gateway.connection.close();
  await wire.say(ascii("ALARM"));
  await until(
    () => gateway.each.length === 2 && gateway.each[1]!.length === 5,
    "the next connection hears it",
  );
  assertEquals(gateway.each.map(({ text }) => text), ["", "ALARM"]);
  await gateway.close();
  await server.close(100);
});

ptyTest(
  "a session that closes its connection over what it is just dealing with is not given it again",
  async () => {
    await using wire = await Wire.make();
    const { line: galaxy } = line(wire);
    const { server } = await serve(wire.socket, [galaxy]);
    const each: Heard[] = [];
    const client = connectSerial({ socket: wire.socket, line: "galaxy", retryMs: 10 }, (connection) => {
      const heard = new Heard();
      each.push(heard);
      return {
        data: async (bytes) => {
          heard.add(bytes);
          if (each.length > 1) return;
          connection.close();
          await pause(50);
        },
        closed: () => {},
      };
    });
    await wire.say(ascii("A"));
    await until(() => each.length === 2, "the next connection");
    await wire.say(ascii("B"));
    await each[1]!.reaches(1);
    assertEquals(each.map(({ text }) => text), ["A", "B"]);
    await client.close();
    await server.close();
  },
);

ptyTest("what a gateway sends before it ends is sent", async () => {
  await using wire = await Wire.make();
  const { line: galaxy } = line(wire);
  const { server } = await serve(wire.socket, [galaxy]);
  const gateway = await new Gateway(wire.socket).up();
  const last = noise(20_000);
  gateway.connection.send(last);
  const [heard] = await Promise.all([wire.hear(last.length), gateway.close()]);
  assertEquals(heard, last);
  await server.close();
});

ptyTest("octets that break their reader are not given to it again", async () => {
  await using wire = await Wire.make();
  const { line: galaxy } = line(wire);
  const { server } = await serve(wire.socket, [galaxy]);
  const heard = new Heard();
  const news: SerialNews[] = [];
  let closed = 0;
  const client = connectSerial(
    { socket: wire.socket, line: "galaxy", retryMs: 10, onNews: (told) => void news.push(told) },
    () => ({
      data: (bytes) => {
        if (bytes.includes(0x21)) throw new Error("does not like !");
        heard.add(bytes);
      },
      closed: () => void closed++,
    }),
  );
  await wire.say(ascii("!"));
  await until(() => closed === 1, "the connection ends");
  await wire.say(ascii("B"));
  await heard.reaches(1);
  assertEquals(news.filter((told) => "rule" in told && told.rule === "internal").length, 1);
  await client.close();
  await server.close();
});

ptyTest("a line that does not take what is sent does not fill the memory", async () => {
  await using wire = await Wire.make();
  const { line: galaxy } = line(wire);
  const { server } = await serve(wire.socket, [galaxy]);
  const gateway = await new Gateway(wire.socket).up();
  // Nobody plays the panel: socat does not read.
  const { connection } = gateway;
  for (let sent = 0; sent <= MAX_UNSENT + 8192; sent += 4096) connection.send(new Uint8Array(4096));
  await until(() => gateway.told.includes("line-stuck"), "it is said");
  assertEquals(gateway.closed.length, 1);
  await gateway.close();
  await server.close(100);
});

ptyTest("the serial process ends and comes back: the gateway finds it again", async () => {
  await using wire = await Wire.make();
  const first = await serve(wire.socket, [line(wire).line]);
  const gateway = await new Gateway(wire.socket).up();
  await wire.say(ascii("A"));
  await gateway.heard.reaches(1);
  await first.server.close();
  await gateway.down();
  assert(gateway.told.includes("closed-here"));
  await until(() => gateway.told.includes("no-serial-process"), "it is said");
  await wire.say(ascii("B"));
  const second = await serve(wire.socket, [line(wire).line]);
  await gateway.up();
  await gateway.heard.reaches(2);
  assertEquals(gateway.heard.text, "AB");
  await gateway.close();
  await second.server.close();
});

ptyTest("turned away: a name that no line has, another version, and what is no gateway", async () => {
  await using wire = await Wire.make();
  const { line: galaxy } = line(wire);
  const { server, refused } = await serve(wire.socket, [galaxy]);
  const lost = new Gateway(wire.socket, "galxy");
  await until(() => lost.told.includes("no-such-line"), "it is said");
  const [news] = lost.news;
  assert(news?.kind === "unreachable" && news.message.includes("there are: galaxy"));
  await lost.close();
  for (
    const [bytes, rule] of [
      [encodeFrame({ kind: "hello", version: 99, line: "galaxy" }), "other-version"],
      [encodeFrame({ kind: "taken", seq: 1 }), "no-hello"],
      [ascii("GET / HTTP/1.1\r\n\r\n"), "not-a-frame"],
    ] as const
  ) {
    const conn = await Deno.connect({ transport: "unix", path: wire.socket });
    await conn.write(bytes);
    const buffer = new Uint8Array(1024);
    const n = await conn.read(buffer);
    const [frame] = new FrameReader().feed(buffer.subarray(0, n ?? 0));
    assert(frame?.kind === "refused");
    assertEquals(frame.rule, rule);
    assertEquals(await conn.read(buffer), null, "then it is closed");
    conn.close();
    assert(refused.includes(rule));
  }
  await server.close();
});

ptyTest("a gateway that writes more than it may, or speaks out of turn, is turned away", async () => {
  await using wire = await Wire.make();
  const { line: galaxy, opens } = line(wire);
  await opens();
  const { server, refused } = await serve(wire.socket, [galaxy]);
  const hello = encodeFrame({ kind: "hello", version: 1, line: "galaxy" });
  const flood = encodeFrame({ kind: "write", opening: 1, bytes: new Uint8Array(4097) });
  for (
    const [frames, rule] of [
      [[hello, flood], "window"],
      [[hello, hello], "not-a-frame"],
      [[hello, encodeFrame({ kind: "passed", octets: 1 })], "not-a-frame"],
    ] as const
  ) {
    const conn = await Deno.connect({ transport: "unix", path: wire.socket });
    for (const frame of frames) await conn.write(frame);
    const buffer = new Uint8Array(4096);
    while (await conn.read(buffer) !== null);
    conn.close();
    await until(() => refused.at(-1) === rule, rule);
  }
  const gateway = await new Gateway(wire.socket).up();
  await gateway.close();
  await server.close();
});

ptyTest(
  "an answer to what was said before the device went away is not sent to what it says now",
  async () => {
    await using wire = await Wire.make();
    const { line: galaxy, states, opens } = line(wire);
    const { server } = await serve(wire.socket, [galaxy]);
    const conn = await Deno.connect({ transport: "unix", path: wire.socket });
    await conn.write(encodeFrame({ kind: "hello", version: 1, line: "galaxy" }));
    await opens();
    await wire.unplug();
    await until(() => states.some(({ kind }) => kind === "down"), "unplugged");
    await wire.plug();
    await opens();
    for (const [opening, text] of [[1, "OLD"], [2, "NEW"]] as const) {
      await conn.write(encodeFrame({ kind: "write", opening, bytes: ascii(text) }));
    }
    assertEquals(new TextDecoder().decode(await wire.hear(3)), "NEW");
    conn.close();
    await server.close();
  },
);

ptyTest(
  "a line that is silent is no process that hangs, and a handler that takes its time neither",
  async () => {
    await using wire = await Wire.make();
    const { line: galaxy } = line(wire);
    const stuck: string[] = [];
    const { server } = await serve(wire.socket, [galaxy], {
      aliveMs: 20,
      stuckMs: 100,
      onStuck: (name) => void stuck.push(name),
    });
    const gateway = await new Gateway(wire.socket, "galaxy", { silentMs: 1000 }).up();
    await pause(1500);
    assertEquals(stuck, []);
    const gate = Promise.withResolvers<void>();
    gateway.gate = gate.promise;
    await wire.say(ascii("A"));
    await until(() => stuck.length === 1, "it is said that the gateway does not fetch");
    await pause(1500);
    gate.resolve();
    gateway.gate = undefined;
    await wire.say(ascii("B"));
    await gateway.heard.reaches(2);
    assertEquals([gateway.connections.length, stuck], [1, ["galaxy"]]);
    await gateway.close();
    await server.close();
  },
);

ptyTest("a serial process that hangs: said, and connected to anew when it goes on", async () => {
  await using wire = await Wire.make();
  const { line: galaxy } = line(wire);
  // Without a sign of life for long, as if it hung.
  const { server } = await serve(wire.socket, [galaxy], { aliveMs: 60_000 });
  const gateway = await new Gateway(wire.socket, "galaxy", { silentMs: 100 }).up();
  await until(() => gateway.told.includes("no-answer"), "it is said");
  await until(() => gateway.connections.length >= 2, "it is connected to anew");
  await gateway.close();
  await server.close();
});

Deno.test("a peer that is no serial process, or a confused one: said, and tried again; nothing goes round in circles", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/s.sock`;
  const listener = Deno.listen({ transport: "unix", path });
  const frames: string[] = [];
  const answer = async (bytes: Uint8Array, until: string) => {
    const conn = await listener.accept();
    await conn.write(bytes);
    const reader = new FrameReader();
    const buffer = new Uint8Array(1024);
    for (let n = await conn.read(buffer); n !== null; n = await conn.read(buffer)) {
      const kinds = [...reader.feed(buffer.subarray(0, n))].map(({ kind }) => kind);
      frames.push(...kinds);
      if (kinds.includes(until as "taken")) break;
    }
    conn.close();
  };
  const gateway = new Gateway(path);
  await answer(ascii("HTTP/1.1 400 Bad Request\r\n\r\n"), "never");
  await answer(encodeFrame({ kind: "hello", version: 1, line: "x" }), "never");
  await answer(encodeFrame({ kind: "data", seq: 1, at: 1, bytes: ascii("of a line that is down") }), "taken");
  await until(() => gateway.news.length >= 4, "it is said");
  assertEquals(gateway.told.slice(0, 4), ["not-a-frame", "not-a-frame", "lost", "no-serial-process"]);
  assertEquals([gateway.connections, gateway.heard.length], [[], 0]);
  assertEquals(frames, ["hello", "hello", "hello", "taken"]);
  listener.close();
  await gateway.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("the word that the line went down is missing: what was open is closed all the same", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/s.sock`;
  const listener = Deno.listen({ transport: "unix", path });
  const gateway = new Gateway(path);
  const conn = await listener.accept();
  const open = { kind: "open", at: 1, opening: 1, device: "/dev/ttyUSB0", character: "9600 8N1" } as const;
  await conn.write(encodeFrame({ kind: "welcome", version: 1, lost: 0, state: open }));
  await conn.write(encodeFrame({ kind: "state", seq: 7, state: { ...open, opening: 3 } }));
  await until(() => gateway.connections.length === 2, "it is open anew");
  assertEquals(gateway.closed.length, 1);
  gateway.connection.send(ascii("x"));
  const reader = new FrameReader();
  const buffer = new Uint8Array(1024);
  let opening: number | undefined;
  while (opening === undefined) {
    for (const frame of reader.feed(buffer.subarray(0, await conn.read(buffer) ?? 0))) {
      if (frame.kind === "write") opening = frame.opening;
    }
  }
  assertEquals(opening, 3);
  conn.close();
  listener.close();
  await gateway.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("nobody serves there: said with what to do", async () => {
  const gateway = new Gateway("/nonexistent/serial.sock");
  await until(() => gateway.news.length >= 2, "it is said");
  const [news] = gateway.news;
  assert(news?.kind === "unreachable" && news.message.includes("is it running?"));
  await gateway.close();
});
