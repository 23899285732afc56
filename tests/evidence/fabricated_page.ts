import { category } from "../../src/delivery/category/category.ts";
import { buildEvidence } from "../../src/evidence/build_evidence.ts";
import { OutageLedger } from "../../src/evidence/outage_ledger.ts";
import { period } from "../../src/evidence/period.ts";
import { reportHtml } from "../../src/evidence/report_html.ts";
import { TransmissionTable } from "../../src/evidence/transmission_table.ts";

/** A name that would like to be more. */
export const EVIL = `<img src=x onerror="globalThis.owned=1"><script>globalThis.owned=1</script>'"&`;
const DAY = 86_400_000;

/** A page with everything on it, and names that would like to be more. */
export function page(of: string): string {
  const november = period(of, "Europe/Berlin")!;
  const now = november.to + DAY;
  const sp4 = category("SP4");
  const transmissions = new TransmissionTable({
    period: november,
    enough: 20,
    now,
    limits: sp4.transmission,
    limitsOf: () => sp4.transmission,
  });
  const ledger = new OutageLedger();
  const names = ["Mill Lane", EVIL, ...Array.from({ length: 12 }, (_, i) => `shop-${i}`)];
  const months = november.months.length;
  for (const [s, site] of names.entries()) {
    for (let i = 0; i < 100; i++) {
      const at = november.from + (i + 0.5) * (november.to - november.from) / 100;
      // Mostly some 100 ms, some by a second path's detour, one too late at one site.
      const ms = 60 + (i * 37 + s * 101) % 300 + (i % 23 === 0 ? 4000 : 0) +
        (i === 50 && s === 3 ? 65_000 : 0);
      transmissions.add({
        ...{ kind: "alarm", site, output: EVIL, storedAt: at, receivedAt: at, deliveredAt: at + ms - 20 },
        ...{ answeredAt: at, stampedAt: at - 20, clockOff: false, premises: undefined },
      });
    }
    for (let i = 0; i <= s % 4; i++) {
      const at = november.from + (3 + s + 7 * i) * DAY * months;
      const rule = `path-failed:${site}`;
      ledger.add({ rule, over: false, at, text: "" });
      ledger.add({ rule, over: true, at: at + (1 + s) * 1_800_000 * months, text: "" });
    }
  }
  ledger.add({ rule: `ae-absent:${EVIL}`, over: false, at: november.from + 12 * DAY, text: "" });
  ledger.add({ rule: "path-failed:shop-4", over: false, at: november.to - DAY, text: "" });
  transmissions.end();
  return reportHtml(buildEvidence({
    ...{ receiver: EVIL, version: "0", period: november, now, enough: 20, only: undefined, category: sp4 },
    ...{ availabilityClass: "A3", firstAt: 0, transmissions, clockSteps: 0, strangers: 1, premises: [EVIL] },
    outages: ledger.outages(),
    sites: names.map((name, i) => ({
      ...{ name, category: sp4, firstAt: i === 5 ? november.from + 9 * DAY : 0, told: true },
      ...{ silenceMs: 66_000, silenceKnown: true },
    })),
    outputs: [{ name: EVIL, told: "itself" }],
  }));
}
