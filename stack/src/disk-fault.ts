import { Sentence } from './sentence.ts'

const FAULTS: Readonly<Record<string, string>> = {
  ENOSPC: 'is full',
  EDQUOT: 'has used up its quota',
  EROFS: 'is read-only',
  EACCES: 'may not be written',
  EPERM: 'may not be written',
  // Making a folder inside a read-only one is answered like this.
  ENOENT: 'may not be written',
  ENOTDIR: 'is not a folder',
  EEXIST: 'is not a folder',
}

/**
 * The sentence for an error of the file system about `folder`; `undefined` for any other error.
 *
 * @param folder its name in the sentence, for instance `cache folder /x`.
 */
export function diskFault(folder: string, remedy: string, error: unknown): Sentence | undefined {
  if (error instanceof Sentence) return undefined
  const { code, syscall } = error as NodeJS.ErrnoException
  const text = error instanceof Error ? error.message : String(error)
  const saysFull = /No space left/i.test(text)
  // A program that could not be started also has a code and a system call, but says nothing of a disk.
  const ofFiles = syscall !== undefined && !syscall.startsWith('spawn') && syscall !== 'connect'
  const fault = saysFull ? FAULTS.ENOSPC : ofFiles ? FAULTS[code ?? ''] : undefined
  return fault === undefined ? undefined : new Sentence(`The ${folder} ${fault}: ${remedy}.`)
}
