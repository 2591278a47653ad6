/** How bars are drawn: only rows that are in sight, in each only what is in sight of the time, and no two in one pixel. */
export const bars: string = `
function firstInSight(y) {
  let low = 0, high = shown.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (shown[middle].y + shown[middle].height <= y) low = middle + 1
    else high = middle
  }
  return low
}

function bars() {
  const context = contexts.bars, top = $('scroll').scrollTop
  let drawn = 0, count = 0
  context.clearRect(0, 0, width, sight)
  context.textBaseline = 'middle'
  grid(context)
  for (let index = firstInSight(top); index < shown.length && shown[index].y < top + sight; index++) {
    const row = shown[index], y = row.y - top
    if (row.lane !== shown[index - 1]?.lane && index > 0) {
      context.fillStyle = colours.line
      context.fillRect(0, y - 1, width, 1)
    }
    context.save()
    context.beginPath()
    context.rect(NAMES, y - 2, width - NAMES, row.height + 4)
    context.clip()
    drawn += members(context, row, y)
    context.restore()
    names(context, row, y, row.lane !== shown[index - 1]?.lane || index === firstInSight(top))
    count++
  }
  lines(context)
  // For whoever wants to know what a frame costs.
  $('bars').dataset.bars = drawn
  $('bars').dataset.rows = count
}

function grid(context) {
  context.fillStyle = colours.grid
  for (const { at } of ticks()) context.fillRect(xOf(at), 0, 1, sight)
}

function names(context, row, y, named) {
  context.fillStyle = colours.page
  context.fillRect(0, y, NAMES - 1, row.height - 1)
  context.font = FONT
  context.fillStyle = chosen?.row === row ? colours.accent : colours.ink
  if (named) context.fillText(fit(context, row.lane.name, NAMES - 28), 16, y + BAR / 2)
  if (!row.tall) return
  context.font = SMALL
  context.fillStyle = colours.memory
  if (row.memory > 0) context.fillText('memory ' + bytes(row.memory), 16, y + BAR + 14)
  context.fillStyle = colours.cpu
  if (row.cpu > 0) context.fillText('cpu ' + Math.round(row.cpu * 100) + ' %', row.memory > 0 ? 130 : 16, y + BAR + 14)
}

/** Those of a row that are in sight: they are in the order of time, and do not overlap. */
function members(context, row, y) {
  const all = row.members
  let low = 0, high = all.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (all[middle].end < view.from) low = middle + 1
    else high = middle
  }
  let last = -1, drawn = 0
  for (let index = low; index < all.length && all[index].start <= view.to; index++) {
    const span = all[index]
    const x = Math.max(xOf(span.start), NAMES - 4)
    const right = Math.max(Math.min(xOf(span.end), width + 4), x + 2)
    if (right <= last + 0.5 && !(BAD.has(span.state) && right > last - 1) && span !== chosen) continue
    bar(context, span, x, right, y)
    last = right
    drawn++
  }
  return drawn
}

function bar(context, span, x, right, y) {
  const wide = right - x, colour = colours[span.state], faint = found && !found.has(span)
  context.globalAlpha = faint ? 0.12 : 0.26
  context.fillStyle = colour
  box(context, x, y, wide, BAR, wide > 8 ? 4 : 0)
  context.fill()
  context.globalAlpha = faint ? 0.2 : 1
  if (wide > 3) density(context, span, y)
  context.fillStyle = colour
  context.fillRect(x, y, Math.min(3, wide), BAR)
  if (span.state === 'running') fade(context, right, y, colour)
  else if (BAD.has(span.state) && wide > 6) context.fillRect(right - 3, y, 3, BAR)
  if (wide > 70) label(context, span, x, wide, y)
  if (span.row.tall && !faint) {
    area(context, span.memory, span.row.memory, colours.memory, y + BAR + 2, true)
    area(context, span.cpu, Math.max(1, span.row.cpu), colours.cpu, y + BAR + 2, false)
  }
  let free = -1
  for (const mark of span.marks) {
    const at = xOf(mark.at)
    if (at < free || at < NAMES - 8 || at > width + 8) continue
    glyph(context, mark.kind, at, y + 6)
    free = at + 5
  }
  if (span === chosen || span === hovered) {
    context.strokeStyle = span === chosen ? colours.accent : colours.soft
    context.lineWidth = span === chosen ? 2 : 1
    box(context, x - 1, y - 1, wide + 2, BAR + 2, 4)
    context.stroke()
  }
  context.globalAlpha = 1
}

function box(context, x, y, wide, tall, radius) {
  context.beginPath()
  context.roundRect(x, y, wide, tall, radius)
}

function fade(context, right, y, colour) {
  context.fillStyle = colour
  for (let step = 0; step < 3; step++) context.fillRect(right - 3 - step * 5, y, 2, BAR)
}

function label(context, span, x, wide, y) {
  const from = Math.max(x, NAMES)
  context.font = SMALL
  context.fillStyle = colours.ink
  const outcome = BAD.has(span.state) ? span.detail + '  ' : ''
  const text = fit(context, outcome + (span.label === span.row.lane.name && outcome ? '' : span.label), Math.min(x + wide, width) - from - 16)
  // Readable before the columns of the output, too.
  const alpha = context.globalAlpha
  context.globalAlpha = alpha * 0.75
  context.lineWidth = 3
  context.lineJoin = 'round'
  context.strokeStyle = colours.page
  if (span.output.buckets.length > 0) context.strokeText(text, from + 8, y + BAR / 2 + 1)
  context.globalAlpha = alpha
  context.fillText(text, from + 8, y + BAR / 2 + 1)
}

/** What it wrote, as columns from below: the more, the higher; stderr in a colour of its own. */
function density(context, span, y) {
  const { step, buckets } = span.output, thin = step / (view.to - view.from) * plot()
  for (const [index, out, err] of buckets) {
    const x = xOf(span.start + index * step)
    if (x > width || x + thin < NAMES) continue
    const tall = 2 + Math.sqrt((out + err) / span.most) * (BAR - 8), wide = Math.max(1.5, Math.min(thin - 0.5, 10))
    const red = tall * (err / (out + err || 1))
    context.fillStyle = colours.out
    context.fillRect(x, y + BAR - tall, wide, tall - red)
    context.fillStyle = colours.err
    context.fillRect(x, y + BAR - red, wide, red)
  }
}

function area(context, points, most, colour, y, filled) {
  if (points.length < 2 || most === 0 || points.every(([, value]) => value === 0)) return
  const tall = CURVES - 6
  context.beginPath()
  points.forEach(([at, value], index) => {
    const x = xOf(at), level = y + tall - (value / most) * tall
    if (index === 0) context.moveTo(x, level)
    else context.lineTo(x, level)
  })
  context.strokeStyle = colour
  context.lineWidth = 1.25
  context.stroke()
  if (!filled) return
  context.lineTo(xOf(points[points.length - 1][0]), y + tall)
  context.lineTo(xOf(points[0][0]), y + tall)
  context.fillStyle = colour
  const alpha = context.globalAlpha
  context.globalAlpha = alpha * 0.16
  context.fill()
  context.globalAlpha = alpha
}

/** What concerns all processes goes through all rows. */
function lines(context) {
  for (const { at, kind } of data.marks) {
    const x = xOf(at)
    if (x < NAMES || x > width) continue
    context.fillStyle = colours[kind]
    context.globalAlpha = kind === 'violation' ? 1 : 0.35
    context.fillRect(x - (kind === 'violation' ? 1 : 0), 0, kind === 'violation' ? 2 : 1, sight)
  }
  context.globalAlpha = 1
}
`
