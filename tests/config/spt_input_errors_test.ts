import { assertEquals } from "@std/assert";
import { change, SPT, sptErrors } from "./samples.ts";

Deno.test("each wrong [http] and [[input]] of an SPT file has its exact message", () => {
  const cases: [from: string, to: string, error: string][] = [
    [
      "[[input]]",
      '[http]\nhost = "0.0.0.0"\n[[input]]',
      '10: http.host: other machines could open the page: write host = "127.0.0.1", or add allow_remote = true',
    ],
    [
      "[[input]]",
      '[http]\nport = "off"\n[[input]]',
      '10: http.port: expected a port number 1-65535, 0 (any free port) or false (off), found "off"',
    ],
    [
      "[[input]]",
      '[http]\nenabled = "true"\n[[input]]',
      '10: http.enabled: expected true or false, found "true": take the quotes away',
    ],
    [
      "[[input]]",
      "http = 1\n[[input]]",
      "9: identity.http: unknown key: expected one of device_id, master_handle, master_key, rct_device_id",
    ],
    [
      "[[input]]",
      "[input]",
      "9: input: expected one or more tables [[input]], found [input] with single brackets",
    ],
    [
      'name = "galaxy"\n',
      "",
      "9: input.name: expected a name of 1-64 characters, found nothing: add a line name = … under [input]",
    ],
    [
      '"sia"',
      '"gelaxy"',
      '11: input.language: expected one of "sia", "contact-id", "texecom", "scancom", "dc09", "vds2465-serial", "vds2465-tcp", found "gelaxy"',
    ],
    [
      '"0.0.0.0:10002"',
      '"0.0.0.0:10002a"',
      '12: input.listen: expected an address and a port 1-65535 such as "0.0.0.0:10002", found "0.0.0.0:10002a"',
    ],
    [
      '"0.0.0.0:10002"',
      '"0.0.0.0"',
      '12: input.listen: expected an address and a port 1-65535 such as "0.0.0.0:10002", found "0.0.0.0"',
    ],
    [
      'listen = "0.0.0.0:10002"',
      'port = "10002a"',
      '12: input.port: expected a port number 1-65535, found "10002a"',
    ],
    [
      'listen = "0.0.0.0:10002"\n',
      "",
      '9: input.listen: expected the TCP port that panels connect to, found nothing: add a line listen = "0.0.0.0:10002"',
    ],
    [
      'listen = "0.0.0.0:10002"',
      'listen = "0.0.0.0:10002"\nport = 10002',
      "13: input.port: expected either listen or host and port, found both: keep one of them",
    ],
    [
      'language = "sia"',
      'language = "sia"\naccount = 1234',
      "12: input.account: expected an account in quotes: 1-16 letters and digits, found the number 1234: put it in quotes",
    ],
    [
      'language = "sia"',
      'language = "sia"\naccount = "12 34"',
      '12: input.account: expected an account in quotes: 1-16 letters and digits, found "12 34"',
    ],
    [
      'language = "sia"',
      'language = "sia"\nallow = "10.0.0.1"',
      '12: input.allow: expected a list of addresses or blocks such as "192.168.1.0/24", found "10.0.0.1": put it in [ and ]',
    ],
    [
      'language = "sia"',
      'language = "sia"\nallow = []',
      '12: input.allow: expected a list of addresses or blocks such as "192.168.1.0/24", found an empty list: take the line away, or fill it',
    ],
    [
      'language = "sia"',
      'language = "sia"\nallow = [\n "10.0.0.1",\n "10.0.0.0/33"]',
      '14: input.allow: expected addresses or blocks such as "192.168.1.0/24", found "10.0.0.0/33"',
    ],
    [
      'language = "sia"',
      'language = "sia"\nack_style = 40',
      '12: input.ack_style: expected "40", "00", "40-08" or "00-08", found the number 40: put it in quotes',
    ],
    [
      'language = "sia"',
      'language = "sia"\npoll_minutes = 1',
      '12: input.poll_minutes: this key means nothing in the language "sia": take the line away',
    ],
    [
      'language = "sia"',
      'language = "sia"\nacknowledge = "direct"',
      '12: input.acknowledge: expected "store-and-forward" or "pass-through", found "direct"',
    ],
    [
      'language = "sia"',
      'language = "sia"\nacknowledge = "pass-through"\npass_through_wait = "1s"',
      "13: input.pass_through_wait: expected at least rct.response_timeout: else the panel is refused before the RCT can answer",
    ],
    [
      "[[input]]",
      '[[input]]\nname = "galaxy"\nlanguage = "contact-id"\nlisten = "0.0.0.0:1"\n[[input]]',
      '14: input.name: expected one of its own, found the same "galaxy" as on line 10',
    ],
    [
      "[[input]]",
      '[[input]]\nname = "b"\nlanguage = "contact-id"\nlisten = "10.0.0.1:10002"\n[[input]]',
      "16: input.listen: expected a TCP port of its own, found 10002, the same as input.listen on line 12",
    ],
    [
      ":10002",
      ":8151",
      "12: input.listen: expected a TCP port of its own, found 8151, the same as the default of http.port",
    ],
  ];
  for (const [from, to, error] of cases) {
    assertEquals(sptErrors(change(SPT, from, to)), [`spt.toml:${error}`], to);
  }
});
