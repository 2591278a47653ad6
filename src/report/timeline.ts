/**
 * What became of processes over time, as plain data: made of whatever knows of it, and drawn by whoever wants to. All times
 * are milliseconds since its beginning, unless its unit says otherwise.
 */
export interface Timeline {
  readonly title: string
  /** `step` where times are places in the order of what happened: much may happen at one moment of virtual time. */
  readonly unit: 'ms' | 'step'
  /** Its beginning, in milliseconds since the epoch; absent where time began with it, as in a simulation. */
  readonly origin?: number | undefined
  /** How long it is. */
  readonly end: number
  readonly lanes: readonly Lane[]
  /** What concerns no process alone: phases, faults of the machine, the invariant that broke. In the order of time. */
  readonly marks: readonly Mark[]
  /** How many processes there were that are not shown, because there were too many. */
  readonly dropped: number
}

/** Processes that belong together: those of one command, or one after the other in the same place of a group. */
export interface Lane {
  readonly name: string
  /** In the order in which they started. They may overlap. */
  readonly spans: readonly Span[]
}

/** What became of a process. */
export type SpanState = 'running' | 'succeeded' | 'stopped' | 'failed' | 'killed' | 'timedOut' | 'notStarted'

/** One process, from its start to its end. */
export interface Span {
  readonly start: number
  /** Where it still ran when the timeline was made, that moment. */
  readonly end: number
  readonly state: SpanState
  /** What became of it in words, such as `exit code 3`. */
  readonly detail: string
  /** The command as text. */
  readonly label: string
  readonly pid?: number | undefined
  readonly marks: readonly Mark[]
  readonly output: Density
  /** Share of a core, 1 being one core. */
  readonly cpu: Curve
  /** Bytes. */
  readonly memory: Curve
}

/** How much was written when: bytes of stdout and of stderr, for each piece of time `step` long that has any. */
export interface Density {
  readonly step: number
  readonly buckets: readonly (readonly [index: number, out: number, err: number])[]
}

/** Values over time. */
export type Curve = readonly (readonly [at: number, value: number])[]

/** What a mark stands for. */
export type MarkKind = 'signal' | 'fault' | 'trouble' | 'restart' | 'ready' | 'note' | 'phase' | 'violation'

/** Something that happened at one moment. */
export interface Mark {
  readonly at: number
  readonly kind: MarkKind
  readonly text: string
}
