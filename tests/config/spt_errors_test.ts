import { assertEquals } from "@std/assert";
import { change, KEY, RCT_ID, SPT, SPT_ID, sptErrors } from "./samples.ts";

Deno.test("each wrong name, path, [rct] and [identity] of an SPT file has its exact message", () => {
  const cases: [from: string, to: string, error: string][] = [
    [
      'name = "shop-12"',
      "",
      "1: name: expected a name of 1-64 characters, found nothing: add a line name = … before the first [table]",
    ],
    ['"shop-12"', '""', "1: name: expected a name of 1-64 characters, found empty text"],
    [
      '"shop-12"',
      '"a\\u0007"',
      '1: name: expected a name of 1-64 characters, found "a\\u0007": it has control characters in it',
    ],
    [
      'host = "rct.example"',
      "",
      "2: rct.host: expected a host name or an IP address, found nothing: add a line host = … under [rct]",
    ],
    [
      "rct.example",
      "rct.example:50136",
      '3: rct.host: expected a host name or an IP address, found "rct.example:50136": the port has a key of its own, port',
    ],
    [
      "rct.example",
      "udp://rct.example",
      '3: rct.host: expected a host name or an IP address, found "udp://rct.example": only the name, without ://',
    ],
    ["rct.example", "10.0.0.256", '3: rct.host: expected a host name or an IP address, found "10.0.0.256"'],
    ['"rct.example"', '["rct.example"]', "3: rct.host: expected a host name or an IP address, found a list"],
    [
      "[rct]\n",
      '[rct]\nport = "50136"\n',
      '3: rct.port: expected a port number 1-65535, found "50136": take the quotes away',
    ],
    [
      "[rct]\n",
      "[rct]\nport = 65536\n",
      "3: rct.port: expected a port number 1-65535, found the number 65536",
    ],
    ["[rct]\n", "[rct]\nport = 0\n", "3: rct.port: expected a port number 1-65535, found the number 0"],
    ["[rct]\n", "[rct]\nport = 1.5\n", "3: rct.port: expected a port number 1-65535, found the number 1.5"],
    [
      "[rct]\n",
      '[rct]\nresponse_timeout = "2 sec"\n',
      '3: rct.response_timeout: expected a time from 200ms to 1m such as "400ms", found "2 sec": units are ms, s, m, h and d',
    ],
    [
      "[rct]\n",
      "[rct]\nresponse_timeout = 2000\n",
      '3: rct.response_timeout: expected a time from 200ms to 1m such as "400ms", found the number 2000: a number without unit counts seconds',
    ],
    [
      "[rct]\n",
      '[rct]\nheartbeat = "500ms"\n',
      '3: rct.heartbeat: expected a time from 1s to 32d such as "2s", found "500ms"',
    ],
    [
      "[rct]\n",
      "[rct]\ntransmissions = 0\n",
      "3: rct.transmissions: expected a whole number 1-10, found the number 0",
    ],
    [
      "[rct]\n",
      '[rct]\nencryption = "none"\n',
      '3: rct.encryption: expected "aes-256" or "aes-128", found "none"',
    ],
    [
      "[rct]\n",
      "[rct]\npadding = 100\n",
      "3: rct.padding: expected a multiple of 16 in the range 64-1008, found the number 100",
    ],
    ["[rct]\n", "[rct]\nhearbeat = 5\n", "3: rct.hearbeat: unknown key: did you mean heartbeat?"],
    [
      "[rct]\n",
      "[rct]\ncolour = 5\n",
      "3: rct.colour: unknown key: expected one of clock, edition, encryption, hash, heartbeat, host, padding, poll, port, response_timeout, session_lifetime, transmissions",
    ],
    [
      "[rct]\n",
      "[rct]\nport = 5\nport = 6\n",
      "4: rct.port: stands here again, after line 3: keep one of the two",
    ],
    [
      "[rct]\n",
      "[rct]\nport = 10002a\n",
      '3: rct.port: expected a number, true, false or text in quotes ("…"), found a word without quotes',
    ],
    [
      "[rct]\n",
      '[journal]\npath = ":memory:"\n[rct]\n',
      '3: journal.path: expected the path of a file, found ":memory:": what it holds must survive a power cut',
    ],
    [
      "[rct]\n",
      '[journal]\npath = "data/"\n[rct]\n',
      '3: journal.path: expected the path of a file, found "data/": this is a folder',
    ],
    [
      "[rct]\n",
      '[journal]\nkeep = "24 months"\n[rct]\n',
      '3: journal.keep: expected a time from 1d to 36500d such as "2d", or "off", found "24 months": units are ms, s, m, h and d',
    ],
    [
      "[rct]\n",
      '[journal]\nmax_size = "2G"\n[rct]\n',
      '3: journal.max_size: expected a size from 16MB on such as "2GB", or "off", found "2G": units are MB, GB, TB, MiB, GiB and TiB',
    ],
    [
      "[rct]\n",
      '[journal]\nmax_size = "1MB"\n[rct]\n',
      '3: journal.max_size: expected a size from 16MB on such as "2GB", or "off", found "1MB"',
    ],
    ["[rct]\n", "[jurnal]\n[rct]\n", "2: jurnal: unknown table or key: did you mean journal?"],
    [
      `rct_device_id = "${RCT_ID}"`,
      "",
      "4: identity.rct_device_id: expected 32 hex digits, found nothing: rct_device_id, master_handle and master_key go together. Add a line rct_device_id = …, or take master_handle and master_key away: then tocsin commission brings them",
    ],
    [
      RCT_ID,
      SPT_ID,
      "6: identity.rct_device_id: expected the RCT's device ID, found the SPT's own: each has one of its own",
    ],
    [
      RCT_ID,
      "02" + "x".repeat(30),
      "6: identity.rct_device_id: expected 32 hex digits, found 32 characters: character 3 is none of 0-9, a-f",
    ],
    [
      RCT_ID,
      "00".repeat(16),
      "6: identity.rct_device_id: expected 32 hex digits made at random, found the same two digits over and over: let tocsin init make them",
    ],
    [
      "0462f3aa",
      "00000000",
      "7: identity.master_handle: expected 8 hex digits made at random, found zero: let tocsin init make them",
    ],
    [
      '"0462f3aa"',
      "73603722",
      "7: identity.master_handle: expected 8 hex digits, found a number: put them in quotes",
    ],
    ["0462f3aa", "0462f3", "7: identity.master_handle: expected 8 hex digits, found 6 hex digits"],
    [KEY, KEY.slice(1), "8: identity.master_key: expected 64 hex digits, found 63 hex digits"],
    [
      KEY,
      `${KEY.slice(1)}O`,
      "8: identity.master_key: expected 64 hex digits, found 64 characters: character 64 is none of 0-9, a-f",
    ],
    [
      KEY,
      "correct horse battery",
      "8: identity.master_key: expected 64 hex digits, found 21 characters: character 2 is none of 0-9, a-f",
    ],
    [
      `"${KEY}"`,
      "123456",
      "8: identity.master_key: expected 64 hex digits, found a number: put them in quotes",
    ],
    [
      KEY,
      "replace this by tocsin init",
      "8: identity.master_key: expected 64 hex digits, found the words of an example: replace this by tocsin init",
    ],
    [
      KEY,
      "11".repeat(32),
      "8: identity.master_key: expected 64 hex digits made at random, found the same two digits over and over: let tocsin init make them",
    ],
  ];
  for (const [from, to, error] of cases) {
    assertEquals(sptErrors(change(SPT, from, to)), [`spt.toml:${error}`], to);
  }
});

Deno.test("all errors are listed in the order of the file, not only the first", () => {
  const text = SPT.replace('"rct.example"', "7").replace("[identity]", "what is this\n[identity]").replace(
    '"sia"',
    '"six"',
  );
  assertEquals(sptErrors(`${text}lisen = 5\n`), [
    "spt.toml:3: rct.host: expected a host name or an IP address, found the number 7",
    'spt.toml:4: rct.what: expected key = value, found no "="',
    'spt.toml:12: input.language: expected one of "sia", "contact-id", "texecom", "scancom", "dc09", "vds2465-serial", "vds2465-tcp", found "six"',
    "spt.toml:14: input.lisen: unknown key: did you mean listen?",
  ]);
});

Deno.test("missing tables are one error each, and an empty file is three", () => {
  assertEquals(sptErrors(""), [
    "spt.toml:1: name: expected a name of 1-64 characters, found nothing: add a line name = … before the first [table]",
    "spt.toml:1: [rct]: this table is missing: add a line [rct] and under it host",
    "spt.toml:1: [identity]: this table is missing: add a line [identity] and under it device_id",
    "spt.toml:1: [[input]]: expected one or more tables [[input]], found none",
  ]);
});

Deno.test("a key on a line that cannot be read is not also called missing", () => {
  assertEquals(sptErrors(change(SPT, '"rct.example"', "rct.example")), [
    'spt.toml:3: rct.host: expected a number, true, false or text in quotes ("…"), found a word without quotes',
  ]);
  assertEquals(sptErrors(change(SPT, "[rct]", "[rct")), [
    "spt.toml:2: rct: expected the table's name to end with ]",
  ]);
});
