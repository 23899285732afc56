/**
 * How reports and declarations look: on a screen, bright or dark, and on paper.
 *
 * @module
 */

/** A style sheet that needs nothing from anywhere. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ground: #fff; --ink: #14211f; --muted: #55666a; --line: #d0d8d6; --accent: #1d6f7a;
  --good: #14683f; --good-soft: #dff1e6; --bad: #a3201a; --bad-soft: #fbe0dd; --idle-soft: #e9edec; --bar: #7fb3ba; }
@media screen and (prefers-color-scheme: dark) {
  :root { --ground: #0f1517; --ink: #e2eae9; --muted: #93a4a7; --line: #2c393d; --accent: #7fd6c2;
    --good: #6fd49b; --good-soft: #15332a; --bad: #ff8f86; --bad-soft: #43201f; --idle-soft: #232e32; --bar: #33666d; }
}
* { box-sizing: border-box; }
html { font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
  background: var(--ground); color: var(--ink); }
body { margin: 0 auto; padding: 24px; max-width: 1040px; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0 0 4px; }
h2 { font-size: 1.15rem; margin: 32px 0 8px; }
p, ul { margin: 6px 0; }
.muted, caption { color: var(--muted); }
caption { text-align: left; padding-bottom: 4px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; overflow-wrap: normal; }
th, td { text-align: left; padding: 4px 8px; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--muted); font-weight: 600; }
td.n, th.n { text-align: right; white-space: nowrap; }
td.name { min-width: 8em; max-width: 22em; overflow-wrap: anywhere; }
.scroll + .scroll { margin-top: 16px; }
td.n .v { display: block; width: fit-content; margin-left: auto; font-size: 0.85em; }
.v { display: inline-block; padding: 0 7px; border-radius: 9px; white-space: nowrap; background: var(--idle-soft); }
.v.met { background: var(--good-soft); color: var(--good); }
.v.not-met { background: var(--bad-soft); color: var(--bad); font-weight: 600; }
svg { display: block; width: 100%; height: auto; margin: 8px 0; }
svg text { font-size: 12px; fill: var(--muted); }
svg .bar { fill: var(--bar); } svg .good { fill: var(--good); opacity: 0.55; } svg .bad { fill: var(--bad); }
svg .none { fill: var(--line); }
svg .grid { stroke: var(--line); stroke-width: 1; } svg .axis { stroke: var(--muted); stroke-width: 1; }
svg .curve { fill: none; stroke: var(--accent); stroke-width: 2; }
svg .limit { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 5 4; }
svg .measured { stroke: var(--ink); stroke-width: 1.2; }
svg text.limit-text { fill: var(--bad); } svg text.measured-text { fill: var(--ink); }
@media print {
  @page { margin: 14mm; }
  html { font-size: 11px; } body { padding: 0; max-width: none; }
  .scroll { overflow: visible; }
  svg, tr { break-inside: avoid; } h2 { break-after: avoid; } thead { display: table-header-group; }
  svg *, .v { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
