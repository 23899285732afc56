import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Chromium, findChromium } from "../support/chromium.ts";
import { until } from "../support/until.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const CHROMIUM = await findChromium();
/** Where the pages' pictures go, when somebody wants to look at them. */
const SHOTS = Deno.env.get("TOCSIN_SCREENSHOTS");

/** `tocsin demo --keep` as a child, with the permissions of the task. */
class DemoChild {
  text = "";
  readonly #child: Deno.ChildProcess;
  readonly #read: Promise<void>;

  constructor() {
    const permissions = ["--no-prompt", "--allow-net", "--allow-run", "--allow-read", "--allow-write"];
    const child = this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", ...permissions, MAIN, "demo", "--keep"],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#read = (async () => {
      for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) this.text += part;
    })();
  }

  /** Waits for a line, minutes if it must be: the demo does all that it does before. */
  async until(words: string): Promise<void> {
    await until(() => this.text.includes(words), words, 300_000).catch((error) => {
      throw new Error(`"${words}" did not come:\n${this.text}`, { cause: error });
    });
  }

  /** The gateways it started. */
  async children(): Promise<number[]> {
    const path = `/proc/${this.#child.pid}/task/${this.#child.pid}/children`;
    const all = new Set<number>();
    for await (const task of Deno.readDir(`/proc/${this.#child.pid}/task`)) {
      const list = await Deno.readTextFile(path.replace(/\d+\/children/, `${task.name}/children`));
      for (const pid of list.split(" ")) if (pid.trim() !== "") all.add(Number(pid));
    }
    return [...all];
  }

  /** Asks it to end and waits until it has, at most a minute. */
  async end(signal: "SIGINT" | "SIGTERM"): Promise<Deno.CommandStatus> {
    try {
      this.#child.kill(signal);
    } catch { /* it has ended */ }
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 60_000);
    const status = await this.#child.status;
    clearTimeout(timer);
    await this.#read;
    return status;
  }
}

async function alive(pid: number): Promise<boolean> {
  try {
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
    return !stat.includes(") Z ");
  } catch {
    return false;
  }
}

/** Asserts that these processes end. */
async function assertGone(pids: number[]): Promise<void> {
  try {
    for (const pid of pids) await until(async () => !await alive(pid), `the end of process ${pid}`);
  } finally {
    for (const left of pids) if (await alive(left)) Deno.kill(left, "SIGKILL");
  }
}

/** The parts of a text that show an alarm's life. */
function lives(text: string): string[] {
  return text.split(/\n {2}alarm {2}/).slice(1);
}

/** What an alarm's life must show. */
const LIFE = [
  ["SPT", "received"],
  ["SPT", "stored"],
  ["SPT", "acknowledged"],
  ["SPT", "sent"],
  ["RCT", "received"],
  ["RCT", "stored"],
  ["RCT", "sent"],
  ["RCT", "delivered"],
  ["SPT", "delivered"],
] as const;

Deno.test("the demo: every alarm arrives once, every hop is shown, the pages show the alarms, Ctrl-C leaves nothing", async (t) => {
  const demo = new DemoChild();
  let children: number[] = [];
  try {
    await demo.until("Left running");
    children = await demo.children();
    const { text } = demo;

    await t.step("fourteen alarms sent, acknowledged and delivered once; none lost, none doubled", () => {
      assertStringIncludes(
        text,
        "sent 14   acknowledged to the panels 14   delivered once 14   lost 0   doubled 0",
      );
    });

    await t.step("each alarm's life shows every hop of both sides", () => {
      const all = lives(text);
      assertEquals(all.length, 14);
      for (const life of all) {
        for (const [side, step] of LIFE) {
          assert(new RegExp(`ms {2}${side} {2}${step} `).test(life), `no ${side} ${step} in:\n${life}`);
        }
      }
    });

    await t.step(
      "alarms of the new languages wait at the SPT while the RCT is killed, and arrive behind that",
      () => {
        const [before = "", rest = ""] = text.split("RCT killed (SIGKILL)");
        const [down = "", after = ""] = rest.split("RCT started again");
        for (const title of ["DC-09 with AES", "Scancom Fast Format", "VdS 2465 over TCP with AES"]) {
          assertStringIncludes(down, `● ${title}`);
        }
        assertEquals(down.split("kept in the SPT's journal").length - 1, 5);
        assertEquals([before, down, after].map((part) => lives(part).length), [6, 0, 8]);
      },
    );

    await t.step("every title says whether it was captured, printed in a manual, or simulated", () => {
      const titles = [...text.matchAll(/^● (.+)$/gm)].map(([, title]) => title!);
      assertEquals(titles.length, 14);
      for (const title of titles) {
        assert(/: (as captured from |as .+ prints it |simulated$)/.test(title), title);
      }
    });

    await t.step("the automation software got what the panels said, once each", () => {
      const got = text.slice(text.indexOf("line by line"));
      // In which order they come after the RCT was away is the SPT's choice.
      const expected = [
        "S011[#027978|Nti11:45/id001/pi010/CL]",
        "5011 181234E13101015",
        "S011[#1000|Nri1BA001]",
        "80118531 1515 5555 7",
        "5011 18AAAAR40701001",
        "S011[#123456|Nri1/BA3]",
        "5011 181234R13101015",
        "S011[#1111|Nri1/WA000]",
        "80112890 5555 5555 8",
        "5011 181000E13001001",
        "S011[#123456|Nri1/BR3]",
        "S011[#027978|Nti12:16/va1440/RP]",
        "5011 181234E13701015",
        "S011[#2468|Nri2/FA7]",
      ];
      const lines = [...got.matchAll(/^ {4}(.+)<DC4>$/gm)].map(([, line]) => line);
      assertEquals(lines.toSorted(), expected.toSorted());
    });

    await t.step({
      name: "both pages show the alarms",
      ignore: CHROMIUM === undefined, // no Chromium here: set CHROME_PATH
      fn: async () => {
        const pages = /pages +SPT (\S+) +RCT (\S+)/.exec(text)!;
        const browser = await Chromium.launch(CHROMIUM!);
        try {
          await browser.screen({ width: 1280, height: 900 });
          for (const [name, url] of [["spt", pages[1]!], ["rct", pages[2]!]] as const) {
            await browser.navigate(url);
            for (const words of ["027978", "Perimeter", "delivered"]) {
              await browser.waitFor(
                `document.body.innerText.toLowerCase().includes("${words.toLowerCase()}")`,
              );
            }
            if (SHOTS !== undefined) await browser.screenshot(`${SHOTS}/demo-${name}.png`);
          }
          assertEquals(browser.errors, []);
        } finally {
          await browser.close();
        }
      },
    });
    assertEquals(children.length, 2, "an SPT and an RCT");
  } finally {
    const { code, signal } = await demo.end("SIGINT");
    await assertGone(children);
    assertEquals([code, signal], [0, null]);
  }
});

Deno.test("the demo asked to stop in the middle ends its gateways too", async () => {
  const demo = new DemoChild();
  let children: number[] = [];
  try {
    await demo.until("acknowledged after");
    children = await demo.children();
    assertEquals(children.length, 2);
  } finally {
    await demo.end("SIGTERM");
    await assertGone(children);
  }
});
