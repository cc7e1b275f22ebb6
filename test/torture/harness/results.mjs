/** Results as a table in the terminal, and in RESULTS.md, where each target's row is that of its last run. */
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { readIfThere, writeAtomic } from '../../../scripts/lib/files.mjs';
import { table } from '../../../scripts/lib/table.mjs';

const RESULTS = fileURLToPath(new URL('../RESULTS.md', import.meta.url));
const HEAD = ['target', 'cases', 'accepted', 'refused', 'faults', 'worst time', 'worst memory'];
const INTRODUCTION = `# What the torture test came through

Written by \`npm run torture -- --write\`. A case is accepted, or refused with an error that says why; anything else is a
fault. The worst time is the processor time of one case, and the worst memory is the most that was held during a case
above what was held before the first one, in the process that does the work:

- parsers and \`network\`: the process that reads the file or downloads it;
- \`messages\`: the kernel with all processes that it has started, above what they held before the case;
- \`load\`: the kernel likewise; the time is that of a whole load, the memory what was held more after it than before;
- \`interrupt\`: the kernel with all its processes, and the time on the clock from the interrupt to the answer to the next
  cell, without what these processes waited for a processor;
- \`notebook\`, \`release\` and \`submission\`: the Python that reads the notebooks;
- \`kill\`, \`both\` and \`disk\`: not measured, as a case is many short processes; only the clock limits them.
`;

const count = (value) => value.toLocaleString('en-US');

const rowOf = ({ name, cases, accepted, refused, faults, milliseconds, memory }) => [
  name,
  ...[cases, accepted, refused, faults.length].map(count),
  milliseconds === undefined ? '–' : `${count(Math.round(milliseconds))} ms`,
  memory === undefined ? '–' : `${count(Math.round(memory / 1e6))} MB`,
];

/** The table that the command prints, and the sum in one line. */
export function report(results, seed) {
  const sum = (value) => results.reduce((total, result) => total + value(result), 0);
  const [cases, faults] = [sum((result) => result.cases), sum((result) => result.faults.length)];
  const line = `${count(cases - faults)} of ${count(cases)} cases survived (seed ${seed})`;
  return `${table([HEAD, ...results.map(rowOf)], { right: [1, 2, 3, 4, 5, 6] })}\n${line}\n`;
}

/** Puts results into RESULTS.md, in the place of older ones of the same targets; `names` gives the order. */
export async function record(results, seed, names) {
  const machine = `${cpus().length} × ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  const rows = new Map(rowsIn(readIfThere(RESULTS) ?? '').map((row) => [row[0], row]));
  for (const result of results) rows.set(result.name, [...rowOf(result), String(seed), machine]);
  const lines = [
    [...HEAD, 'seed', 'machine'],
    ['---', ...Array(7).fill('---:'), '---'],
  ];
  lines.push(...names.flatMap((name) => (rows.has(name) ? [rows.get(name)] : [])));
  const text = `${INTRODUCTION}\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
  const { format, resolveConfig } = await import('prettier');
  writeAtomic(RESULTS, await format(text, { ...(await resolveConfig(RESULTS)), parser: 'markdown' }));
}

/** The cells of the table in a Markdown text, below its heading. */
function rowsIn(text) {
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
