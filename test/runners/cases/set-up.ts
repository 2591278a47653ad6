import { Process } from 'rehearsal'

Process.preventStrayProcesses({ allow: ['echo *'] })
