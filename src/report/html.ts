import { createHash } from 'node:crypto'
import type { TimelineOptions } from './draft.ts'
import { rowsOf } from './layout.ts'
import { markup } from './page-markup.ts'
import { script } from './page-script.ts'
import { style } from './page-style.ts'
import { type TimelineSource, timelineOf } from './source.ts'
import type { Timeline } from './timeline.ts'

/**
 * A timeline as one HTML file that needs nothing else: each process is a bar over time. What commands and programs have said
 * is text in it and nothing more, and it may load nothing from anywhere.
 *
 * @throws TypeError for what is no source of a timeline.
 * @example await writeFile('run.html', report(Process.recorded()))
 */
export function report(source: TimelineSource, options: TimelineOptions = {}): string {
  const timeline = timelineOf(source, options)
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escaped(timeline.title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    markup,
    `<script type="application/json" id="data">${data(timeline)}</script>`,
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

// Even if a text found its way out of its place, nothing in it would run or be loaded.
const POLICY = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

/** What the page draws: the timeline, with its processes in rows. */
function data({ lanes, ...rest }: Timeline): string {
  const drawn = { ...rest, lanes: lanes.map((lane) => ({ name: lane.name, rows: rowsOf(lane) })) }
  return JSON.stringify(drawn).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

function escaped(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
