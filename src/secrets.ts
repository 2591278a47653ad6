import { type Edit, united } from './rewriting.ts'

/** What stands in a file in the place of a secret. */
export const REDACTED = '<redacted>'

/** Tokens that are known by their form, and what is known by what stands before it: then `secret` is the part to hide. */
const KNOWN: readonly RegExp[] = [
  /gh[pousr]_[A-Za-z0-9]{20,}/g,
  /github_pat_[A-Za-z0-9_]{20,}/g,
  /glpat-[\w-]{20,}/g,
  /\bnpm_[A-Za-z0-9]{20,}/g,
  /\bpypi-[\w-]{20,}/g,
  /xox[abeoprs]-[\w-]{10,}/g,
  /(?:AKIA|ASIA)[A-Z0-9]{16}/g,
  /AIza[\w-]{35}/g,
  /\b[rsp]k_(?:live|test)_[A-Za-z0-9]{10,}/g,
  /\bsk-[A-Za-z0-9_-]{20,}/g,
  /\bhf_[A-Za-z0-9]{20,}/g,
  /\bdop_v1_[a-f0-9]{32,}/g,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/g,
  /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b(?:Bearer|Basic)\s+(?<secret>[\w.~+/-]{8,}=*)/dgi,
  /\w:\/\/[^\s/:@]*:(?<secret>[^\s/@]+)@/dg,
  /[?&](?:access_token|api_?key|auth|password|secret|sig(?:nature)?|token)=(?<secret>[^\s&#"']+)/dgi,
  /--?(?:access-?token|api-?key|auth-?token|passwd|password|passphrase|secret|token)[= ](?<secret>(?!-)[^\s"']+|"[^"]*"|'[^']*')/dgi,
  /"(?:access_?token|api_?key|client_secret|passwd|password|private_?key|refresh_?token|secret|token)"\s*:\s*"(?<secret>(?:[^"\\]|\\.)+)"/dgi,
  /\b[A-Z0-9_]*(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)=(?<secret>[^\s"']+|"[^"]*"|'[^']*')/dg,
]

/** What may follow the beginning of a token of a known form, so that it is whole. */
const MORE = '0'.repeat(64)
const RESTS = [MORE, `${MORE}@`, `${MORE}"`, `${MORE}'`, `${MORE}.${MORE}`, `${MORE}.eyJ${MORE}.${MORE}`]

/** Flags whose value, the next argument, is a secret. */
const FLAG = /^--?(?:access-?token|api-?key|auth-?token|passwd|password|passphrase|secret|token)$/i
/** Variables whose value is a secret. */
const VARIABLE =
  /(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)(?:_|$)/i
/** A shorter value may well be an ordinary word, which would be taken out everywhere. */
const SHORTEST = 8

/** What is to be kept out of a file: texts, and whatever a RegExp finds (or its group `secret`, where it has one). */
export type Secret = string | RegExp

/** Finds secrets in texts. */
export class Secrets {
  readonly #literals: readonly string[]
  readonly #given: readonly RegExp[]
  readonly #patterns: readonly RegExp[]

  constructor(more: readonly Secret[], variables: Readonly<Record<string, unknown>>) {
    const values = [...more.filter((secret) => typeof secret === 'string'), ...valuesOf(variables)]
    this.#given = more.filter((secret) => secret instanceof RegExp).map(everywhere)
    this.#literals = values.flatMap(withLines).flatMap(formsOf)
    this.#patterns = [...this.#literals.map(literally), ...this.#given, ...KNOWN]
  }

  /** What is to be hidden in a text. Bytes that are no text are looked through as one character each. */
  readonly edits = (text: string): readonly Edit[] => united(this.#patterns.flatMap((pattern) => found(pattern, text)))

  /** Where in a text a secret begins that is known word by word and of which only the beginning is there; its end otherwise. */
  opening(text: string): number {
    return Math.min(text.length, ...this.#literals.map((literal) => text.length - sharedBy(text, literal)))
  }

  /** Whether there are patterns of which nobody can tell what begins that which they find. */
  get hasGivenPatterns(): boolean {
    return this.#given.length > 0
  }

  /** The same for a token of a known form, where enough of it is there to tell the form. */
  openingOfToken(text: string): number {
    const tried = RESTS.flatMap((rest) => KNOWN.flatMap((pattern) => found(pattern, text + rest)))
    const cut = tried.filter(({ start, end }) => start < text.length && end > text.length)
    return Math.min(text.length, ...cut.map(({ start }) => start))
  }
}

/** Whether a word follows a flag such as `--password`, and is a secret by that. */
export function isAfterFlag(words: readonly string[], index: number): boolean {
  return FLAG.test(words[index - 1] ?? '')
}

/** How many characters at the end of a text are the beginning of another one, and not all of it. */
function sharedBy(text: string, literal: string): number {
  let length = Math.min(literal.length - 1, text.length)
  while (length > 0 && !text.endsWith(literal.slice(0, length))) length--
  return Math.max(0, length)
}

function found(pattern: RegExp, text: string): Edit[] {
  return [...text.matchAll(pattern)].map((match) => {
    const [start, end] = match.indices?.groups?.secret ?? [match.index, match.index + match[0].length]
    return { start, end, text: REDACTED }
  })
}

function valuesOf(variables: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(variables)
    .filter(([name, value]) => VARIABLE.test(name) && typeof value === 'string' && value.length >= SHORTEST)
    .map(([, value]) => String(value))
}

// What has several lines may come line by line.
function withLines(secret: string): string[] {
  return [secret, ...secret.split('\n').filter((line) => line.length >= SHORTEST && line !== secret)]
}

// As it is, as in a URL and in a form, as in JSON, as in quotes of a shell, in base64, and as the bytes of something that is no text.
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const inForm = new URLSearchParams([['', secret]]).toString().slice(1)
  const quoted = [JSON.stringify(secret).slice(1, -1), secret.replaceAll("'", `'\\''`)]
  const forms = [secret, encodeURIComponent(secret), inForm, ...quoted, bytes.toString('latin1')]
  return [...new Set(secret.length >= SHORTEST ? [...forms, ...inBase64(bytes)] : forms)]
}

// Three bytes are four characters: of longer text it matters how many bytes come before. The whole is for what ends with it.
function inBase64(bytes: Buffer): string[] {
  return (['base64', 'base64url'] as const).flatMap((alphabet) => [
    bytes.toString(alphabet).replace(/=+$/, ''),
    ...[0, 1, 2].map((before) => innerPart(bytes, before, alphabet)),
  ])
}

// The characters at its ends hold bits of its neighbours as well, whatever those are.
function innerPart(bytes: Buffer, before: number, alphabet: 'base64' | 'base64url'): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString(alphabet)
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
}

function literally(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'g')
}

function everywhere(pattern: RegExp): RegExp {
  return new RegExp(pattern, [...new Set(`${pattern.flags.replace('y', '')}gd`)].join(''))
}

/** @throws TypeError for what is neither a text nor a RegExp, or would hide everything. */
export function checkSecret(secret: unknown): void {
  const usable = typeof secret === 'string' ? secret !== '' : secret instanceof RegExp && !secret.test('')
  if (!usable) throw new TypeError(`Cannot redact ${String(secret) || '""'}: expected text, or a RegExp for some of it`)
}
