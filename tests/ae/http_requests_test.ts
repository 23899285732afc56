import { assert, assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import { type HttpItem, HttpRequests } from "../../src/ae/http_requests.ts";
import { ascii } from "../support/ascii.ts";

const TWO = "\r\nPOST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbodyGET /b HTTP/1.0\r\n\r\n";

function short(items: HttpItem[]): unknown[] {
  return items.map((item) =>
    item.kind === "frame"
      ? [item.offset, item.frame.method, item.frame.target, new TextDecoder().decode(item.frame.body)]
      : item.kind === "refused"
      ? item.rule
      : item.kind
  );
}

Deno.test("two requests in a chunk, with a body and without", () => {
  const requests = new HttpRequests();
  assertEquals(short(requests.feed(ascii(TWO))), [[2, "POST", "/a", "body"], [54, "GET", "/b", ""]]);
  assertEquals([requests.buffered, requests.flush()], [0, []]);
});

Deno.test("any split of the stream gives the same", () => {
  const octets = ascii(TWO);
  const whole = new HttpRequests().feed(octets);
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 20 })), (cuts) => {
    const requests = new HttpRequests();
    const got: HttpItem[] = [];
    let at = 0;
    for (const cut of [...cuts, octets.length]) {
      got.push(...requests.feed(octets.subarray(at, at + cut)));
      at = Math.min(octets.length, at + cut);
    }
    assertEquals(got, whole);
  }));
});

for (
  const [rule, request] of [
    ["no-http", "\x16\x03\x01 hello\r\n\r\n"],
    ["no-http", "POST /\r\n\r\n"],
    ["head-too-long", `POST / HTTP/1.1\r\nx: ${"y".repeat(17_000)}`],
    ["length-required", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"],
    ["bad-length", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"],
    ["body-too-long", "POST / HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n"],
  ] as const
) {
  Deno.test(`${rule}: ${request.slice(0, 40).trim()}`, () => {
    const requests = new HttpRequests();
    assertEquals(short(requests.feed(ascii(`${request}\r\n\r\n${TWO}`))), [rule]);
    assertEquals(requests.flush(), []);
  });
}

Deno.test("half a request is told when the connection ends, and 100-continue is asked for", () => {
  const requests = new HttpRequests();
  const head = "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
  assertEquals(short(requests.feed(ascii(`${head}bo`))), ["expects"]);
  assertEquals(short(requests.flush()), ["truncated"]);
});

Deno.test("whatever comes, nothing throws and what is held is bounded", () => {
  fc.assert(fc.property(fc.string({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 }), (text, bytes) => {
    const requests = new HttpRequests();
    requests.feed(ascii(`POST / HTTP/1.1\r\n${text}`));
    requests.feed(bytes);
    assertLess(requests.buffered, 2_000_000);
    assert(requests.flush().length <= 1);
  }));
});
