/** How marks look, and what of that is explained. */
export const legend: string = `
const SHAPES = {
  signal: [-4, -4, 4, -4, 0, 4], fault: [1, -6, -4, 1, 0, 1, -1, 6, 4, -1, 0, -1], trouble: [0, -5, 5, 4, -5, 4], restart: [-3, -5, 4, 0, -3, 5],
  ready: [-5, 0, -3, -2, -1, 1, 4, -5, 5, -3, -1, 4], note: [0, -3, 3, 0, 0, 3, -3, 0], phase: [-1, -6, 5, -3, 1, 0, 1, 6, -1, 6], violation: [-5, -5, 5, -5, 5, 2, 0, 6, -5, 2],
}
function glyph(context, kind, x, y) {
  const shape = SHAPES[kind]
  context.beginPath()
  for (let index = 0; index < shape.length; index += 2) context.lineTo(x + shape[index], y + shape[index + 1])
  context.closePath()
  context.lineJoin = 'round'
  context.lineWidth = 3
  context.strokeStyle = colours.page
  context.stroke()
  context.fillStyle = colours[kind]
  context.fill()
}

/** Only what is to be seen here is explained. */
function legend() {
  const states = Object.keys(STATES).filter((state) => spans.some((span) => span.state === state))
  const kinds = [...new Set([...data.marks, ...spans.flatMap(({ marks }) => marks)].map(({ kind }) => kind))]
  const curves = [rows.some(({ cpu }) => cpu > 0) && 'cpu', rows.some(({ memory }) => memory > 0) && 'memory'].filter(Boolean)
  const output = spans.some(({ output }) => output.buckets.length > 0) ? ['output'] : []
  $('legend').replaceChildren(...[...states, ...output, ...curves, ...kinds].map((kind) => {
    const entry = document.createElement('span'), canvas = document.createElement('canvas'), scale = 2
    canvas.width = canvas.height = 14 * scale
    const context = canvas.getContext('2d')
    context.scale(scale, scale)
    if (kind in SHAPES) glyph(context, kind, 7, 7)
    else if (kind === 'output') for (const [x, tall] of [[1, 5], [4, 10], [7, 7], [10, 12]]) {
      context.fillStyle = colours.out
      context.fillRect(x, 13 - tall, 2, tall)
    } else if (kind in STATES) {
      context.fillStyle = colours[kind]
      context.globalAlpha = 0.3
      context.fillRect(0, 2, 14, 10)
      context.globalAlpha = 1
      context.fillRect(0, 2, 3, 10)
      if (BAD.has(kind)) context.fillRect(11, 2, 3, 10)
    } else {
      context.fillStyle = colours[kind]
      context.fillRect(0, 6, 14, 2)
    }
    entry.append(canvas, STATES[kind] ?? kind)
    return entry
  }))
}
`
