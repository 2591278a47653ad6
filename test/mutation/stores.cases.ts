import { describe, test } from 'vitest'
import { queueContract, storeContract } from '../../src/contracts/suite/index.ts'
import { queueInFile, queueInMemory, schedulesInFile, schedulesInMemory } from '../contracts/local-stores.ts'

describe('schedules in memory', () => storeContract({ test, describe, createStore: schedulesInMemory }))
describe('schedules in a file', () => storeContract({ test, describe, createStore: schedulesInFile }))
describe('a queue in memory', () => queueContract({ test, describe, createStore: queueInMemory }))
describe('a queue in a file', () => queueContract({ test, describe, createStore: queueInFile }))
