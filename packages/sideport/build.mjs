// Builds `dist` as ES modules, and `dist/cjs` as CommonJS from the same compiled files.

import { execFileSync } from 'node:child_process'
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

const require = createRequire(import.meta.url)
const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc')

process.chdir(import.meta.dirname)
rmSync('dist', { recursive: true, force: true })
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' })

// The compiler leaves `.ts` in the imports of declarations, which compilers before 5.7 do not follow.
const declarations = globSync('dist/**/*.d.ts')
for (const path of declarations) {
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.replaceAll(/((?:from |import\()['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2'))
}

await build({
  entryPoints: globSync('dist/**/*.js'),
  outbase: 'dist',
  outdir: 'dist/cjs',
  format: 'cjs',
  platform: 'node',
  target: 'node20',
})
for (const path of declarations) cpSync(path, path.replace('dist', join('dist', 'cjs')))
// The package is `module`; what is below this file is not.
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n')
