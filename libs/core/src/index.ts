export { openSqliteStore } from './stores/sqlite/sqlite-store.ts'
