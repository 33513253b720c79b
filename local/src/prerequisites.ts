import { freePort, portTaken, UserError } from '@verifluence/testkit'
import { answersQuery } from '@verifluence/testkit/postgres'
import { type Binary, findBinary, TOOL_NAMES, type ToolName } from '@verifluence/toolchain'
import { PORT_VARIABLES, type Ports } from './config.ts'

export type Tools = Readonly<Record<ToolName, Binary>>

/** Every program a stack needs. @throws UserError naming one that cannot be had. */
export async function findTools(signal?: AbortSignal): Promise<Tools> {
  const found: Partial<Record<ToolName, Binary>> = {}
  for (const name of TOOL_NAMES) found[name] = await findBinary(name, signal && { signal })
  return found as Tools
}

/** @throws UserError naming the first port on which something already listens. */
export async function refuseTakenPorts(
  ports: Ports,
  { except }: { readonly except: readonly (keyof Ports)[] },
): Promise<void> {
  for (const service of Object.keys(PORT_VARIABLES) as (keyof Ports)[]) {
    if (except.includes(service) || !(await portTaken(ports[service]))) continue
    throw new UserError(
      `Port ${ports[service]}, which is ${PORT_VARIABLES[service]}, is taken by another program: stop that one, or set ${PORT_VARIABLES[service]} to a free port.`,
    )
  }
}

/** @throws UserError naming the server, without the password, and why it cannot be used. */
export async function refuseDeadDatabase(url: string): Promise<void> {
  try {
    await answersQuery(url)
  } catch (error) {
    const { host, pathname } = new URL(url)
    throw new UserError(
      `The database ${host}${pathname} named in DATABASE_URL cannot be used (${reasonOf(error)}): start it or correct the address, or unset DATABASE_URL to have a database started here.`,
    )
  }
}

/** A refused connection to several addresses keeps its reasons in a list. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ')
  return error instanceof Error ? error.message : String(error)
}

/** Free ports, all different. */
export async function freePorts(): Promise<Ports> {
  const ports: [string, number][] = []
  for (const service of Object.keys(PORT_VARIABLES)) ports.push([service, await freePort()])
  return Object.fromEntries(ports) as Ports
}
