/** What the page knows: the data, in rows, which of them are shown, which part of the time; and how it says times and sizes. */
export const words: string = String.raw`
const $ = (id) => document.getElementById(id)
const data = JSON.parse($('data').textContent)
const NAMES = 240
const BAR = 22, CURVES = 30, GAP = 6
const STATES = { succeeded: 'succeeded', failed: 'failed', killed: 'killed', timedOut: 'timed out', stopped: 'stopped', running: 'running', notStarted: 'not started' }
const BAD = new Set(['failed', 'killed', 'timedOut', 'notStarted'])
const total = Math.max(data.end, 1)

// Every row of every lane, and every process in the order of rows and time.
const rows = [], spans = []
for (const lane of data.lanes) {
  lane.rows.forEach((members, index) => {
    const sampled = members.some((span) => span.memory.length > 1 || span.cpu.length > 1)
    const cpu = sampled ? peak(members, 'cpu') : 0, memory = sampled ? peak(members, 'memory') : 0
    const tall = cpu > 0 || memory > 0
    const row = { lane, index, members, height: BAR + GAP + (tall ? CURVES : 0), tall, cpu, memory, y: 0 }
    rows.push(row)
    for (const span of members) {
      span.row = row
      span.text = [lane.name, span.label, STATES[span.state], span.detail, span.pid ?? '', ...span.marks.map((mark) => mark.kind + ' ' + mark.text)].join('\n').toLowerCase()
      span.most = Math.max(1, ...span.output.buckets.map(([, out, err]) => out + err))
      spans.push(span)
    }
  })
}
function peak(members, curve) {
  return Math.max(0, ...members.map((span) => span[curve].reduce((most, [, value]) => Math.max(most, value), 0)))
}

const view = { from: 0, to: total }
let shown = rows, height = 0, found = null, chosen = null, hovered = null
const visible = () => (found ? spans.filter((span) => found.has(span)) : spans)

/** Shows the lanes in which something is found, or all of them. */
function search(text) {
  const parts = text.toLowerCase().split(/\s+/).filter(Boolean)
  found = parts.length > 0 ? new Set(spans.filter((span) => parts.every((part) => span.text.includes(part)))) : null
  const lanes = found && new Set([...found].map((span) => span.row))
  shown = found ? rows.filter((row) => lanes.has(row)) : rows
  $('found').textContent = found ? found.size.toLocaleString('en') + ' found' : ''
  $('empty').hidden = shown.length > 0
  $('empty').textContent = found ? 'Nothing is found.' : 'No process was started.'
  arrange()
}

function arrange() {
  let y = 4
  for (const row of shown) {
    row.y = y
    y += row.height
  }
  height = y + 8
  $('spacer').style.height = '0px'
  $('scroll').scrollTop = Math.min($('scroll').scrollTop, height)
  resize()
}

function clamp(value, least, most) {
  return Math.min(most, Math.max(least, value))
}

function show(from, to) {
  const span = clamp(to - from, Math.min(total, 0.01), total)
  view.from = clamp(from, 0, total - span)
  view.to = view.from + span
  redraw()
}

function zoom(factor, around = (view.from + view.to) / 2) {
  show(around - (around - view.from) * factor, around + (view.to - around) * factor)
}

/** A duration or a moment, as exact as its length allows. */
function time(ms, exact = ms) {
  if (data.unit === 'step') return (exact >= 1 ? '' : 'about ') + Math.round(ms) + (Math.round(ms) === 1 ? ' step' : ' steps')
  if (exact < 1) return +ms.toFixed(3) + ' ms'
  if (exact < 1000 && ms < 1000) return +ms.toFixed(exact < 10 ? 2 : 0) + ' ms'
  if (ms < 60000) return +(ms / 1000).toFixed(exact < 1000 ? 3 : 2) + ' s'
  const seconds = Math.floor(ms / 1000), s = seconds % 60, m = Math.floor(seconds / 60) % 60, h = Math.floor(seconds / 3600) % 24, d = Math.floor(seconds / 86400)
  const parts = [d && d + ' d', h && h + ' h', m && m + ' min', (exact < 60000 || !(h || d)) && s && s + ' s'].filter(Boolean)
  return parts.slice(0, 3).join(' ') || '0'
}

const moment = (ms) => (data.unit === 'step' ? 'step ' + ms : '+' + time(ms, Math.min(ms || 1, (view.to - view.from) / 10)))
const date = (ms) => (data.origin === undefined ? '' : new Date(data.origin + ms).toISOString().replace('T', ' ').replace('Z', ' UTC'))

function bytes(value) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let unit = 0
  for (; value >= 1000 && unit < 4; unit++) value /= 1000
  return +value.toFixed(value < 10 && unit > 0 ? 1 : 0) + ' ' + units[unit]
}

function element(name, text, ...classes) {
  const one = document.createElement(name)
  one.textContent = text
  one.classList.add(...classes)
  return one
}

function summary() {
  $('title').textContent = data.title
  const count = (state) => spans.filter((span) => span.state === state).length
  const restarts = spans.reduce((sum, span) => sum + span.marks.filter(({ kind }) => kind === 'restart').length, 0)
  const say = (number, word, bad) => {
    if (number === 0) return
    const one = element('b', number.toLocaleString('en'))
    if (bad) one.classList.add('bad')
    $('summary').append(one, ' ' + word + ' · ')
  }
  say(spans.length, spans.length === 1 ? 'process' : 'processes', false)
  for (const state of ['failed', 'killed', 'timedOut', 'notStarted']) say(count(state), STATES[state], true)
  say(restarts, restarts === 1 ? 'restart' : 'restarts', false)
  say(data.dropped, 'earlier ones left out', false)
  $('summary').append(element('b', time(data.end)), data.unit === 'step' ? '' : data.origin === undefined ? ' of virtual time' : '')
  const violation = data.marks.find(({ kind }) => kind === 'violation')
  $('broken').hidden = !violation
  if (!violation) return
  $('broken').append(element('b', 'Broken at ' + moment(violation.at)), violation.text)
  $('broken').onclick = () => show(violation.at - total / 50, violation.at + total / 50)
}

/** Says all there is of the process that was chosen. */
function details() {
  $('details').hidden = !chosen
  $('details').replaceChildren()
  if (!chosen) return resize()
  const { label, state, detail, start, end, pid, output, cpu, memory, marks, row } = chosen
  const written = output.buckets.reduce((sum, [, out, err]) => [sum[0] + out, sum[1] + err], [0, 0])
  const most = (curve) => curve.reduce((max, [, value]) => Math.max(max, value), 0)
  const facts = [
    ['outcome', state === 'running' ? detail : STATES[state] + ', ' + detail], ['lane', row.lane.name], ['pid', pid], ['start', [moment(start), date(start)].filter(Boolean).join('   ')],
    ['took', time(end - start)], ['written', written[0] + written[1] > 0 && bytes(written[0]) + ' to stdout, ' + bytes(written[1]) + ' to stderr'],
    ['cpu', most(cpu) > 0 && 'up to ' + Math.round(most(cpu) * 100) + ' % of a core'], ['memory', most(memory) > 0 && 'up to ' + bytes(most(memory))],
  ].filter(([, value]) => value)
  const list = element('dl', '')
  for (const [name, value] of facts) list.append(element('dt', name), element('dd', String(value)))
  const events = element('ol', '')
  for (const mark of marks) {
    const line = element('li', '')
    line.append(element('span', moment(mark.at)), element('span', mark.kind), mark.text)
    events.append(line)
  }
  $('details').append(element('h2', label), list, events)
  resize()
}
`
