export { answersQuery, postgresPart } from './spec.ts'
export { createTestDatabase, type TestDatabase } from './test-database.ts'
