import { styleText } from 'node:util'
import { shareText, sizeText, spanText } from './amounts.ts'
import { fitted } from './fitting.ts'
import { sparkline } from './sparkline.ts'
import { table } from './table.ts'
import type { SlotUsage } from './up-usage.ts'

/** How many looks a sparkline shows. */
const REMEMBERED = 30
const HEAD = ['NAME', 'STATE', 'PID', 'CPU', 'MEMORY', 'PROCS', 'RESTARTS', 'UPTIME']
/** Places in the head: after which there is a curve, and what goes first where there is no room. */
const CPU = HEAD.indexOf('CPU')
const MEMORY = HEAD.indexOf('MEMORY')
const LEAST = ['RESTARTS', 'PROCS', 'PID', 'UPTIME', 'STATE'].map((name) => HEAD.indexOf(name))

/** What all use, as a table. */
export function usageTable({ slots }: { readonly slots: readonly SlotUsage[] }): string {
  return table(HEAD, slots.map(cellsOf))
}

function cellsOf({ name, state, pid, cpu, memory, processes, restarts, uptime }: SlotUsage): readonly string[] {
  return [
    ...[name, state, pid === null ? '-' : String(pid), shareText(cpu), sizeText(memory)],
    ...[String(processes), String(restarts), spanText(uptime)],
  ]
}

/** What a table is drawn on. */
export interface Terminal {
  write(text: string): unknown
  readonly columns?: number
  readonly rows?: number
}

/** A table that is drawn again and again in the same place, with sparklines, on a screen of its own. */
export class Dashboard implements Disposable {
  readonly #terminal: Terminal
  readonly #history = new Map<string, SlotUsage[]>()
  #open = true

  constructor(terminal: Terminal) {
    this.#terminal = terminal
    // The other screen, no cursor.
    terminal.write('\u001b[?1049h\u001b[?25l')
  }

  show(slots: readonly SlotUsage[]): void {
    for (const slot of slots) {
      const history = [...(this.#history.get(slot.name) ?? []), slot]
      this.#history.set(slot.name, history.slice(-REMEMBERED))
    }
    // A terminal that does not know its size says 0.
    const columns = this.#terminal.columns || 80
    const rows = this.#terminal.rows || 24
    const lines = this.#lines(slots, columns).map((line) => line.slice(0, columns))
    const [head = '', ...others] = lines
    const shown = [styleText('bold', head), ...others].slice(0, rows - 2)
    const text = [...shown, '', styleText('dim', 'q ends this, not what runs')].join('\u001b[K\n')
    this.#terminal.write(`\u001b[H${text}\u001b[K\u001b[J`)
  }

  /** Gives the terminal back as it was. */
  close(): void {
    if (this.#open) this.#terminal.write('\u001b[?25h\u001b[?1049l')
    this.#open = false
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #lines(slots: readonly SlotUsage[], width: number): readonly string[] {
    const cells = slots.map(cellsOf)
    const { columns, curve } = fitted([HEAD, ...cells], width, { columns: [...HEAD.keys()], least: LEAST })
    const wide = ' '.repeat(curve)
    const lineOf = (row: readonly string[], curves: Readonly<Record<number, string>>): readonly string[] =>
      columns.flatMap((column) => {
        const line = curves[column]
        return [row[column] ?? '', ...(curve > 0 && line !== undefined ? [line] : [])]
      })
    const rows = cells.map((row, index) => lineOf(row, this.#curves(slots[index]?.name ?? '', curve)))
    return table(lineOf(HEAD, { [CPU]: wide, [MEMORY]: wide }), rows)
      .trimEnd()
      .split('\n')
  }

  #curves(name: string, length: number): Readonly<Record<number, string>> {
    const history = (this.#history.get(name) ?? []).slice(-length)
    const shares = history.map(({ cpu }) => cpu)
    return { [CPU]: sparkline(shares, { ceiling: 1 }), [MEMORY]: sparkline(history.map(({ memory }) => memory)) }
  }
}
