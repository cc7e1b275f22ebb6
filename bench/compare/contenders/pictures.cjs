/** The pictures of the horse-or-human workload, from their files. */
const { data } = require('convlab');

/** 1,024 of the 1,027, in an order that is mixed and always the same, so that all contenders can read it. */
async function epochOf(folder) {
  const all = await data.imageFolder(folder, { size: [300, 300], batch: 128, shuffle: false });
  const [pictures] = all.split(0.003, 1);
  return pictures;
}

module.exports = { epochOf };
