import { BadJobError } from './errors.ts'

/** What makes payloads unreadable for whoever has the store but not the key. */
export interface Seal {
  seal(text: string): string
  /** @throws BadJobError when it was sealed with another key, or changed. */
  open(text: string): string
}

const MARK = 'sealed:'

/** Leaves payloads as they are. One that is sealed cannot be read. */
export const unsealed: Seal = {
  seal: (text) => text,
  open(text) {
    if (text.startsWith(MARK))
      throw new BadJobError('Cannot start a queued command: it is encrypted, and there is no key')
    return text
  },
}

/**
 * Encrypts payloads with AES-256-GCM. Those that were pushed before there was a key are still read.
 *
 * @throws BadJobError for an empty key.
 */
export function sealedWith(key: string): Seal {
  if (key === '') throw new BadJobError('Cannot encrypt what is queued: the key is empty')
  const { createCipheriv, createDecipheriv, createHash, randomBytes } = process.getBuiltinModule('node:crypto')
  const secret = createHash('sha256').update(key).digest()
  return {
    seal(text) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', secret, iv)
      const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return MARK + Buffer.concat([iv, cipher.getAuthTag(), bytes]).toString('base64')
    },
    open(text) {
      if (!text.startsWith(MARK)) return text
      const bytes = Buffer.from(text.slice(MARK.length), 'base64')
      const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, 12))
      decipher.setAuthTag(bytes.subarray(12, 28))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
      } catch (cause) {
        throw new BadJobError('Cannot start a queued command: it was encrypted with another key, or changed', { cause })
      }
    },
  }
}
