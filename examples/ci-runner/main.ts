// Runs the job of a folder: `node examples/ci-runner/main.ts examples/ci-runner/red`
import { Process } from '../../src/index.ts'
import { runSteps } from './run-steps.ts'

const reports = await runSteps(Process, process.argv[2] ?? '.')
for (const { name, state, said } of reports) console.log(`${state}: ${name}${said && `\n${said}`}`)
if (reports.some(({ state }) => state === 'failed')) process.exitCode = 1
