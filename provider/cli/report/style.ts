/** The look of HTML reports: one column, both color schemes, prints well. */

export const style = `
:root { --ink: #1b1f24; --quiet: #626c78; --line: #e3e7ec; --paper: #ffffff; --panel: #f6f8fa;
  --bad: #c62f3b; --warn: #b26a00; --good: #1f7a4d; --bad-soft: #fdecee; --warn-soft: #fff4e0; --good-soft: #e8f5ee; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --quiet: #98a2ae; --line: #2c333b; --paper: #14181d;
  --panel: #1b2027; --bad: #ff7b84; --warn: #f0b35a; --good: #5fcf97; --bad-soft: #3a1e22; --warn-soft: #362a15;
  --good-soft: #173226; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, "Segoe UI", "Helvetica Neue", sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 40px 24px 80px; }
h1 { font-size: 26px; line-height: 1.25; letter-spacing: -0.01em; margin: 0 0 12px; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 40px 0 10px; }
h2 small { color: var(--quiet); font-weight: 500; font-size: 14px; margin-left: 4px; }
p { margin: 8px 0; overflow-wrap: anywhere; }
.verdict { display: inline-block; margin: 0; padding: 8px 14px; border-radius: 8px; font-weight: 600; background: var(--panel); }
.verdict.bad { background: var(--bad-soft); } .verdict.warn { background: var(--warn-soft); } .verdict.good { background: var(--good-soft); }
.bad { color: var(--bad); } .warn { color: var(--warn); } .good { color: var(--good); } .quiet { color: var(--quiet); }
code { font: 0.88em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; background: var(--panel); border-radius: 4px;
  padding: 1px 5px; overflow-wrap: anywhere; }
.table { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; font-weight: 600; color: var(--quiet); font-size: 12px; background: var(--panel); white-space: nowrap; }
th, td { padding: 8px 14px; vertical-align: top; border-bottom: 1px solid var(--line); }
tbody tr:last-child td { border-bottom: 0; }
td:last-child { min-width: 260px; }
td:first-child code { display: inline-block; max-width: 46ch; margin: 1px 0; }
td:not(:first-child):not(:last-child) { white-space: nowrap; }
td { mso-number-format: "\\@"; }
th button { all: unset; cursor: pointer; padding-right: 14px; position: relative; }
th button:focus-visible, .filter:focus-visible { outline: 2px solid var(--quiet); outline-offset: 2px; border-radius: 4px; }
th[aria-sort] button { color: var(--ink); }
th[aria-sort] button::after { position: absolute; right: 0; content: "\\2191"; }
th[aria-sort="descending"] button::after { content: "\\2193"; }
.filter { font: inherit; font-size: 14px; color: inherit; background: var(--panel); border: 1px solid var(--line);
  border-radius: 8px; padding: 6px 12px; margin: 0 0 10px; width: min(320px, 100%); }
.wide td:not(:first-child):not(:last-child) { white-space: normal; overflow-wrap: break-word; }
.wide td:last-child { min-width: 170px; }
.tally { display: flex; flex-wrap: wrap; gap: 10px; margin: 24px 0 0; }
.tally div { min-width: 112px; padding: 10px 16px; border: 1px solid var(--line); border-radius: 10px; color: var(--ink); }
.tally dd { margin: 0; font-size: 24px; font-weight: 600; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tally .bad dd { color: var(--bad); } .tally .warn dd { color: var(--warn); } .tally .good dd { color: var(--good); }
.tally .quiet dd { color: var(--quiet); }
.tally dt { color: var(--quiet); font-size: 13px; }
pre { margin: 8px 0; padding: 12px 16px; background: var(--panel); border: 1px solid var(--line); border-radius: 10px;
  overflow-x: auto; line-height: 1.45; }
pre code { background: none; padding: 0; font-size: 13px; overflow-wrap: normal; }
pre .good { background: var(--good-soft); } pre .bad { background: var(--bad-soft); }
.fold { margin: 10px 0; border: 1px solid var(--line); border-radius: 10px; padding: 0 16px; }
.fold > summary { margin: 0; padding: 10px 0; color: var(--ink); overflow-wrap: anywhere; }
.fold[open] { padding-bottom: 12px; }
details > summary { cursor: pointer; color: var(--quiet); margin: 6px 0 10px; }
ul { margin: 8px 0; padding-left: 22px; }
figure { margin: 24px 0 0; padding: 18px 18px 12px; border: 1px solid var(--line); border-radius: 10px; overflow-x: auto; }
figure svg { display: block; width: 100%; min-width: 640px; height: auto; font: 12px system-ui, "Segoe UI", sans-serif; }
figcaption { color: var(--quiet); font-size: 13px; margin-top: 8px; }
@media print { main { max-width: none; padding: 0; } .table { overflow: visible; } }
`;
