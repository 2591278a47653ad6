/** The actor: a real program that performs the scenario in its first argument. `node actor/main.js '[{"exit":3}]'` */
import type { Scenario } from '../contracts/scenario.ts'
import { perform } from './perform.ts'

perform(JSON.parse(process.argv[2] ?? '[]') as Scenario).then(() => process.exit(0))
