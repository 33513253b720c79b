export { type Alert, alerts } from './alerts/index.ts'
export { type GeneratedFile, generatedFiles } from './files/index.ts'
