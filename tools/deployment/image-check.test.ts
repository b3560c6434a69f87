import { expect, test } from 'vitest'
import { imageCheck } from './image-check.ts'
import { changedWorkspace, facts } from './testing/changed-workspace.ts'

const command = 'apps/receiver/src/cohort-relay.ts'
const at = (file: string, from: string | RegExp, to: string) => ({ file, from, to })

test('finds nothing to say about the Dockerfile', async () => {
  expect(await imageCheck(facts).run(changedWorkspace(null, [command]))).toEqual([])
})

test.each([
  ['an unknown instruction', at('Dockerfile', /^STOPSIGNAL/m, 'STOPSIGNALS'), 'Unknown instruction'],
  ['a source that is not there', at('Dockerfile', 'COPY libs ./libs', 'COPY lib ./libs'), 'lib is not in'],
  ['root', at('Dockerfile', 'USER 65532:65532', 'USER root'), 'USER that is a number'],
  ['root by number', at('Dockerfile', 'USER 65532:65532', 'USER 0'), 'USER that is a number'],
  ['no user', at('Dockerfile', 'USER 65532:65532\n', ''), 'USER that is a number'],
  ['a moving base', at('Dockerfile', 'debian:13-slim', 'debian:latest'), 'version of debian:latest'],
  ['a base without a version', at('Dockerfile', 'debian:13-slim', 'debian'), 'name a version of debian'],
  ['a shell as process 1', at('Dockerfile', 'CMD ["serve"]', 'CMD serve'), 'as lists'],
  ['npm as process 1', at('Dockerfile', '["node", "apps', '["npm", "apps'), 'start node itself'],
  [
    'a script that is not there',
    at('Dockerfile', 'src/cohort-relay.ts', 'src/cohort.ts'),
    'cohort.ts does not',
  ],
  ['a check by curl', at('Dockerfile', /CMD \["node", .*/, 'CMD curl -f localhost'), 'write HEALTHCHECK'],
  ['another port', at('Dockerfile', 'EXPOSE 8080', 'EXPOSE 8081'), 'EXPOSE 8080'],
  ['a misspelt variable', at('Dockerfile', 'DATABASE_URL=', 'DATABASE_URI='), 'does not read DATABASE_URI'],
  ['a secret', at('Dockerfile', 'NODE_ENV=production', 'SECRET_KEY=c2VjcmV0'), 'take SECRET_KEY out'],
  ['no licence', at('Dockerfile', 'image.licenses', 'image.license'), 'image.licenses'],
  ['data in the image', at('.dockerignore', '**/data', ''), 'lets apps/receiver/data/secret.key into'],
  ['dependencies of this machine', at('.dockerignore', '**/node_modules', ''), 'lets libs/core/node_modules'],
  ['secrets in the image', at('.dockerignore', '**/.*', ''), 'lets apps/receiver/.env into'],
  [
    'whatever is in the repository',
    at('.dockerignore', '\n*\n', '\n'),
    'lets deploy/kubernetes/examples/secret.yaml',
  ],
  ['a source kept out', at('.dockerignore', '**/data', '**/stores'), 'src/stores/store.ts out'],
])('reports %s', async (_, change, problem) => {
  expect(await imageCheck(facts).run(changedWorkspace(change, [command]))).toContainEqual(
    expect.stringContaining(problem),
  )
})
