import type { Data } from '../contracts/scenario.ts'
import type { Signal } from '../contracts/signals.ts'
import type { Rewritten } from '../rewriting.ts'
import type { RunEvent, StartFault } from './run.ts'

/** One thing that was seen of a run, as it came. `at` is in milliseconds since the start. */
export type Sighting =
  | { readonly at: number; readonly code: 'out' | 'err' | 'in'; readonly bytes: Uint8Array }
  | { readonly at: number; readonly code: 'eof' }
  | { readonly at: number; readonly code: 'signal'; readonly data: Signal }
  | { readonly at: number; readonly code: 'exit'; readonly data: number | Signal }
  | { readonly at: number; readonly code: 'fail'; readonly data: StartFault }

export interface Canon {
  /** Times are cut down to multiples of this, in milliseconds. */
  readonly unit: number
  readonly scrub: (chunks: readonly Uint8Array[]) => Rewritten
}

/** An event with the time it is given, before it is cut into lines. */
type Part =
  | { at: number; readonly code: 'out' | 'err' | 'in'; text: string; readonly binary: boolean; readonly held: boolean }
  | Exclude<Sighting, { readonly bytes: Uint8Array }>

/**
 * What was seen, as a recording has it: the same for a command that did the same again. Pieces that a machine may cut
 * anywhere become lines, times are cut down, and what came at the same time comes in a fixed order: stdout, stderr, the exit.
 */
export function eventsOf(sightings: readonly Sighting[], { unit, scrub }: Canon): readonly RunEvent[] {
  const parts = scrubbed(sightings, scrub).map((part) => ({ ...part, at: Math.floor(part.at / unit) * unit }))
  let last = 0
  return settled(parts).flatMap((part) => {
    const after = Math.max(0, part.at - last)
    last = Math.max(last, part.at)
    return lines(part, after)
  })
}

function scrubbed(sightings: readonly Sighting[], scrub: Canon['scrub']): Part[] {
  const streams = { out: pieces('out'), err: pieces('err'), in: pieces('in') }
  return sightings.map((sighting): Part => {
    if (!('bytes' in sighting)) return sighting
    const { texts, binary } = streams[sighting.code]
    return {
      at: sighting.at,
      code: sighting.code,
      text: texts.next().value ?? '',
      binary,
      held: sighting.bytes.length === 0,
    }
  })

  function pieces(code: 'out' | 'err' | 'in') {
    const chunks = sightings.flatMap((sighting) =>
      'bytes' in sighting && sighting.code === code ? [sighting.bytes] : [],
    )
    const rewritten = scrub(chunks)
    return { texts: rewritten.pieces.values(), binary: rewritten.binary }
  }
}

// Between two acts of the caller, and at the same time, a machine promises no order.
function settled(parts: readonly Part[]): Part[] {
  const all: Part[] = []
  let open: Part[] = []
  const close = (): void => {
    all.push(...merged(open.filter(isOf('out'))), ...merged(open.filter(isOf('err'))), ...open.filter(isOf('exit')))
    open = []
  }
  for (const part of parts) {
    if (open[0] && open[0].at !== part.at) close()
    if (part.code === 'out' || part.code === 'err' || part.code === 'exit') open.push(part)
    else {
      close()
      const last = all.at(-1)
      if (part.code === 'in' && last?.code === 'in' && last.at === part.at) last.text += part.text
      else all.push(part)
    }
  }
  close()
  return all.filter((part) => !('text' in part) || part.text !== '' || part.held)
}

function isOf(code: Part['code']): (part: Part) => boolean {
  return (part) => part.code === code
}

function merged(parts: readonly Part[]): Part[] {
  const [first] = parts
  if (!first || !('text' in first)) return []
  const held = parts.some((part) => 'text' in part && part.held)
  return [{ ...first, held, text: parts.map((part) => ('text' in part ? part.text : '')).join('') }]
}

function lines(part: Part, after: number): RunEvent[] {
  if (part.code === 'eof') return [[after, 'eof']]
  if ('text' in part) {
    return dataIn(part.text, part.binary).map((data, index) => [index === 0 ? after : 0, part.code, data])
  }
  return [[after, part.code, part.data] as RunEvent]
}

/** As much of what is no text as fits into a line. */
const BLOCK = 57

function dataIn(text: string, binary: boolean): Data[] {
  if (!binary) return text.match(/[^\n]*\n|[^\n]+/g) ?? ['']
  const count = Math.ceil(text.length / BLOCK)
  const blocks = Array.from({ length: count }, (_, index) => text.slice(index * BLOCK, (index + 1) * BLOCK))
  return blocks.map((block) => ({ base64: Buffer.from(block, 'latin1').toString('base64') }))
}
