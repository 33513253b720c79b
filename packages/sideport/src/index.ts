export * from './catalogue/index.ts'
export * from './record/index.ts'
