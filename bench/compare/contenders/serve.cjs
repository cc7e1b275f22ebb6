/**
 * A contender as a process: it prepares once, says so in a line of JSON, and answers each line `run COUNT` with what
 * COUNT runs of its work took. It ends with its input.
 */
const { readFileSync, writeSync } = require('node:fs');
const { createInterface } = require('node:readline');

/** Bytes that the process held at most, as Linux counts them; elsewhere as the system's own call says. */
function peak() {
  try {
    return 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return 1024 * process.resourceUsage().maxRSS;
  }
}

/**
 * @param prepare gives `{ work, about }`: `work(i)` does the i-th run and gives numbers to compare with the other
 *   contenders', as a number or a list; `about` is told in the first line
 */
async function serve(prepare) {
  const { work, about } = await prepare();
  const answer = (object) => writeSync(1, `${JSON.stringify(object)}\n`);
  answer({ ready: process.uptime(), ...about });
  let done = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    const count = Number(line.split(' ')[1]);
    const values = [];
    const [cpu, clock] = [process.cpuUsage(), performance.now()];
    for (let i = 0; i < count; i++) values.push(await work(done++));
    const seconds = (performance.now() - clock) / 1e3;
    const { user, system } = process.cpuUsage(cpu);
    answer({ seconds, cpu: (user + system) / 1e6, values: values.flat(), peak: peak() });
  }
  process.exit(0);
}

module.exports = { serve };
