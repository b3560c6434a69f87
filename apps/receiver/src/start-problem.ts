import type { Config } from './config.ts'

/** What to do about a failed start, in words. */
export const startProblem = (error: Error & { code?: string }, { port, host }: Config): string => {
  if (error.code === 'EADDRINUSE')
    return `Port ${port} is taken. Stop the other program, or set PORT to a free one.`
  if (error.code === 'EACCES') return `Port ${port} may not be used by this user. Set PORT to one above 1023.`
  if (error.code === 'ENOTFOUND' || error.code === 'EADDRNOTAVAIL')
    return `HOST ${host} is no address of this machine.`
  return `The receiver could not start: ${error.message}`
}
