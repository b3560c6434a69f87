import { importRule, type PlantedFile } from './planted-file.ts'

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('')

const longFunction = `export const long = (): void => {\n${lines(60, (index) => `  log(${index})`)}}\n`

/** One violation of every rule that `.oxlintrc.json` sets beside the layers, and its permitted counterpart. */
export const plantedStyle: readonly PlantedFile[] = [
  {
    path: 'libs/core/src/probe-dynamic.ts',
    code: "export const planted = await import('@cohort-relay/receiver')\n",
    rule: importRule,
    reason: 'a dynamic import crosses a boundary',
  },
  {
    path: 'libs/core/src/probe-type.ts',
    code: "export type Planted = import('@cohort-relay/receiver').Planted\n",
    rule: 'typescript(consistent-type-imports)',
    reason: 'an inline type import crosses a boundary',
  },
  {
    path: 'libs/core/src/probe-default.ts',
    code: 'const planted = 1\nexport default planted\n',
    rule: 'import(no-default-export)',
    reason: 'a default export outside a configuration file',
  },
  {
    path: 'libs/core/vitest.config.ts',
    code: "import { planted } from '@cohort-relay/tools/postgres'\n\nexport default planted\n",
    reason: 'a configuration file has a default export and may start PostgreSQL',
  },
  {
    path: 'apps/console/vitest.config.ts',
    code: "import { planted } from '@cohort-relay/tools/postgres'\n\nexport default planted\n",
    reason: 'a configuration file has a default export and may start PostgreSQL',
  },
  {
    path: 'libs/connectors/other/vitest.config.ts',
    code: "import { planted } from '../webhook/planted.ts'\n\nexport default planted\n",
    rule: importRule,
    reason: 'a configuration file climbs out',
  },
  {
    path: 'apps/receiver/vitest.config.ts',
    code: "import { planted } from '@cohort-relay/tools/checks/planted.ts'\n\nexport default planted\n",
    rule: importRule,
    reason: 'a configuration file imports past an entry',
  },
  {
    path: 'libs/connector-kit/vitest.config.ts',
    code: "import { planted } from '@cohort-relay/core'\n\nexport default planted\n",
    rule: importRule,
    reason: 'a configuration file imports another project',
  },
  {
    path: 'libs/core/src/probe-long.ts',
    code: longFunction,
    rule: 'eslint(max-lines-per-function)',
    reason: '61 lines',
  },
  { path: 'libs/core/src/probe-long.test.ts', code: longFunction, reason: 'a test of 61 lines' },
  { path: 'libs/core/src/testing/probe-long.ts', code: longFunction, reason: 'a stand-in of 61 lines' },
  { path: 'libs/connector-conformance/src/probe-long.ts', code: longFunction, reason: 'a suite of 61 lines' },
  {
    path: 'tools/probe/generator.ts',
    code: 'export default 1\n',
    reason: 'Nx loads a generator by its default export',
  },
  {
    path: 'libs/core/src/probe-lines.ts',
    code: lines(260, (index) => `export const planted${index} = ${index}`),
    rule: 'eslint(max-lines)',
    reason: 'a file of 260 lines',
  },
  {
    path: 'libs/core/src/probe-parameters.ts',
    code: 'export const sum = (a: number, b: number, c: number, d: number): number => a + b + c + d\n',
    rule: 'eslint(max-params)',
    reason: 'four parameters',
  },
  {
    path: 'libs/core/src/probe-depth.ts',
    code: 'export const deep = (a: boolean): void => {\n  if (a) {\n    if (a) {\n      if (a) {\n        if (a) log()\n      }\n    }\n  }\n}\n',
    rule: 'eslint(max-depth)',
    reason: 'four levels',
  },
  {
    path: 'libs/core/src/probe-any.ts',
    code: 'export const planted = (value: any): void => log(value)\n',
    rule: 'typescript(no-explicit-any)',
    reason: 'any',
  },
  {
    path: 'libs/core/src/probe-mock.test.ts',
    code: "import { vi } from 'vitest'\n\nvi.mock('zod')\n",
    rule: 'vitest(no-restricted-vi-methods)',
    reason: 'a module mock',
  },
  {
    path: 'libs/core/src/probe-cycle.ts',
    code: "export * as planted from './probe-cycle-back.ts'\n",
    rule: 'import(no-cycle)',
    reason: 'a cycle',
  },
  {
    path: 'libs/core/src/probe-cycle-back.ts',
    code: "export * as planted from './probe-cycle.ts'\n",
    rule: 'import(no-cycle)',
    reason: 'a cycle',
  },
]
