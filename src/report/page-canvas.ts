/** Where the page is drawn: its canvases and colours, the overview of all, and the axis of what is shown. */
export const canvas: string = `
let colours = {}, width = 0, sight = 0, dirty = false
const contexts = {}
const KINDS = ['running', 'succeeded', 'stopped', 'failed', 'killed', 'timedOut', 'notStarted', 'out', 'err', 'cpu', 'memory', 'signal', 'fault', 'trouble', 'restart', 'ready', 'note', 'phase', 'violation', 'page', 'panel', 'line', 'grid', 'stripe', 'ink', 'soft', 'accent', 'accent-soft']

function recolour() {
  const style = getComputedStyle(document.documentElement)
  colours = Object.fromEntries(KINDS.map((kind) => [kind, style.getPropertyValue('--' + kind).trim()]))
  legend()
  redraw()
}

function resize() {
  width = document.documentElement.clientWidth
  sight = $('scroll').clientHeight
  for (const [id, tall] of [['overview', 46], ['axis', 40], ['bars', sight]]) {
    const canvas = $(id), scale = devicePixelRatio || 1, wide = id === 'bars' ? $('scroll').clientWidth : width
    canvas.width = Math.round(wide * scale)
    canvas.height = Math.round(tall * scale)
    canvas.style.width = wide + 'px'
    canvas.style.height = tall + 'px'
    const context = canvas.getContext('2d')
    context.setTransform(scale, 0, 0, scale, 0, 0)
    contexts[id] = context
  }
  width = $('scroll').clientWidth
  $('spacer').style.height = Math.max(0, height - sight) + 'px'
  redraw()
}

function redraw() {
  if (dirty) return
  dirty = true
  requestAnimationFrame(() => {
    dirty = false
    overview()
    axis()
    bars()
  })
}

const plot = () => Math.max(1, width - NAMES - 12)
const xOf = (at) => NAMES + ((at - view.from) / (view.to - view.from)) * plot()
const atOf = (x) => view.from + ((x - NAMES) / plot()) * (view.to - view.from)
const FONT = '12px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif'
const SMALL = '11px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif'

/** The beginning of a text that has room. */
function fit(context, text, room) {
  if (text.length > 400) text = text.slice(0, 400)
  if (context.measureText(text).width <= room) return text
  let low = 0, high = text.length
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (context.measureText(text.slice(0, middle) + '…').width <= room) low = middle
    else high = middle - 1
  }
  return low > 1 ? text.slice(0, low) + '…' : ''
}

/** How many run at most in each part of the time, and in all, and what went wrong when. Counted once. */
let crowd
function countCrowd() {
  const cells = 600, counts = new Int32Array(cells), bad = new Uint8Array(cells)
  const cell = (at) => Math.min(cells - 1, Math.floor((at / total) * cells))
  let running = 0, most = 1, last = 0
  for (const { at, change, more } of comingAndGoing()) {
    const now = cell(at)
    counts.fill(running, last + 1, now + 1)
    running += change
    counts[now] = Math.max(counts[now], running + more)
    most = Math.max(most, running + more)
    last = now
  }
  for (const span of spans) if (BAD.has(span.state)) bad[cell(span.end)] = 1
  crowd = { cells, counts, bad, most }
  $('overview').setAttribute('aria-label', 'Up to ' + most.toLocaleString('en') + ' running at once: drag to choose what is shown')
}

/**
 * Every start and every end, in order. At one moment ends come first: who is started by the end of another one does not run beside
 * it. Who is over in the same moment comes between them, and adds to who runs only there.
 */
function comingAndGoing() {
  const turns = []
  for (const { start, end, state } of spans) {
    if (state === 'notStarted') continue
    if (end <= start) turns.push({ at: start, turn: 1, change: 0, more: 1 })
    else turns.push({ at: start, turn: 2, change: 1, more: 0 }, { at: end, turn: 0, change: -1, more: 0 })
  }
  return turns.sort((a, b) => a.at - b.at || a.turn - b.turn)
}

function overview() {
  const context = contexts.overview
  const left = NAMES, wide = plot(), x = (at) => left + (at / total) * wide
  context.clearRect(0, 0, width + 40, 46)
  context.font = SMALL
  context.textBaseline = 'middle'
  context.fillStyle = colours.soft
  context.fillText('running at once', 16, 16)
  context.fillText('up to ' + crowd.most.toLocaleString('en'), 16, 31)
  context.fillStyle = colours.running
  context.globalAlpha = 0.55
  context.beginPath()
  context.moveTo(left, 42)
  crowd.counts.forEach((count, index) => {
    const y = 42 - (count / crowd.most) * 32
    context.lineTo(left + (index / crowd.cells) * wide, y)
    context.lineTo(left + ((index + 1) / crowd.cells) * wide, y)
  })
  context.lineTo(left + wide, 42)
  context.fill()
  context.globalAlpha = 1
  context.fillStyle = colours.failed
  crowd.bad.forEach((is, index) => is && context.fillRect(left + (index / crowd.cells) * wide, 4, 2, 4))
  for (const mark of data.marks) if (mark.kind === 'violation') {
    context.fillStyle = colours.violation
    context.fillRect(x(mark.at) - 1, 0, 2, 46)
  }
  context.fillStyle = colours['accent-soft']
  context.strokeStyle = colours.accent
  context.lineWidth = 1
  const from = x(view.from), to = Math.max(x(view.to), from + 3)
  context.fillRect(from, 1, to - from, 44)
  context.strokeRect(from + 0.5, 1.5, to - from - 1, 43)
}

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 108e5, 216e5, 432e5, 864e5, 1728e5, 6048e5]
function ticks() {
  const least = ((view.to - view.from) / plot()) * 90
  let step = STEPS.find((one) => one >= least)
  if (data.unit === 'step') step = Math.max(1, step)
  else if (least < 1) step = 10 ** Math.ceil(Math.log10(least))
  step ??= 6048e5 * Math.ceil(least / 6048e5)
  const first = Math.ceil(view.from / step - 1e-9), last = Math.floor(view.to / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, index) => ({ at: (first + index) * step, step }))
}

/** The time, and below it what concerns all processes. */
function axis() {
  const context = contexts.axis
  context.clearRect(0, 0, width + 40, 40)
  context.font = SMALL
  context.textBaseline = 'middle'
  context.fillStyle = colours.soft
  const hidden = data.unit === 'step' ? 'what came after what' : data.origin === undefined ? 'virtual time' : date(view.from).slice(0, 19) + ' UTC'
  context.fillText(hidden, 16, 11)
  for (const { at, step } of ticks()) {
    const x = xOf(at)
    context.fillStyle = colours.line
    context.fillRect(x, 0, 1, 20)
    context.fillStyle = colours.soft
    if (x < width - 40) context.fillText(data.unit === 'step' ? '#' + at : time(at, step), x + 4, 11)
  }
  const taken = []
  const ordered = data.marks.filter(({ at }) => at >= view.from && at <= view.to)
  const isBroken = ({ kind }) => kind === 'violation'
  for (const mark of [...ordered.filter(isBroken), ...ordered.filter((mark) => !isBroken(mark))]) {
    const x = xOf(mark.at), next = ordered.find((other) => xOf(other.at) > x + 12)
    const room = isBroken(mark) ? 320 : Math.max(60, Math.min(400, (next ? xOf(next.at) : width) - x - 18))
    const text = fit(context, mark.text, room), wide = context.measureText(text).width
    const from = x + wide + 16 > width ? x - wide - 9 : x + 9, to = from + wide
    if (taken.some((other) => from - 14 < other.to && to + 14 > other.from)) continue
    taken.push({ from: Math.min(from, x), to: Math.max(to, x) })
    glyph(context, mark.kind, x, 30)
    context.fillStyle = colours[isBroken(mark) ? 'violation' : 'ink']
    context.fillText(text, from, 31)
  }
}
`
