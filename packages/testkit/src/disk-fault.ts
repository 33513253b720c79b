import { Sentence } from './sentence.ts'

type Fault =
  | 'is full'
  | 'has used up its quota'
  | 'is read-only'
  | 'may not be written'
  | 'is not a folder'

const FAULTS: Readonly<Record<string, Fault>> = {
  ENOSPC: 'is full',
  EDQUOT: 'has used up its quota',
  EROFS: 'is read-only',
  EACCES: 'may not be written',
  EPERM: 'may not be written',
  ENOTDIR: 'is not a folder',
  EEXIST: 'is not a folder',
}

/** A folder that is written to: its name in a sentence, and what helps when it refuses. */
export type Place = {
  /** For instance `cache folder /x`. */
  readonly name: string
  readonly megabytes: number
  /** What helps whatever is wrong with it. */
  readonly remedy: string
}

/** The sentence for an error of the file system about a folder; `undefined` for any other error. */
export function diskFault(place: Place, error: unknown): Sentence | undefined {
  if (error instanceof Sentence) return undefined
  const fault = faultOf(error)
  if (fault === undefined) return undefined
  const mend = mendOf(fault, place.megabytes)
  return new Sentence(`The ${place.name} ${fault}: ${mend}${place.remedy}.`)
}

function faultOf(error: unknown): Fault | undefined {
  const { code, syscall } = error as NodeJS.ErrnoException
  const text = error instanceof Error ? error.message : String(error)
  if (/No space left/i.test(text)) return FAULTS.ENOSPC
  // A program that could not be started also has a code and a system call, but says nothing of a disk.
  if (syscall === undefined || syscall.startsWith('spawn') || syscall === 'connect')
    return undefined
  // Making a folder inside a read-only one is answered like this.
  if (code === 'ENOENT' && syscall === 'mkdir') return 'may not be written'
  return FAULTS[code ?? '']
}

function mendOf(fault: Fault, megabytes: number): string {
  if (fault === 'is not a folder') return ''
  const isFull = fault === 'is full' || fault === 'has used up its quota'
  return isFull ? `free about ${megabytes} MB there, or ` : 'make it writable, or '
}
