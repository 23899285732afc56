import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { pathToFileURL } from "node:url";
import { Chromium, findChromium } from "../support/chromium.ts";
import { EVIL, page } from "./fabricated_page.ts";

const path = await findChromium();
if (path === undefined) {
  console.warn("report_page_test: ignored, no Chromium here. Install chromium, or set CHROME_PATH.");
}

Deno.test({
  name: "the page shows its plots without script, bright, dark and on paper, and runs nothing of a name",
  ignore: path === undefined,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const browser = await Chromium.launch(path!);
    try {
      const html = page("2026-11");
      await Deno.writeTextFile(`${folder}/report.html`, html);
      await browser.screen({ width: 1100, height: 900 });
      await browser.navigate(pathToFileURL(`${folder}/report.html`).href);
      const of = <T>(expression: string) => browser.evaluate<T>(expression);
      assertEquals(await of("globalThis.owned"), undefined);
      assertEquals(await of("document.images.length + document.scripts.length"), 0);
      assertStringIncludes(await of(`document.querySelector("h1").textContent`), `${EVIL}: November 2026`);
      assertEquals(await of("document.querySelectorAll('svg').length"), 3);
      assertEquals(await of("document.querySelectorAll('svg')[1].querySelectorAll('g').length"), 30);
      // Every plot has an area, and nothing of it lies outside.
      const outside = await of<string[]>(`[...document.querySelectorAll("svg")].flatMap((svg) => {
        const box = svg.getBoundingClientRect();
        return [...svg.querySelectorAll("rect, text, line, polyline")].filter((part) => {
          const { left, right, top, bottom } = part.getBoundingClientRect();
          return left < box.left - 1 || right > box.right + 1 || top < box.top - 1 || bottom > box.bottom + 1;
        }).map((part) => part.outerHTML);
      })`);
      assertEquals(outside, []);
      assert(
        await of<boolean>(`[...document.querySelectorAll("svg")].every((svg) => svg.clientHeight > 50)`),
      );
      assert(await of<boolean>("document.documentElement.scrollWidth <= innerWidth"));
      const ground = () => of<string>("getComputedStyle(document.documentElement).backgroundColor");
      assertEquals(await ground(), "rgb(255, 255, 255)");
      await browser.screen({ width: 400, height: 900, colorScheme: "dark" });
      assertEquals(await ground(), "rgb(15, 21, 23)");
      assert(await of<boolean>("document.documentElement.scrollWidth <= innerWidth"), "on a telephone");
      await browser.screen({ width: 690, height: 900, colorScheme: "dark" });
      // On paper it is bright, whatever the screen is.
      await browser.send("Emulation.setEmulatedMedia", {
        media: "print",
        features: [{ name: "prefers-color-scheme", value: "dark" }],
      });
      assertEquals(await ground(), "rgb(255, 255, 255)");
      assert(await of<boolean>("document.documentElement.scrollWidth <= innerWidth"), "A4 upright");
      const { data } = await browser.send("Page.printToPDF", { preferCSSPageSize: true });
      assertStringIncludes(atob(String(data)).slice(0, 8), "%PDF");
      assertEquals(browser.errors, []);
    } finally {
      await browser.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("the page needs nothing from anywhere", () => {
  const html = page("2026");
  assert(!/<script|<link|<img|url\(|https?:|@import|javascript:/i.test(html));
  assertEquals(html.match(/<svg/g)?.length, 3);
  assertStringIncludes(html, "<h2>Months</h2>");
});
