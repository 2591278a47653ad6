/** What keys, the pointer and the wheel do. */
export const input: string = String.raw`
function choose(span, reveal = true) {
  chosen = span ?? null
  details()
  if (!chosen) return
  const { y, height: tall } = chosen.row, top = $('scroll').scrollTop, bottom = top + $('scroll').clientHeight
  if (y < top || y + tall > bottom) $('scroll').scrollTop = Math.max(0, y - $('scroll').clientHeight / 3)
  if (reveal && (chosen.end < view.from || chosen.start > view.to)) {
    const half = (view.to - view.from) / 2, middle = (chosen.start + chosen.end) / 2
    show(middle - half, middle + half)
  }
  redraw()
}

function step(by, test = () => true) {
  const all = visible().filter(test)
  if (all.length === 0) return
  const index = all.indexOf(chosen)
  // One that is not among them has its place between them all the same.
  const place = index >= 0 ? index : chosen ? all.findIndex((span) => spans.indexOf(span) > spans.indexOf(chosen)) - (by > 0 ? 1 : 0) : by > 0 ? -1 : 0
  choose(all[(place + by + all.length) % all.length])
}

function zoomToChosen() {
  if (!chosen) return
  const margin = Math.max((chosen.end - chosen.start) * 0.15, total / 1e5, 0.5)
  show(chosen.start - margin, chosen.end + margin)
}

function move(share) {
  const by = (view.to - view.from) * share
  show(view.from + by, view.to + by)
}

const around = () => {
  const middle = chosen && (chosen.start + chosen.end) / 2
  return middle >= view.from && middle <= view.to ? middle : undefined
}

function toggleTheme() {
  const dark = getComputedStyle(document.documentElement).colorScheme === 'dark'
  document.documentElement.dataset.theme = dark ? 'light' : 'dark'
  recolour()
}

function toggleHelp(open = $('help').hidden) {
  $('help').hidden = !open
  $('keys').setAttribute('aria-expanded', String(open))
}

const KEYS = {
  '+': () => zoom(0.6, around()), '=': () => zoom(0.6, around()), '-': () => zoom(1 / 0.6, around()), '0': () => show(0, total),
  ArrowLeft: (event) => move(event.shiftKey ? -1 : -0.1), ArrowRight: (event) => move(event.shiftKey ? 1 : 0.1),
  ArrowUp: () => $('scroll').scrollBy(0, -60), ArrowDown: () => $('scroll').scrollBy(0, 60),
  PageUp: () => $('scroll').scrollBy(0, -sight * 0.9), PageDown: () => $('scroll').scrollBy(0, sight * 0.9),
  Home: () => ($('scroll').scrollTop = 0), End: () => ($('scroll').scrollTop = height),
  n: () => step(1), p: () => step(-1), f: () => step(1, (span) => BAD.has(span.state)), Enter: zoomToChosen,
  '/': () => $('search').focus(), t: toggleTheme, '?': () => toggleHelp(),
  Escape: () => ($('help').hidden ? (chosen ? choose(null) : clearSearch()) : toggleHelp(false)),
}

function clearSearch() {
  $('search').value = ''
  search('')
}

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (event.target === $('search')) {
    if (event.key === 'Escape') clearSearch()
    if (event.key === 'Enter') step(event.shiftKey ? -1 : 1)
    if (event.key === 'Escape' || event.key === 'ArrowDown') $('scroll').focus()
    return
  }
  // Buttons are pressed with Enter.
  if (event.key === 'Enter' && event.target instanceof HTMLButtonElement) return
  const act = KEYS[event.key]
  if (!act) return
  event.preventDefault()
  act(event)
})

$('search').addEventListener('input', () => search($('search').value))
$('in').onclick = () => zoom(0.6, around())
$('out').onclick = () => zoom(1 / 0.6, around())
$('fit').onclick = () => show(0, total)
$('theme').onclick = toggleTheme
$('keys').onclick = () => toggleHelp()

function spanAt(event) {
  const place = $('bars').getBoundingClientRect()
  const x = event.clientX - place.left, y = event.clientY - place.top + $('scroll').scrollTop
  const row = shown[firstInSight(y)]
  if (!row || y < row.y || y > row.y + row.height || x < NAMES) return null
  const slack = ((view.to - view.from) / plot()) * 4, at = atOf(x)
  return row.members.find((span) => at >= span.start - slack && at <= span.end + slack) ?? null
}

$('scroll').addEventListener('scroll', redraw)
$('scroll').addEventListener('wheel', (event) => {
  if (event.ctrlKey || event.metaKey) zoom(Math.exp(clamp(event.deltaY, -120, 120) * 0.004), atOf(event.clientX))
  else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) move((event.deltaX || event.deltaY) / plot())
  else return
  event.preventDefault()
}, { passive: false })

let drag = null
$('scroll').addEventListener('pointerdown', (event) => {
  if (event.button !== 0) return
  drag = { x: event.clientX, y: event.clientY, top: $('scroll').scrollTop, from: view.from, to: view.to, moved: false }
})
addEventListener('pointermove', (event) => {
  if (!drag) return
  const by = event.clientX - drag.x
  if (!drag.moved && Math.hypot(by, event.clientY - drag.y) < 4) return
  drag.moved = true
  $('scroll').classList.add('drags')
  const ms = (by / plot()) * (drag.to - drag.from)
  $('scroll').scrollTop = drag.top - (event.clientY - drag.y)
  show(drag.from - ms, drag.to - ms)
})
addEventListener('pointerup', (event) => {
  if (drag && !drag.moved && $('scroll').contains(event.target)) choose(spanAt(event), false)
  drag = null
  $('scroll').classList.remove('drags')
})
$('scroll').addEventListener('dblclick', zoomToChosen)

$('scroll').addEventListener('pointermove', (event) => {
  const span = drag ? null : spanAt(event)
  if (span !== hovered) {
    hovered = span
    redraw()
  }
  $('tip').hidden = !span
  if (!span) return
  const slack = ((view.to - view.from) / plot()) * 6, at = atOf(event.clientX - $('bars').getBoundingClientRect().left)
  const near = span.marks.filter((mark) => Math.abs(mark.at - at) <= slack).slice(0, 6).map((mark) => mark.kind + ': ' + mark.text)
  $('tip').textContent = [span.label.slice(0, 300), STATES[span.state] + ', ' + span.detail, moment(span.start) + ', took ' + time(span.end - span.start), ...near].join('\n')
  $('tip').style.left = Math.min(event.clientX + 14, innerWidth - $('tip').offsetWidth - 8) + 'px'
  $('tip').style.top = Math.min(event.clientY + 16, innerHeight - $('tip').offsetHeight - 8) + 'px'
})
$('scroll').addEventListener('pointerleave', () => {
  hovered = null
  $('tip').hidden = true
  redraw()
})

// Dragging over the overview chooses a part of the time; a mere click moves there.
let chosenFrom = null
const overviewAt = (event) => clamp((event.clientX - NAMES) / plot(), 0, 1) * total
$('overview').addEventListener('pointerdown', (event) => {
  chosenFrom = overviewAt(event)
  $('overview').setPointerCapture(event.pointerId)
})
$('overview').addEventListener('pointermove', (event) => {
  if (chosenFrom === null) return
  const to = overviewAt(event)
  if (Math.abs(to - chosenFrom) > total / 200) show(Math.min(chosenFrom, to), Math.max(chosenFrom, to))
})
$('overview').addEventListener('pointerup', (event) => {
  const to = overviewAt(event), half = (view.to - view.from) / 2
  if (chosenFrom !== null && Math.abs(to - chosenFrom) <= total / 200) show(to - half, to + half)
  chosenFrom = null
})

addEventListener('resize', resize)
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour)
countCrowd()
summary()
search('')
recolour()
$('scroll').focus({ preventScroll: true })
`
