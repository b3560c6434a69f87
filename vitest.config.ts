import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: ['apps/*', 'libs/core', 'libs/connector-kit', 'libs/connectors/*', 'tools'],
    coverage: { include: ['{apps,libs}/**/src/**/*.ts'], exclude: ['**/*.test.ts'] },
  },
})
