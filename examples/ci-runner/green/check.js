const { sum } = require('./sum.js')
if (sum(2, 2) !== 4) {
  console.log(`2 + 2 is ${sum(2, 2)}`)
  process.exit(1)
}
