/**
 * A plot of availability, a bar for each day.
 *
 * @module
 */
import type { DayEvidence } from "./evidence.ts";
import { escaped, shownShare } from "./shown.ts";

const WIDTH = 900, HEIGHT = 190, LEFT = 72, RIGHT = 12, TOP = 14, BOTTOM = 34;

/**
 * Draws a bar for each day: what worked, and above it what did not. The axis does not begin at 0: it ends below the worst day, and says where. No limit is drawn: classes ask
 * for shares of a month or a year, not of a day.
 *
 * @param days The days.
 * @returns An SVG element; empty when no day counts.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { plotDays } from "./plot_days.ts";
 *
 * const availability = { countedMs: 100, faultMs: 5, share: 0.95, whole: true };
 * assertStringIncludes(plotDays([{ label: "2026-11-01", availability }]), "2026-11-01: 95.000 %");
 * ```
 */
export function plotDays(days: readonly DayEvidence[]): string {
  const shares = days.flatMap(({ availability: { share } }) => share === undefined ? [] : [share]);
  if (shares.length === 0) return "";
  const worst = Math.min(...shares);
  const base = [0.999, 0.99, 0.95, 0.9, 0.75, 0.5].find((edge) => edge < worst) ?? 0;
  const floor = HEIGHT - BOTTOM;
  const y = (share: number) => floor - (Math.max(base, share) - base) / (1 - base) * (floor - TOP);
  const step = (WIDTH - LEFT - RIGHT) / days.length;
  const gap = step > 8 ? 2 : step > 3 ? 0.6 : 0;
  const bars = days.map(({ label, availability: { share } }, i) => {
    const left = LEFT + i * step;
    const width = Math.max(0.5, step - gap);
    if (share === undefined) {
      return `<rect class="none" x="${f(left)}" y="${f(floor - 4)}" width="${f(width)}" height="4"><title>${
        escaped(label)
      }: does not count</title></rect>`;
    }
    const bar = (kind: string, top: number, bottom: number) =>
      bottom <= top
        ? ""
        : `<rect class="${kind}" x="${f(left)}" y="${f(top)}" width="${f(width)}" height="${
          f(bottom - top)
        }"/>`;
    // However little was missing, it shows.
    const edge = share === 1 ? TOP : Math.min(Math.max(y(share), TOP + 1.5), floor);
    return `<g>${bar("good", edge, floor)}${bar("bad", TOP, edge)}<title>${escaped(label)}: ${
      shownShare(share)
    }</title></g>`;
  });
  const every = days.length > 31 ? undefined : 1;
  const names = days.map(({ label }, i) => {
    const day = label.slice(-2);
    if (every === undefined && day !== "01") return "";
    const text = every === undefined ? label.slice(0, 7) : day;
    const at = every === undefined ? LEFT + i * step : LEFT + (i + 0.5) * step;
    return `<text x="${f(at)}" y="${floor + 16}" text-anchor="${every === undefined ? "start" : "middle"}">${
      escaped(text)
    }</text>`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Availability of each day, the worst ${
    shownShare(Math.min(...shares))
  }">${bars.join("")}<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${floor}" y2="${floor}"/>` +
    `<text x="${LEFT - 6}" y="${TOP + 4}" text-anchor="end">100 %</text>` +
    `<text x="${LEFT - 6}" y="${floor + 4}" text-anchor="end">${shownShare(base)}</text>${
      names.join("")
    }</svg>`;
}

function f(value: number): string {
  return String(Math.round(value * 100) / 100);
}
