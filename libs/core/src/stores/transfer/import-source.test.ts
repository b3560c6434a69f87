import { DatabaseSync } from 'node:sqlite'
import { beforeAll, describe, expect, test } from 'vitest'
import { ledgerWorld } from '../../ledger/testing/ledger-world.ts'
import { migratePostgres } from '../postgres/migrate.ts'
import { openSqliteStore } from '../sqlite/sqlite-store.ts'
import { importSource, type ImportReport } from './import-source.ts'
import { inSmallChunks, stoppedInside } from './testing/broken-sources.ts'
import { execute, transferSetup } from './testing/transfer-setup.ts'
import { totalsOf } from './transfer-source.ts'
import { transferTables } from './transfer-tables.ts'

const setup = await transferSetup()
let path: string
beforeAll(async () => {
  path = await setup.richFile()
})

const importInto = async (url: string, rehearse = false): Promise<ImportReport> => {
  const source = setup.openSource(path, true)
  try {
    return await importSource(source, { url, rehearse })
  } finally {
    source.close()
  }
}

const unequal = ({ tables }: ImportReport) =>
  tables.filter(({ isEqual }) => !isEqual).map(({ table }) => table)

const schemasOf = (url: string) =>
  execute(url, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'cohort_relay%'")

const unlessStopped = (error: Error): undefined => {
  if (error.message !== 'stopped inside a chunk') throw error
}

const writtenRows = async (url: string): Promise<number> => {
  const [row] = await execute(url, 'SELECT sum(rows) AS rows FROM cohort_relay.import_progress')
  return Number(row?.['rows'])
}

describe('an import', () => {
  test('brings every table across, a row of each at least', async () => {
    const report = await importInto(await setup.createTarget())
    expect(report).toMatchObject({ isEqual: true, resumedRows: 0, obstacle: undefined })
    expect(report.tables.filter(({ source }) => source.rows === 0)).toEqual([])
    expect(report.tables).toHaveLength(transferTables.length)
  })

  test('that is stopped inside each of its chunks goes on after the one before, to the same end', async () => {
    const url = await setup.createTarget()
    const source = inSmallChunks(setup.openSource(path, true), 4)
    const written: number[] = []
    let report: ImportReport | undefined
    while (report === undefined) {
      report = await importSource(stoppedInside(source, written.length + 1), { url }).catch(unlessStopped)
      if (report === undefined) written.push(await writtenRows(url))
    }
    source.close()
    expect(written.length).toBeGreaterThan(40)
    expect(written).toEqual([...new Set(written)].toSorted((one, other) => one - other))
    expect(report).toMatchObject({ isEqual: true, resumedRows: written.at(-1) })
    const whole = await importInto(await setup.createTarget())
    expect(report.tables).toEqual(whole.tables)
  })

  test('gives new rows ids after all that there ever were', async () => {
    const file = await setup.richFile()
    const database = new DatabaseSync(file)
    database.exec("UPDATE sqlite_sequence SET seq = 5000 WHERE name = 'session'")
    const [members] = database.prepare('SELECT max(id) AS id FROM member').all()
    database.close()
    const url = await setup.createTarget()
    const source = setup.openSource(file)
    await importSource(source, { url })
    source.close()
    const [next] = await execute(
      url,
      "SELECT nextval('cohort_relay.member_id') AS member, nextval('cohort_relay.session_id_seq') AS session",
    )
    expect(next).toEqual({ member: String(Number(members!['id']) + 1), session: '5001' })
  })

  test('brings text with a NUL across as it is read from now on', async () => {
    const file = await setup.richFile()
    const database = new DatabaseSync(file)
    database.prepare('UPDATE account SET name = ?').run('a\0b')
    database.close()
    const url = await setup.createTarget()
    const source = setup.openSource(file)
    expect(await importSource(source, { url })).toMatchObject({ isEqual: true })
    source.close()
    expect(await execute(url, 'SELECT DISTINCT name FROM cohort_relay.account')).toEqual([{ name: 'ab' }])
  })
})

describe('a comparison notices', () => {
  test.each([
    ['a changed value', 'member', "NEW.properties := NEW.properties || ' '; RETURN NEW;"],
    ['a changed time', 'feed', "NEW.due_at := NEW.due_at + interval '1 millisecond'; RETURN NEW;"],
    ['a changed body', 'page', "NEW.body := NEW.body || '\\x00'; RETURN NEW;"],
    ['a missing row', 'member_state', 'IF NEW.id = 3 THEN RETURN NULL; END IF; RETURN NEW;'],
    [
      'an additional row',
      'held_removal',
      'INSERT INTO cohort_relay.removal_plan VALUES(-NEW.member, 1, $x$held$x$, now()) ON CONFLICT DO NOTHING; RETURN NEW;',
    ],
  ])('%s', async (_name, table, body) => {
    const url = await setup.createTarget()
    await execute(
      url,
      `CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} END $$;
       CREATE TRIGGER spoil BEFORE INSERT ON cohort_relay.${table} FOR EACH ROW EXECUTE FUNCTION spoil()`,
    )
    const report = await importInto(url)
    expect(report.isEqual).toBe(false)
    expect(unequal(report)).toEqual([table === 'held_removal' ? 'removal_plan' : table])
    await expect(setup.openTarget(url)).rejects.toThrow('cohort-relay import')
  })
})

describe('a rehearsal', () => {
  test('compares everything and leaves nothing behind', async () => {
    const url = await setup.createTarget()
    const before = await schemasOf(url)
    const report = await importInto(url, true)
    expect(report).toMatchObject({ isEqual: true, obstacle: undefined })
    expect(report.tables.filter(({ target }) => target.rows === 0)).toEqual([])
    expect(await schemasOf(url)).toEqual(before)
    expect(await execute(url, 'SELECT FROM cohort_relay.account')).toEqual([])
    expect(await importInto(url)).toMatchObject({ isEqual: true, resumedRows: 0 })
  })

  test('tells what the import would be refused for', async () => {
    const url = await setup.createTarget()
    await importInto(url)
    const report = await importInto(url, true)
    expect(report).toMatchObject({
      isEqual: true,
      obstacle: expect.stringContaining('holds accounts already'),
    })
  })

  test('that is stopped leaves nothing behind', async () => {
    const url = await setup.createTarget()
    const before = await schemasOf(url)
    const source = setup.openSource(path, true)
    await expect(importSource(stoppedInside(source, 5), { url, rehearse: true })).rejects.toThrow('stopped')
    source.close()
    expect(await schemasOf(url)).toEqual(before)
  })
})

describe('an import is refused', () => {
  test('while a receiver runs on the source, which it locks until it is closed', async () => {
    const file = setup.newPath()
    const store = await openSqliteStore({ path: file })
    expect(() => setup.openSource(file)).toThrow('Stop it first')
    await store.close()
    const source = setup.openSource(file)
    const other = new DatabaseSync(file, { timeout: 0 })
    expect(() => other.prepare('SELECT * FROM account').all()).toThrow('locked')
    other.close()
    source.close()
    await (await openSqliteStore({ path: file })).close()
  })

  test('into a database that holds accounts', async () => {
    const url = await setup.createTarget()
    const store = await setup.openTarget(url)
    await ledgerWorld(store)
    await store.close()
    await expect(importInto(url)).rejects.toThrow('Name an empty database')
  })

  test('into a database without our tables, and before it has any', async () => {
    const url = await setup.createTarget()
    await execute(url, 'DROP SCHEMA cohort_relay CASCADE')
    await expect(importInto(url)).rejects.toThrow('Run: cohort-relay migrate')
    await migratePostgres(url)
    expect(await importInto(url)).toMatchObject({ isEqual: true })
  })

  test('while a process of ours has the target open', async () => {
    const url = await setup.createTarget()
    const store = await setup.openTarget(url)
    await expect(importInto(url)).rejects.toThrow('Stop every process')
    await store.close()
  })

  test('where another source was begun, and receivers do not start there', async () => {
    const url = await setup.createTarget()
    const source = setup.openSource(path, true)
    await expect(importSource(stoppedInside(source, 3), { url })).rejects.toThrow('stopped')
    source.close()
    await expect(setup.openTarget(url)).rejects.toThrow('Run cohort-relay import again')
    const other = setup.openSource(await setup.richFile())
    await expect(importSource(other, { url })).rejects.toThrow('another source')
    other.close()
    await importInto(url)
    await (await setup.openTarget(url)).close()
  })

  test('of a file that is none of ours', () => {
    const file = setup.newPath()
    expect(() => setup.openSource(file)).toThrow('There is no file')
    new DatabaseSync(file).close()
    expect(() => setup.openSource(file)).toThrow('no database of Cohort Relay')
    const database = new DatabaseSync(file)
    database.exec('PRAGMA user_version = 99')
    database.close()
    expect(() => setup.openSource(file)).toThrow('Update the program')
  })
})

test('a source is the same each time it is read, and another one after a change', async () => {
  const file = await setup.richFile()
  const digestOf = async () => {
    const source = setup.openSource(file)
    const { digest } = await totalsOf(source)
    source.close()
    return digest
  }
  const before = await digestOf()
  expect(await digestOf()).toBe(before)
  const database = new DatabaseSync(file)
  database.exec('UPDATE member SET properties = properties || 1 WHERE id = 1')
  database.close()
  expect(await digestOf()).not.toBe(before)
})
