/**
 * A plot of transmission times: how many took how long, and the limits.
 *
 * @module
 */
import { escaped, shownTime } from "./shown.ts";
import type { TimeBin } from "./time_statistics.ts";

/** A line across the plot. */
export interface PlotMark {
  /** Where, ms. */
  ms: number;
  /** What it is: `limit of the mean`. */
  label: string;
  /** A limit, or a figure that was measured. */
  kind: "limit" | "measured";
}

const WIDTH = 900, HEIGHT = 346, LEFT = 60, RIGHT = 60, TOP = 106, BOTTOM = 45;

/**
 * Draws bars on a logarithmic axis, the share of times up to each (cumulative) as a line, and marks.
 *
 * @param bins The bars.
 * @param marks Limits and figures.
 * @returns An SVG element; empty when there is nothing to show.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { plotTimes } from "./plot_times.ts";
 *
 * const svg = plotTimes([{ fromMs: 10, toMs: 13.3, count: 4 }], [{ ms: 20_000, label: "limit of the mean", kind: "limit" }]);
 * assertStringIncludes(svg, "limit of the mean 20.00 s");
 * ```
 */
export function plotTimes(bins: readonly TimeBin[], marks: readonly PlotMark[]): string {
  if (bins.length === 0) return "";
  const values = [
    ...bins.flatMap(({ fromMs, toMs }) => [Math.max(1, fromMs), toMs]),
    ...marks.map(({ ms }) => ms),
  ];
  const low = Math.floor(Math.log10(Math.max(1, Math.min(...values))) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9));
  const x = (ms: number) =>
    LEFT + (Math.log10(Math.max(1, ms)) - low) / (high - low) * (WIDTH - LEFT - RIGHT);
  const floor = HEIGHT - BOTTOM;
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  const most = Math.max(...bins.map(({ count }) => count));
  const y = (share: number) => floor - share * (floor - TOP);

  const bars = bins.filter(({ count }) => count > 0).map(({ fromMs, toMs, count }) => {
    const left = x(fromMs),
      width = Math.max(1, x(toMs) - left - 1),
      top = Math.min(y(count / most), floor - 2);
    return `<rect class="bar" x="${f(left)}" y="${f(top)}" width="${f(width)}" height="${
      f(floor - top)
    }"><title>${count}: ${shownTime(fromMs)} to ${shownTime(toMs)}</title></rect>`;
  });
  let counted = 0;
  const curve = bins.map(({ toMs, count }) => {
    counted += count;
    return `${f(x(toMs))},${f(y(counted / total))}`;
  });
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)).map((ms) =>
    `<line class="grid" x1="${f(x(ms))}" x2="${f(x(ms))}" y1="${TOP}" y2="${floor}"/>` +
    `<text x="${f(x(ms))}" y="${floor + 18}" text-anchor="middle">${tick(ms)}</text>`
  );
  const shares = [0, 0.5, 0.95, 1].map((share) =>
    `<text x="${WIDTH - RIGHT + 8}" y="${f(y(share) + (share === 0.95 ? 9 : share === 1 ? -1 : 4))}">${
      Math.round(share * 100)
    } %</text>` +
    (share === 0.95
      ? `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${f(y(share))}" y2="${f(y(share))}"/>`
      : "")
  );
  // Labels one above the other, so that near marks can be told apart.
  const sorted = [...marks].sort((a, b) => a.ms - b.ms);
  const lines = sorted.map(({ ms, label, kind }, i) => {
    const at = x(ms), height = TOP - 8 - (i % 6) * 16;
    const right = at > WIDTH / 2;
    return `<line class="${kind}" x1="${f(at)}" x2="${f(at)}" y1="${height + 4}" y2="${floor}"/>` +
      `<text class="${kind}-text" x="${f(at + (right ? -4 : 4))}" y="${height + 4}" text-anchor="${
        right ? "end" : "start"
      }">${escaped(label)} ${shownTime(ms)}</text>`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Transmission times: ${total}, from ${
    shownTime(bins[0]!.fromMs)
  } to ${shownTime(bins.at(-1)!.toMs)}">${ticks.join("")}${shares.join("")}${bars.join("")}` +
    `<polyline class="curve" points="${f(x(bins[0]!.fromMs))},${floor} ${curve.join(" ")}"/>` +
    `<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${floor}" y2="${floor}"/>` +
    `<text x="${LEFT - 8}" y="${floor + 4}" text-anchor="end">0</text>` +
    `<text x="${LEFT - 8}" y="${TOP + 4}" text-anchor="end">${most}</text>` +
    `<text x="${WIDTH / 2}" y="${HEIGHT - 6}" text-anchor="middle">time to the automation software</text>` +
    `${lines.join("")}</svg>`;
}

function tick(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${ms / 1000} s`;
}

function f(value: number): string {
  return String(Math.round(value * 10) / 10);
}
