import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus } from 'node:os'

/** Which cores the two sides run on; undefined when they are left to the system. */
export interface Cores {
  readonly server: number
  readonly load: number
}

/** Part of util-linux; found on most Linux machines and nowhere else. */
const taskset = 'taskset'

const bind = (pid: number, cores: string): boolean => {
  try {
    execFileSync(taskset, ['-a', '-c', '-p', cores, String(pid)], { stdio: 'ignore' })
    return true
  } catch {
    // No taskset, or no right to: the report says that nothing is pinned.
    return false
  }
}

/** Binds all threads of the process, and those that they start later, to one core. False where it cannot be done. */
export const pin = (pid: number, core: number): boolean => bind(pid, String(core))

/** Lets this process use every core again. */
export const unpinLoad = (): void => void bind(process.pid, `0-${cpus().length - 1}`)

/** Puts this process, the load generator, on a core of its own if there are two and `taskset` is there. */
export const pinLoad = (): Cores | undefined => {
  const cores: Cores = { server: 0, load: 1 }
  return availableParallelism() >= 2 && pin(process.pid, cores.load) ? cores : undefined
}
