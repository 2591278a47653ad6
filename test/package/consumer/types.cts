import rehearsal = require('rehearsal')

const result: Promise<rehearsal.ProcessResult> = rehearsal.Process.run('ls')
module.exports = { result }
