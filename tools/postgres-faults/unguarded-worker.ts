// The negative control: the service with connections whose errors nobody listens for, as a pool is without handlers. An
// outage ends the process then, and the row must notice.
import type { EventEmitter } from 'node:events'
import { Client, Pool } from 'pg'

const unguard = (prototype: EventEmitter): void => {
  prototype.on = function (name: string | symbol, listener: (...values: unknown[]) => void) {
    return name === 'error' ? this : this.addListener(name, listener)
  }
}
unguard(Client.prototype)
unguard(Pool.prototype)
await import(new URL('../../apps/receiver/src/main.ts', import.meta.url).href)
