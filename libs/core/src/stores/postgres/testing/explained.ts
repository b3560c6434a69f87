import type { Database, Queries } from '../database.ts'

/**
 * Asks how each statement would be carried out before it is, and keeps the answers. `measured` carries it out for that, one
 * time more, and says how many rows each part read.
 */
export const explained = (database: Database, plans: string[], measured = false): Database => {
  const ask = measured ? 'EXPLAIN (ANALYZE, TIMING OFF)' : 'EXPLAIN'
  const explain = async (
    queries: Queries,
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<void> => {
    const rows = await queries.all(`${ask} ${sql}`, parameters)
    plans.push([sql, ...rows.map((row) => String(row['QUERY PLAN']))].join('\n'))
  }
  const watched = (queries: Queries): Queries => ({
    all: async (sql, parameters) => {
      await explain(queries, sql, parameters)
      return queries.all(sql, parameters)
    },
    one: async (sql, parameters) => {
      await explain(queries, sql, parameters)
      return queries.one(sql, parameters)
    },
    run: async (sql, parameters) => {
      await explain(queries, sql, parameters)
      return queries.run(sql, parameters)
    },
  })
  return {
    ...watched(database),
    transaction: (work, mode) => database.transaction((queries) => work(watched(queries)), mode),
    close: () => database.close(),
  }
}
