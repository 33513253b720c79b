export { builtApp } from './build.ts'
