const LIGHT = `
  --page: #fbfbfa; --panel: #ffffff; --line: #e4e3df; --grid: #efeeeb; --stripe: #f5f4f1;
  --ink: #1f2328; --soft: #636a73; --accent: #2f6fde; --accent-soft: #2f6fde22;
  --running: #3b82f6; --succeeded: #2a9d6e; --stopped: #8a93a0; --failed: #d43d3d; --killed: #d97706; --timedOut: #9333c7;
  --notStarted: #d43d3d; --out: #00000050; --err: #d43d3d; --cpu: #c2410c; --memory: #4f63d2;
  --signal: #1f2328; --fault: #c026a3; --trouble: #d43d3d; --restart: #2f6fde; --ready: #2a9d6e; --note: #636a73; --phase: #8a93a0; --violation: #d4143c;`
const DARK = `
  --page: #15171a; --panel: #1d2024; --line: #33373d; --grid: #24272c; --stripe: #191c1f;
  --ink: #e6e8ea; --soft: #9aa2ac; --accent: #6ea8ff; --accent-soft: #6ea8ff2a;
  --running: #5b9cf8; --succeeded: #3fbf8a; --stopped: #8b95a3; --failed: #f26464; --killed: #f0a03c; --timedOut: #c084f5;
  --notStarted: #f26464; --out: #ffffff70; --err: #ff8080; --cpu: #fb923c; --memory: #8fa2ff;
  --signal: #e6e8ea; --fault: #f06fd9; --trouble: #f26464; --restart: #6ea8ff; --ready: #3fbf8a; --note: #9aa2ac; --phase: #8b95a3; --violation: #ff4d6d;`

/** How the page looks, in light and in dark. Colours are named after what they show: the script asks for them by name. */
export const style: string = `
:root { color-scheme: light; ${LIGHT} }
:root[data-theme="dark"] { color-scheme: dark; ${DARK} }
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { color-scheme: dark; ${DARK} } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; overflow: hidden; background: var(--page); color: var(--ink);
  font: 13px/1.45 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 16px; padding: 12px 16px 8px; }
h1 { margin: 0; font-size: 16px; font-weight: 650; max-width: 40vw; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
#summary { margin: 0; color: var(--soft); flex: 1; }
#summary b { color: var(--ink); font-weight: 600; }
#summary .bad { color: var(--failed); }
#tools { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; }
#found { color: var(--soft); min-width: 5em; text-align: right; font-variant-numeric: tabular-nums; }
#search { width: 220px; padding: 5px 10px; border: 1px solid var(--line); border-radius: 7px; background: var(--panel); color: inherit; font: inherit; }
button { padding: 5px 10px; border: 1px solid var(--line); border-radius: 7px; background: var(--panel); color: inherit; font: inherit; cursor: pointer; }
button:hover { border-color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: -1px; }
.buttons { display: inline-flex; }
.buttons button { border-radius: 0; margin-left: -1px; }
.buttons button:first-child { border-radius: 7px 0 0 7px; margin: 0; }
.buttons button:last-child { border-radius: 0 7px 7px 0; }
#broken { margin: 0 16px 8px; padding: 8px 12px; text-align: left; border-color: var(--violation); border-left-width: 5px; }
#broken b { color: var(--violation); margin-right: 8px; }
#legend { display: flex; flex-wrap: wrap; gap: 2px 14px; padding: 0 16px 8px; color: var(--soft); font-size: 12px; }
#legend span { display: inline-flex; align-items: center; gap: 5px; }
#legend canvas { width: 14px; height: 14px; }
#overview { width: 100%; height: 46px; flex: none; border-top: 1px solid var(--line); background: var(--panel); cursor: ew-resize; touch-action: none; }
#axis { width: 100%; height: 40px; flex: none; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); background: var(--panel); }
#scroll { position: relative; flex: 1; min-height: 0; overflow-x: hidden; overflow-y: auto; cursor: grab; touch-action: pan-y; }
#scroll:focus-visible { outline: none; }
#axis:has(+ #scroll:focus-visible) { border-bottom: 2px solid var(--accent); }
#scroll.drags { cursor: grabbing; }
#bars { position: sticky; top: 0; left: 0; display: block; }
#empty { position: absolute; top: 40px; left: 0; right: 0; text-align: center; color: var(--soft); }
#details { display: grid; grid-template-columns: minmax(280px, 2fr) 3fr; gap: 4px 32px; max-height: 34vh; overflow: auto; padding: 12px 16px;
  border-top: 1px solid var(--line); background: var(--panel); }
#details h2 { grid-column: 1 / -1; margin: 0; font: 600 13px ui-monospace, "DejaVu Sans Mono", Consolas, monospace; overflow-wrap: anywhere; }
#details dl { display: grid; grid-template-columns: max-content 1fr; gap: 1px 14px; margin: 4px 0; align-content: start; }
#details dt { color: var(--soft); }
#details dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
#details ol { margin: 4px 0; padding: 0; list-style: none; }
#details li { display: grid; grid-template-columns: 8.5em 5.5em 1fr; gap: 8px; overflow-wrap: anywhere; }
#details li span { color: var(--soft); font-variant-numeric: tabular-nums; }
#tip { position: fixed; z-index: 2; max-width: 460px; padding: 7px 11px; border: 1px solid var(--line); border-radius: 7px; background: var(--panel);
  box-shadow: 0 4px 16px #0003; pointer-events: none; overflow-wrap: anywhere; white-space: pre-line; }
#help { position: fixed; z-index: 3; right: 16px; top: 52px; max-width: 420px; padding: 12px 18px; border: 1px solid var(--line); border-radius: 10px; background: var(--panel); box-shadow: 0 8px 30px #0004; }
#help dl { display: grid; grid-template-columns: max-content 1fr; gap: 5px 16px; margin: 0; }
#help dd { margin: 0; color: var(--soft); }
#help p { margin: 10px 0 0; color: var(--soft); }
kbd { padding: 1px 6px; border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 5px; font: 12px ui-monospace, monospace; }
@media (max-width: 700px) { h1 { max-width: 100%; } #details { grid-template-columns: 1fr; } }
`
