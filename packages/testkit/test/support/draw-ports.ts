import { freePort } from '../../src/process/ports.ts'

const ports: number[] = []
while (ports.length < 100) ports.push(await freePort())
console.log(JSON.stringify(ports))
// Alive until the test ends it: the block of a process that is gone may be drawn from again.
process.stdin.resume()
