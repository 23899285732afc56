import { assert, assertEquals, assertGreater, assertMatch, assertStringIncludes } from "@std/assert";
import { httpApp } from "../../src/http/app.ts";
import { type HttpServer, serveHttp } from "../../src/http/server.ts";
import { Chromium, findChromium } from "../support/chromium.ts";
import { LiveGateway } from "./live_gateway.ts";

const path = await findChromium();
if (path === undefined) {
  console.warn("page_test: ignored, no Chromium here. Install chromium, or set CHROME_PATH.");
}

/** Runs a test in a browser that has the page of a gateway open. */
function inBrowser(
  name: string,
  run: (browser: Chromium, gateway: LiveGateway, server: HttpServer) => Promise<void>,
  prepare: (gateway: LiveGateway) => void = () => {},
) {
  Deno.test({
    name,
    ignore: path === undefined,
    fn: async () => {
      const gateway = new LiveGateway();
      prepare(gateway);
      const server = serveHttp(httpApp(gateway), { port: 0, graceMs: 300 });
      const browser = await Chromium.launch(path!);
      try {
        await browser.navigate(`http://127.0.0.1:${server.addr.port}/`);
        await browser.waitFor(`document.body.dataset.link === "live"`);
        await run(browser, gateway, server);
      } finally {
        await browser.close();
        await server.shutdown();
      }
    },
  });
}

const text = (selector: string) => `(document.querySelector(${JSON.stringify(selector)})?.textContent ?? "")`;

inBrowser("an alarm and its hops appear without a reload", async (browser, gateway) => {
  await browser.waitFor(`document.querySelector("#alarms-empty").offsetHeight > 0`);
  await browser.evaluate("globalThis.sameDocument = true");
  const id = gateway.alarm({ zone: "0227", area: "2", text: "Till", flags: ["clock-off"] });
  const row = `tr[data-alarm="${id}"]`;
  await browser.waitFor(text(row));
  for (
    const part of ["027978", "BA", "Burglary Alarm", "area 2 · zone 0227", "Till", "clock-off", "Mill Lane"]
  ) {
    assertStringIncludes(await browser.evaluate(text(row)), part);
  }
  assertEquals(await browser.evaluate(text(`${row} .badge`)), "Waiting");
  assertMatch(await browser.evaluate(text(`${row} .trail`)), /received.*stored \+0\.4\sms/);

  const at = Date.now();
  gateway.hop(id, "sent", "S011[#027978|Nri2/BA227]", at);
  gateway.hop(id, "delivered", "ACK", at + 31);
  await browser.waitFor(`${text(`${row} .badge`)} === "Delivered"`);
  assertMatch(
    await browser.evaluate(text(`${row} .trail`)),
    /sent \+.*delivered \+31\sms$/,
  );
  assertStringIncludes(await browser.evaluate(text(`${row} details`)), "S011[#027978|Nri2/BA227]");
  assertEquals(await browser.evaluate(`document.querySelectorAll("#alarms tbody tr").length`), 1);
  assertEquals(await browser.evaluate("globalThis.sameDocument"), true);
  // Whoever listens instead of looking is told as well.
  await browser.waitFor(text("#announce"));
  assertEquals(
    await browser.evaluate(text("#announce")),
    "Account 027978, Burglary Alarm, zone 0227.",
  );
  assertEquals(browser.errors, []);
});

inBrowser(
  "a hop told before the journal shows it is not lost, and neither is the newcomer",
  async (browser, gateway) => {
    const real = gateway.alarms.bind(gateway);
    // A journal that commits late: for the first answers the newcomer is not there, then without its delivery.
    let answers = 0;
    gateway.alarms = async (limit) => {
      const lives = structuredClone(await real(limit));
      answers++;
      if (answers === 1) return [];
      for (const life of lives) {
        life.hops = life.hops.filter(({ step }) => step !== "delivered");
        life.alarm.deliveredAt = undefined;
      }
      return lives;
    };
    const id = gateway.alarm({});
    gateway.hop(id, "delivered", "ACK");
    await browser.waitFor(`${text(`tr[data-alarm="${id}"] .badge`)} === "Delivered"`);
    assertGreater(answers, 1);
    assertEquals(browser.errors, []);
  },
);

inBrowser("text from a panel is shown as text, whatever it pretends to be", async (browser, gateway) => {
  const evil = `<img src=x onerror="globalThis.owned=1"><script>globalThis.owned=1</script>`;
  gateway.name = evil;
  gateway.sites = [{ name: evil, account: evil, state: "connected", address: evil, counters: { [evil]: 1 } }];
  gateway.outputs = [{
    name: evil,
    language: evil,
    where: evil,
    state: "absent",
    queued: 1,
    counters: {},
  }];
  gateway.routes = [{ name: evil, mode: "first", outputs: [evil], queued: 1 }];
  gateway.faults = [{ rule: evil, message: evil, since: Date.now() }];
  const id = gateway.alarm({
    account: evil,
    code: evil,
    label: evil,
    zone: evil,
    text: evil,
    flags: [evil],
    lost: [evil],
  });
  gateway.hop(id, "sent", evil);
  gateway.tell({ type: "fault", rule: evil, message: evil, at: Date.now() });
  await browser.waitFor(text(`tr[data-alarm="${id}"]`));
  await browser.waitFor(`${text("#name")} === ${JSON.stringify(evil)}`);
  await browser.waitFor(text("#announce"));
  for (
    const selector of [
      "#alarms .text",
      "#alarms .label",
      "#alarms .code",
      "#alarms .flag",
      "#alarms .account",
    ]
  ) {
    assertEquals(await browser.evaluate(text(selector)), evil, selector);
  }
  for (const selector of ["#sites", "#outputs", "#routes", "#faults", "#alarms .hops", "#alarms .lost"]) {
    assertStringIncludes(await browser.evaluate(text(selector)), evil, selector);
  }
  assertEquals(await browser.evaluate("document.querySelectorAll('main img, main script').length"), 0);
  await new Promise((resolve) => setTimeout(resolve, 200));
  assertEquals(await browser.evaluate("typeof globalThis.owned"), "undefined");
  assertEquals(browser.errors, []);
});

inBrowser(
  "the age of the last proof ticks, and a path that fails is shown at once",
  async (browser, gateway) => {
    const cell = text(`#sites tbody tr:first-child [data-proof]`);
    const seconds = (words: string) => Number(/^(\d+)\ss$/.exec(words)?.[1]);
    await browser.waitFor(`/^\\d+\\ss$/.test(${cell})`);
    const first = seconds(await browser.evaluate(cell));
    const [site] = gateway.sites;
    assert(first >= 5 && first <= site!.lastProofAgeMs! / 1000, String(first));
    await browser.waitFor(`parseInt(${cell}) >= ${first + 2}`);
    assertEquals(await browser.evaluate(text("#sites .badge")), "Connected");
    gateway.link("Mill Lane", "failed");
    await browser.waitFor(`${text("#sites .badge")} === "Failed"`);
    gateway.faults = [{
      rule: "path-failed",
      message: "Mill Lane was not heard for 90 s.",
      since: Date.now(),
    }];
    gateway.tell({ type: "fault", rule: "path-failed", message: "x", at: Date.now() });
    await browser.waitFor(`${text("#health")} === "1 fault"`);
    assertStringIncludes(await browser.evaluate(text("#faults")), "Mill Lane was not heard for 90 s.");
    assertEquals(await browser.evaluate("document.title"), "(1) Alarm centre north");
    gateway.faults = [];
    gateway.tell({ type: "restored", rule: "path-failed", message: "x", at: Date.now() });
    await browser.waitFor(`${text("#health")} === "All well"`);
    assertEquals(await browser.evaluate(`document.querySelector("#faults-box").hidden`), true);
    assertEquals(browser.errors, []);
  },
  (gateway) => {
    const proof = Date.now() - 5000;
    gateway.sites = [{
      name: "Mill Lane",
      state: "connected",
      get lastProofAgeMs() {
        return Date.now() - proof;
      },
      counters: {},
    }];
  },
);

inBrowser(
  "when the gateway stops the page says so, shows nothing as well, and recovers by itself",
  async (browser, gateway, server) => {
    assertEquals(await browser.evaluate(text("#health")), "All well");
    assertEquals(browser.errors, []);
    await server.shutdown();
    await browser.waitFor(`document.body.dataset.link === "lost"`);
    assertEquals(await browser.evaluate(text("#link")), "Connection lost, retrying");
    assertEquals(await browser.evaluate(text("#health")), "Health not known");
    assertMatch(await browser.evaluate(text("#lost")), /^Connection lost at \d\d:\d\d:\d\d, retrying\./);
    assertEquals(await browser.evaluate(`document.querySelector("#lost").hidden`), false);
    assertEquals(await browser.evaluate("document.title"), "lost · Alarm centre north");

    const missed = gateway.alarm({ account: "4711" });
    const again = serveHttp(httpApp(gateway), { port: server.addr.port, graceMs: 300 });
    try {
      await browser.waitFor(`document.body.dataset.link === "live"`);
      assertEquals(await browser.evaluate(`document.querySelector("#lost").hidden`), true);
      assertEquals(await browser.evaluate(text("#health")), "All well");
      await browser.waitFor(text(`tr[data-alarm="${missed}"]`));
    } finally {
      await again.shutdown();
    }
  },
);

inBrowser(
  "a gateway that answers with an error is told apart from one that is gone",
  async (browser, gateway) => {
    gateway.status = () => Promise.reject(new Error("inside"));
    await browser.waitFor(`document.body.dataset.link === "lost"`);
    assertMatch(
      await browser.evaluate(text("#lost")),
      /^No answer since .* retrying\. The gateway could not answer this\. Its log says why\./,
    );
    gateway.status = LiveGateway.prototype.status;
    await browser.waitFor(`document.body.dataset.link === "live"`);
  },
);

inBrowser("among thousands of sites the failed one is on top and any other can be found", async (browser) => {
  await browser.waitFor(`document.querySelectorAll("#sites tbody tr").length === 100`);
  assertStringIncludes(await browser.evaluate(text("#sites tbody tr")), "Site 1777");
  assertEquals(await browser.evaluate(`document.querySelectorAll("#faults li").length`), 8);
  assertEquals(await browser.evaluate(text("#faults-more")), "and 292 more; /healthz lists them all");
  assertEquals(await browser.evaluate(text("#sites-note")), "the first 100 of 3\u202f000, worst first");
  await browser.evaluate(
    `{ const f = document.querySelector("#filter"); f.value = "site 2999"; f.dispatchEvent(new Event("input")); }`,
  );
  await browser.waitFor(`document.querySelectorAll("#sites tbody tr").length === 1`);
  assertStringIncludes(await browser.evaluate(text("#sites tbody tr")), "Site 2999");
  assertEquals(browser.errors, []);
}, (gateway) => {
  gateway.faults = Array.from(
    { length: 300 },
    (_, i) => ({ rule: "path-failed", message: `Site ${i}`, since: 0 }),
  );
  for (let i = 0; i < 3000; i++) {
    gateway.sites.push({
      name: `Site ${i}`,
      state: i === 1777 ? "failed" : "connected",
      lastProofAgeMs: i,
      counters: {},
    });
  }
});

inBrowser(
  "a flood of alarms leaves the latest on the page and the page responsive",
  async (browser, gateway) => {
    for (let i = 0; i < 3000; i++) {
      const id = gateway.alarm({ account: String(i).padStart(4, "0") });
      gateway.hop(id, "delivered", "ACK");
      if (i % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await browser.waitFor(`${text("#alarms tbody .account")} === "2999"`);
    assertEquals(await browser.evaluate(`document.querySelectorAll("#alarms tbody tr").length`), 50);
    assertEquals(await browser.evaluate(text("#link")), "Live");
    assertEquals(browser.errors, []);
  },
);

inBrowser("no screen is too narrow: nothing has to be scrolled sideways", async (browser, gateway) => {
  const id = gateway.alarm({ zone: "0227", text: "W".repeat(120), label: "L".repeat(80) });
  gateway.hop(id, "sent", "S".repeat(200));
  gateway.hop(id, "refused", "NAK 20 of 20");
  await browser.waitFor(text(`tr[data-alarm="${id}"]`));
  await browser.evaluate(`document.querySelector("#alarms details").open = true`);
  for (const width of [320, 390, 768, 1080, 1280, 1920]) {
    await browser.screen({ width, height: 800 });
    const over = await browser.evaluate<number>(
      "document.documentElement.scrollWidth - document.documentElement.clientWidth",
    );
    assert(over <= 0, `${over} px too wide on a screen of ${width}`);
    const sticking = await browser.evaluate<string[]>(
      `[...document.querySelectorAll("td > *, .pill, .gauges *")].filter((el) =>
        el.getBoundingClientRect().right > el.parentElement.getBoundingClientRect().right + 0.5
      ).map((el) => el.textContent)`,
    );
    assertEquals(sticking, [], `out of their cells on a screen of ${width}`);
    const cut = await browser.evaluate<boolean>(
      `[...document.querySelectorAll("td")].some((el) => el.scrollWidth > el.clientWidth)`,
    );
    assertEquals(cut, false, `cut off on a screen of ${width}`);
  }
}, (gateway) => {
  gateway.sites = [{ name: "N".repeat(90), state: "setting-up", address: "192.0.2.10:50136", counters: {} }, {
    name: "unheard",
    state: "unknown",
    lastProofAgeMs: 59 * 60_000 + 59_000,
    counters: {},
  }];
  gateway.outputs = [{
    name: "O".repeat(90),
    language: "sur-gard",
    where: `serial line /dev/${"o".repeat(90)}`,
    state: "absent",
    queued: 12345,
    counters: {},
  }];
  gateway.routes = [{
    name: "R".repeat(90),
    mode: "by-account",
    outputs: [`10*:${"O".repeat(90)}`],
    queued: 0,
  }];
});

Deno.test({
  name: "without JavaScript the page says what it needs and where to read instead",
  ignore: path === undefined,
  fn: async () => {
    const server = serveHttp(httpApp(new LiveGateway()), { port: 0, graceMs: 300 });
    const browser = await Chromium.launch(path!);
    try {
      await browser.scripts(false);
      await browser.navigate(`http://127.0.0.1:${server.addr.port}/`);
      const words = await browser.evaluate<string>("document.querySelector('noscript').textContent");
      assertMatch(words, /needs JavaScript .*\/healthz/s);
      assertGreater(await browser.evaluate("document.querySelector('noscript p')?.offsetHeight ?? 0"), 10);
    } finally {
      await browser.close();
      await server.shutdown();
    }
  },
});
