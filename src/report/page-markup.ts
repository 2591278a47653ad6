/** What is on the page before its script has filled it. */
export const markup: string = `<header>
  <h1 id="title"></h1>
  <p id="summary"></p>
  <div id="tools">
    <input id="search" type="search" placeholder="Search   /" aria-label="Search commands, outcomes and marks" autocomplete="off" spellcheck="false">
    <output id="found" for="search"></output>
    <span class="buttons">
      <button id="out" title="Zoom out (-)" aria-label="Zoom out">&minus;</button>
      <button id="fit" title="Show all (0)">Fit</button>
      <button id="in" title="Zoom in (+)" aria-label="Zoom in">+</button>
    </span>
    <button id="theme" title="Light or dark (t)" aria-label="Light or dark">&#9681;</button>
    <button id="keys" title="Keys (?)" aria-label="Keys" aria-expanded="false" aria-controls="help">?</button>
  </div>
</header>
<button id="broken" hidden></button>
<div id="legend" aria-hidden="true"></div>
<canvas id="overview" aria-label="Overview: drag to choose what is shown"></canvas>
<canvas id="axis" aria-hidden="true"></canvas>
<main id="scroll" tabindex="0" role="application" aria-label="Processes over time. Press ? for keys">
  <canvas id="bars" aria-hidden="true"></canvas>
  <div id="spacer"></div>
  <p id="empty" hidden></p>
</main>
<aside id="details" aria-live="polite" hidden></aside>
<div id="tip" role="tooltip" hidden></div>
<div id="help" hidden>
  <dl>
    <dt><kbd>+</kbd> <kbd>-</kbd> <kbd>0</kbd></dt><dd>zoom in, zoom out, show all</dd>
    <dt><kbd>&larr;</kbd> <kbd>&rarr;</kbd></dt><dd>move in time; with Shift by a whole page</dd>
    <dt><kbd>&uarr;</kbd> <kbd>&darr;</kbd></dt><dd>scroll</dd>
    <dt><kbd>n</kbd> <kbd>p</kbd></dt><dd>next and previous process, of those that were found</dd>
    <dt><kbd>f</kbd></dt><dd>next one that went wrong</dd>
    <dt><kbd>Enter</kbd></dt><dd>zoom to the chosen one</dd>
    <dt><kbd>/</kbd> <kbd>Esc</kbd></dt><dd>search; let go of it</dd>
    <dt><kbd>t</kbd> <kbd>?</kbd></dt><dd>light or dark; these keys</dd>
  </dl>
  <p>Drag to move, Ctrl and the wheel to zoom, click for details, double click to zoom to a process.</p>
</div>
<noscript>This page draws with JavaScript.</noscript>`
