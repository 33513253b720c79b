import { closest } from '../expressions/closest.ts'
import { kinds, type Model } from './kinds.ts'
import { type Manifest, nameOf, objectsOf, type Tree } from './tree.ts'
import { unknownKeys } from './unknown-keys.ts'

interface Fault {
  readonly instancePath?: string
  readonly message?: string
}

const complaint = (error: unknown): string => {
  const { errors } = error as { errors?: readonly Fault[] }
  const [first] = errors ?? []
  if (first === undefined) return error instanceof Error ? error.message : String(error)
  return `${first.instancePath || 'the object'} ${first.message ?? 'is wrong'}`
}

/** What a model has against an object, one phrase each. */
export const faultsOf = (model: Model, object: object): string[] => {
  const found: string[] = []
  const validate = (data: unknown) => {
    try {
      model.prototype.validate.call(data as never)
    } catch (error) {
      found.push(complaint(error))
    }
  }
  const strangers = unknownKeys(validate, object)
  return [
    ...found,
    ...strangers.map(
      (key) =>
        `the key ${key} is not known to its kind, and the cluster would ignore it: correct the spelling`,
    ),
  ]
}

const checkObject = (file: string, object: Manifest): string[] => {
  const model = kinds.get(`${object.apiVersion} ${object.kind}`)
  if (model === undefined) {
    const near = closest(`${object.apiVersion} ${object.kind}`, [...kinds.keys()])
    return [
      `${file}: ${object.apiVersion} ${object.kind} is not a kind this tree knows; ` +
        `${near ? `did you mean ${near}? Else ` : ''}add it to monitoring/src/gate/kinds.ts.`,
    ]
  }
  return faultsOf(model, object).map(
    (fault) => `${file}: ${nameOf(object)}: ${fault}. Correct it there.`,
  )
}

/** Types, required fields and unknown keys of every object in the tree. */
export const checkSchemas = (tree: Tree): string[] =>
  objectsOf(tree).flatMap(({ file, object }) => checkObject(file, object))
