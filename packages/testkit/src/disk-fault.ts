import { UserError } from './user-error.ts'

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

/** A folder to write to: its name in an error message, and the remedy. */
export type Place = {
  /** For instance `cache folder /x`. */
  readonly name: string
  readonly megabytes: number
  /** A remedy for every fault. */
  readonly remedy: string
}

/** The user error for a file-system error about a folder; `undefined` for any other error. */
export function diskFault(place: Place, error: unknown): UserError | undefined {
  if (error instanceof UserError) return undefined
  const fault = failureOf(error)
  if (fault === undefined) return undefined
  const remedy = remedyFor(fault, place.megabytes)
  return new UserError(`The ${place.name} ${fault}: ${remedy}${place.remedy}.`)
}

function failureOf(error: unknown): Fault | undefined {
  const { code, syscall } = error as NodeJS.ErrnoException
  const text = error instanceof Error ? error.message : String(error)
  if (/No space left/i.test(text)) return FAULTS.ENOSPC
  // A program that could not be started also has a code and a system call, but says nothing of a disk.
  if (syscall === undefined || syscall.startsWith('spawn') || syscall === 'connect')
    return undefined
  // mkdir inside a read-only folder.
  if (code === 'ENOENT' && syscall === 'mkdir') return 'may not be written'
  return FAULTS[code ?? '']
}

function remedyFor(fault: Fault, megabytes: number): string {
  if (fault === 'is not a folder') return ''
  const isFull = fault === 'is full' || fault === 'has used up its quota'
  return isFull ? `free about ${megabytes} MB there, or ` : 'make it writable, or '
}
