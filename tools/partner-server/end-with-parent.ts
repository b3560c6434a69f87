import { isMainThread } from 'node:worker_threads'

// Loaded for its effect, also by `node --import`: the process ends when the one that started it is gone, even when
// that one was killed and could not say so. The parent holds the other end of standard input.
const end = (): void => void process.kill(process.pid, 'SIGTERM')

// A worker thread loads this too and has a standard input of its own, which is empty.
if (isMainThread) {
  process.stdin.once('end', end).once('error', end).resume()
  // Standard input alone keeps nobody alive.
  if ('unref' in process.stdin) process.stdin.unref()
}
