import { assert, assertEquals } from "@std/assert";
import { readWebhookUrl } from "../../../adapters/webhook/url.ts";

Deno.test("alarms go by https, or by http on this machine", () => {
  const good = [
    "https://arc.example/alarms?key=1",
    "https://10.0.0.7:8443/",
    "http://localhost:8080/x",
    "http://127.0.0.1/",
    "http://127.8.9.1/",
    "http://[::1]:80/",
  ];
  for (const url of good) assert(readWebhookUrl(url).ok, url);
  assert(readWebhookUrl("http://10.0.0.7/alarms", true).ok);
});

Deno.test("other addresses are refused, and no refusal shows a path or a password", () => {
  const bad = [
    "",
    "arc.example/s3cret",
    "ftp://arc.example/s3cret",
    "file:///s3cret",
    "http://arc.example/s3cret",
    "http://10.0.0.7/s3cret",
    "http://127.0.0.1.example/s3cret",
    "http://localhost.example/s3cret",
    "https://user:s3cret@arc.example/",
    "https://s3cret@arc.example/",
  ];
  for (const url of bad) {
    const read = readWebhookUrl(url);
    assert(!read.ok, url);
    assertEquals(read.rule, "bad-url");
    assertEquals(read.message.includes("s3cret"), false, read.message);
  }
  assert(!readWebhookUrl("https://user:s3cret@arc.example/", true).ok);
});
