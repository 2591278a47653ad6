// Lists a folder into a file: `node examples/pipeline/main.ts src output.txt`
import { Process } from '../../src/index.ts'
import { sortedList } from './sorted-list.ts'

const [folder = '.', file = 'output.txt'] = process.argv.slice(2)
const result = await sortedList(Process, folder, file)
console.log(
  result
    .throw()
    .stages.map((stage) => stage.command())
    .join(' | '),
  '>',
  file,
)
