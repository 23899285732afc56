import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { alarmRow, HOUR, utc, writeRows, writeYear } from "../evidence/fabricated_year.ts";
import { strictCsv } from "../evidence/strict_csv.ts";

const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));
const COMMAND = new URL("../../src/cli/report.ts", import.meta.url).href;
const CALL = `import { runReport } from ${JSON.stringify(COMMAND)}; Deno.exit(await runReport(Deno.args));`;

/** Runs the command in a folder with a fabricated year. */
async function withYear(
  use: (run: (...args: string[]) => ReturnType<typeof report>, folder: string) => Promise<void>,
) {
  const folder = await Deno.makeTempDir();
  try {
    await writeYear(folder);
    await use((...args) => report(folder, "--config", "rct.toml", ...args), folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function report(folder: string, ...args: string[]) {
  await Deno.writeTextFile(`${folder}/call.ts`, CALL);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-read", "--allow-write", "--config", CONFIG, "call.ts", ...args],
    cwd: folder,
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)) as [string, string];
  return { code, out, err };
}

// deno-lint-ignore no-explicit-any
type Json = any;

function named(list: Json[], key: string, name: string): Json {
  const found = list.find((each) => each[key] === name);
  assert(found !== undefined, `${key} ${name}`);
  return found;
}

const words = (verdicts: Json[]) => verdicts.map(({ verdict }) => verdict);

Deno.test("report: a year in UTC, every sum by hand", () =>
  withYear(async (run) => {
    const { code, out, err } = await run("--year", "2024", "--format", "json", "--category", "SP4");
    assertEquals([code, err], [0, ""]);
    const year: Json = JSON.parse(out);
    assertEquals([year.period.from, year.period.to, year.period.days.length], [
      "2024-01-01T00:00:00.000Z",
      "2025-01-01T00:00:00.000Z",
      366,
    ]);
    const shop = named(year.sites, "site", "shop");
    // 12 months of 24: the 274th of 288 is a 23rd of a month.
    const { count, meanMs, p95Ms, minMs, maxMs, measures, untimed } = shop.transmissions;
    assertEquals([count, meanMs, p95Ms, minMs, maxMs, untimed], [288, 1250, 2300, 100, 2400, 0]);
    assertEquals(measures, { "one-way": 288, "round-trip": 0, "two-parts": 0 });
    assertEquals(words(shop.transmissions.verdicts), ["met", "met", "met"]);
    assertEquals([shop.availability.countedMs, shop.availability.faultMs], [8784 * HOUR, 21 * HOUR]);
    assertEquals(shop.firstAt, "2023-12-01T00:00:00.000Z", "not 1970");
    // February of a leap year has 696 h.
    const february = named(shop.months, "label", "2024-02");
    assertEquals([february.availability.countedMs, february.availability.faultMs], [696 * HOUR, 12 * HOUR]);
    assertEquals(shop.months.map(({ availability }: Json) => availability.faultMs / HOUR), [
      ...[4, 12, 1, 0, 0, 0],
      ...[0, 0, 0, 2, 0, 2],
    ]);
    const bank = named(year.sites, "site", "bank");
    assertEquals([bank.availability.countedMs, bank.availability.faultMs], [7116 * HOUR, 120 * HOUR]);
    assertEquals(bank.months.map(({ availability }: Json) => availability.countedMs / HOUR).slice(0, 4), [
      ...[0, 0, 21.5 * 24, 720],
    ]);
    // Its clock is an hour ahead, and there is no journal of its own.
    assertEquals([bank.transmissions.count, bank.transmissions.untimed], [0, 30]);
    assertEquals(words(bank.transmissions.verdicts), Array(3).fill("not enough data"));
    // All sites: 21 + 120 h of the time that counts; the silent one has no record at all.
    assertEquals([year.sitesAvailability.countedMs, year.sitesAvailability.faultMs], [
      (8784 + 7116) * HOUR,
      141 * HOUR,
    ]);
    // 1 h with all three AEs away, half an hour without a journal.
    assertEquals(year.receiverAvailability.faultMs, 1.5 * HOUR);
    assertEquals(year.receiverAvailability.countedMs, 8784 * HOUR);
    assertEquals(year.systemAvailability.faultMs, (141 + 2 * 1.5) * HOUR);
    const quiet = named(year.outputs, "output", "quiet");
    assertEquals(quiet.availability.faultMs, 2 * HOUR + 12 * 60_000);
    assertEquals(named(year.outputs, "output", "east").availability.faultMs, 6 * HOUR);
    const causes = year.causes.map(({ kind, count, totalMs, longestMs, open }: Json) => [
      ...[kind, count, totalMs / HOUR, longestMs / HOUR, open],
    ]);
    assertEquals(causes, [["site", 7, 141, 72, 1], ["ae", 4, 11.2, 6, 0], ["journal", 1, 0.5, 0.5, 0]]);
    assertEquals(year.outages.length, 12);
    // 2 failures of bank and 5 of shop, the copy for a second output as well; those of 2023 not.
    assertEquals(shop.reporting.delivery.count, 5);
    assertEquals(bank.reporting.delivery, { count: 2, meanMs: 500, p95Ms: 500, minMs: 500, maxMs: 500 });
    // Up to 2 min of heartbeat and 6 s of grace: within 3 min. For shop, 25 h may be allowed.
    assertEquals([bank.reportingVerdict.value, bank.reportingVerdict.verdict], [126_500, "met"]);
    assertEquals(shop.reportingVerdict.verdict, "not enough data");
    assertStringIncludes(shop.reportingVerdict.why, "max_heartbeat");
  }));

Deno.test("report: in a zone with summer time, days and months have their own length", () =>
  withYear(async (run) => {
    const read = async (...args: string[]): Promise<Json> => {
      const { out } = await run("--format", "json", "--zone", "Europe/Berlin", "--site", "shop", ...args);
      const { sites: [site], ...all } = JSON.parse(out);
      return { ...all, site };
    };
    const year = await read("--year", "2024");
    assertEquals(year.period.from, "2023-12-31T23:00:00.000Z");
    // An hour more at the beginning, one less at the end.
    assertEquals([year.site.availability.countedMs, year.site.availability.faultMs], [
      8784 * HOUR,
      21 * HOUR,
    ]);
    const [march, october] = [await read("--month", "2024-03"), await read("--month", "2024-10")];
    assertEquals([march.site.availability.countedMs, march.site.availability.faultMs], [743 * HOUR, HOUR]);
    assertEquals([october.site.availability.countedMs, october.site.availability.faultMs], [
      745 * HOUR,
      2 * HOUR,
    ]);
    const sunday = named(march.days, "label", "2024-03-31");
    assertEquals([sunday.availability.countedMs, sunday.availability.faultMs], [23 * HOUR, HOUR]);
    const other = named(october.days, "label", "2024-10-27");
    assertEquals([other.availability.countedMs, other.availability.faultMs], [25 * HOUR, 2 * HOUR]);
    assertEquals((await read("--month", "2024-12")).site.availability.faultMs, HOUR);
  }));

Deno.test("report: with the SPT's journal, a clock that is ahead does not spoil the times", () =>
  withYear(async (run) => {
    const args = ["--month", "2024-03", "--format", "json", "--config", "bank.toml"];
    const { code, out } = await run(...args, "--site", "bank", "--category", "SP5", "--availability", "A1");
    assertEquals(code, 0);
    const { sites: [bank], notes, transmissions }: Json = JSON.parse(out);
    assertEquals(bank.transmissions.measures, { "one-way": 0, "round-trip": 30, "two-parts": 0 });
    assertEquals([transmissions.meanMs, transmissions.maxMs, transmissions.untimed], [80, 80, 0]);
    assertEquals(words(bank.transmissions.verdicts), ["met", "met", "met"]);
    // 60 s of heartbeat are known now; no failure was told in March.
    assertEquals([bank.reporting.silenceMs, bank.reporting.silenceKnown], [66_000, true]);
    assertEquals(bank.reportingVerdict.verdict, "not enough data");
    // Not the whole month counts.
    assertEquals([bank.availability.share, bank.availabilityVerdict.verdict], [1, "not enough data"]);
    assertStringIncludes(notes.join("\n"), "bank-box");
    const june: Json = JSON.parse(
      (await run("--month", "2024-06", "--format", "json", "--availability", "A4", "--site", "bank")).out,
    );
    assertEquals(june.sites[0].availability.share, 0.9);
    assertEquals([june.sitesVerdict.verdict, june.sites[0].availabilityVerdict.verdict], [
      "not met",
      "not met",
    ]);
  }));

Deno.test("report: a site whose faults nobody is told of is never called available", () =>
  withYear(async (run) => {
    const args = ["--month", "2024-05", "--format", "json", "--availability", "A1"];
    const { sites, sitesVerdict, notes }: Json = JSON.parse((await run(...args)).out);
    const silent = named(sites, "site", "=silent");
    assertEquals(silent.availabilityVerdict.verdict, "not enough data");
    assertStringIncludes(silent.availabilityVerdict.why, 'faults = "off"');
    assertEquals(sitesVerdict.verdict, "not enough data");
    assertEquals(named(sites, "site", "shop").availabilityVerdict.verdict, "met");
    assertStringIncludes(notes.join("\n"), "Faults of 1 site are told to no output");
  }));

Deno.test("report: late, waiting, and a clock that was set back", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const june = utc("2024-06-10T00");
    await writeYear(folder);
    await Deno.remove(`${folder}/data/rct.sqlite`);
    await writeRows(`${folder}/data/rct.sqlite`, [
      ...Array.from({ length: 39 }, (_, i) => alarmRow("shop", "east", june + i * 1000, 40, 60)),
      // An hour later the clock is set back by half an hour.
      alarmRow("shop", "east", june + HOUR, 40, 60_960),
      alarmRow("shop", "east", june + HOUR / 2, 40, undefined),
      alarmRow("shop", "east", june + HOUR / 2 + 1, 40, 60, 0, ["clock-off"]),
      // A negative time.
      alarmRow("shop", "east", june + HOUR / 2 + 2, -5000, 60),
    ]);
    const { out } = await report(
      folder,
      ...["--config", "rct.toml", "--month", "2024-06", "--format", "json", "--category", "SP4"],
      ...["--availability", "A1", "--site", "shop"],
    );
    const { sites: [{ transmissions: t, availabilityVerdict }], notes }: Json = JSON.parse(out);
    assertEquals([t.count, t.untimed, t.waiting, t.overdue, t.tooLate], [41, 2, 0, 1, 2]);
    const [mean, p95, max] = t.verdicts;
    // The one that waits since 2024 counts with its age.
    assertEquals([mean.verdict, p95.verdict, max.verdict], ["not met", "not enough data", "not met"]);
    assertEquals([p95.value, p95.why], [100, "2 could not be timed"]);
    assertEquals(availabilityVerdict.verdict, "not enough data");
    assertStringIncludes(notes.join("\n"), "clock was set back 1 time");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("report: as a table that a strict reader takes and no spreadsheet computes", () =>
  withYear(async (run, folder) => {
    const { code, out } = await run("--year", "2024", "--format", "csv", "--output", "year.csv");
    assertEquals([code, out], [0, ""]);
    const [head, ...rows] = strictCsv(await Deno.readTextFile(`${folder}/year.csv`));
    assertEquals(head?.join(), "scope,name,period,figure,value,unit,limit,verdict,from,to,note");
    const row = (...start: string[]) => rows.find((row) => start.every((text, i) => row[i] === text));
    assertEquals(row("site", "shop", "2024", "mean")?.slice(4, 8), ["1250", "ms", "", "no limit"]);
    assertEquals(row("site", "bank", "2024", "time in fault")?.[4], String(120 * HOUR));
    assertEquals(row("outage", "bank", "2024", "outage")?.slice(8, 10), [
      "2024-06-01T00:00:00.000Z",
      "2024-06-04T00:00:00.000Z",
    ]);
    assert(rows.some(([scope, name]) => scope === "site" && name === "'=silent"));
    assert(rows.flat().every((field) => !/^[=+@\t\r]/.test(field)));
  }));

Deno.test("report: bad arguments, no journal, no such site", () =>
  withYear(async (run, folder) => {
    const wrong: [args: string[], words: string][] = [
      [[], "--month YYYY-MM or --year YYYY is missing"],
      [["--month", "2024-13"], '--month: expected a month such as 2026-11, found "2024-13"'],
      [["--month", "2024"], "--month: expected a month"],
      [["--year", "2024-01"], "--year: expected a year"],
      [["--month", "2024-01", "--year", "2024"], "found both"],
      [["--year", "2024", "--zone", "Mars/Base"], "--zone: expected a time zone such as Europe/Berlin"],
      [["--year", "2024", "--category", "SP9"], "--category: expected one of SP1, SP2"],
      [["--year", "2024", "--availability", "A9"], "--availability: expected one of A0"],
      [["--year", "2024", "--enough", "0"], "--enough: expected a number"],
      [["--year", "2024", "--format", "pdf"], "--format: expected html, csv or json"],
      [["--year", "2024", "--site", "kiosk"], '--site: no site "kiosk"'],
      [["--year", "2024", "--yaer", "1"], "--yaer: unknown"],
      [["--year", "2024", "--config", "rct.toml"], "expected one rct.toml, found two"],
      [
        ["--year", "2024", "--config", "bank.toml", "--config", "bank.toml"],
        "one spt.toml of site bank, found two",
      ],
    ];
    for (const [args, words] of wrong) {
      const { code, out, err } = await run(...args);
      assertEquals([code, out], [64, ""], args.join(" "));
      assertStringIncludes(err, words);
    }
    const unwritten = await run("--year", "2024", "--output", "no/such/folder.html");
    assertEquals(unwritten.code, 73);
    await Deno.remove(`${folder}/data/rct.sqlite`);
    const gone = await run("--year", "2024");
    assertEquals([gone.code, gone.out], [69, ""]);
    assertStringIncludes(gone.err, "cannot be read");
  }));
