import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { svg } from '../partner-packet/testing/hostile-logos.ts'
import { packetPlace } from '../partner-packet/testing/packet-place.ts'
import { partnerYaml } from '../partner-packet/testing/partner-yaml.ts'
import { runCohortRelay } from '../testing/run-cohort-relay.ts'

const setup = (yaml = partnerYaml, logo: string | undefined = svg('')) => {
  const folder = packetPlace()
  const [config, out] = [join(folder, 'partner.yaml'), join(folder, 'packet')]
  writeFileSync(config, yaml)
  if (logo !== '') writeFileSync(join(folder, 'logo.svg'), logo)
  const run = (...more: string[]) =>
    runCohortRelay(['partner-packet', '--config', config, '--out', out, ...more])
  return { folder, out, config, run }
}

test('writes the packet, and a second time only by force', async () => {
  const { out, run } = setup()
  expect(await run()).toEqual({ exitCode: 0, output: expect.stringContaining('send the folder to Mixpanel') })
  expect(readdirSync(out).toSorted()).toEqual([
    '.partner-packet.json',
    'README.md',
    'logo.svg',
    'openapi.json',
    'replies.md',
    'samples',
  ])
  expect(await run()).toEqual({ exitCode: 1, output: expect.stringContaining('--force') })
  expect(await run('--force')).toMatchObject({ exitCode: 0 })
  writeFileSync(join(out, 'README.md'), 'edited')
  expect(await run('--force')).toEqual({ exitCode: 1, output: expect.stringContaining('README.md') })
  expect(readFileSync(join(out, 'README.md'), 'utf8')).toBe('edited')
}, 60_000)

test('tells what is wrong in the file and in the logo together, and writes nothing', async () => {
  const yaml = partnerYaml.replace('https://cohorts', 'http://cohorts').replace(/^company:\n.*\n.*\n/m, '')
  const { out, run } = setup(yaml, svg('<script>a()</script>', 'onload="a()"'))
  const { exitCode, output } = await run()
  expect(exitCode).toBe(1)
  const told = output.split('\n').filter((line) => /^ {2}\S/.test(line))
  expect(told).toEqual([
    '  company.name: is missing.',
    '  webhook.url: does not begin with https://.',
    '  logo: line 1: the attribute onload runs a script on an event.',
    '  logo: line 1: the element <script> is no part of a still picture.',
  ])
  expect(output.split('\n').filter((line) => /^ {6}\S/.test(line))).toHaveLength(4)
  expect(existsSync(out)).toBe(false)
})

test.each([
  ['no logo', partnerYaml, '', 'logo: names a file that does not exist'],
  ['a folder as logo', partnerYaml.replace('logo.svg', '.'), '', 'logo: names something that is no file'],
  ['a logo of 5 MB', partnerYaml, svg(' '.repeat(5_242_880)), 'logo: has 5,242,'],
  ['a file that is too large', `${partnerYaml}#${' '.repeat(70_000)}`, svg(''), 'is too large to be'],
])('%s is refused', async (_name, yaml, logo, words) => {
  const { out, run } = setup(yaml, logo)
  expect(await run()).toEqual({ exitCode: 1, output: expect.stringContaining(words) })
  expect(existsSync(out)).toBe(false)
})

test('a configuration that is not there, and a folder that is not named, are told', async () => {
  const { folder, config } = setup()
  const absent = await runCohortRelay([
    'partner-packet',
    '--config',
    join(folder, 'no.yaml'),
    '--out',
    folder,
  ])
  expect(absent).toEqual({ exitCode: 1, output: expect.stringContaining('no.yaml: does not exist.') })
  const nowhere = await runCohortRelay(['partner-packet', '--config', config])
  expect(nowhere).toEqual({ exitCode: 1, output: expect.stringContaining('--out must name the folder') })
})

test('help shows how it is called, and the example is printed', async () => {
  const { exitCode, output } = await runCohortRelay(['partner-packet', '--help'])
  expect(exitCode).toBe(0)
  for (const words of ['Examples:', 'cohort-relay partner-packet --config', 'Exit codes'])
    expect(output).toContain(words)
  const example = await runCohortRelay(['partner-packet', '--example'])
  expect(example).toEqual({ exitCode: 0, output: expect.stringContaining('company:\n') })
})
