#!/usr/bin/env node
/** `npm run doctor`: what is there, what is missing, and the exact command that mends it. */
import { parseArgs } from 'node:util';
import * as rows from './doctor/rows.mjs';
import { UserError, runMain } from './lib/errors.mjs';
import { table } from './lib/table.mjs';
import { createContext } from './setup/context.mjs';

const HELP = `Says what is there, what is missing, and the command that mends it.
Exits with 1 if lessons cannot run.

  npm run doctor
  npm run doctor -- --json   the same for programs
`;
const MARKS = { ok: '✓', note: '–', bad: '✗' };

await runMain(async () => {
  const { json, help } = readArguments();
  if (help) return void process.stdout.write(HELP);
  const all = await examine(createContext());
  const healthy = all.every(({ status }) => status !== 'bad');
  process.stdout.write(json ? `${JSON.stringify({ healthy, rows: all }, null, 2)}\n` : report(all, healthy));
  return healthy ? 0 : 1;
});

function readArguments() {
  try {
    return parseArgs({ options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } })
      .values;
  } catch (error) {
    throw new UserError(error.message.split('. ')[0], { mend: 'npm run doctor -- --help' });
  }
}

/** All rows, in the order in which one thing rests on another. */
async function examine(context) {
  const first = [
    rows.nodeRow(),
    rows.npmRow(context),
    await rows.pythonRow(context),
    rows.compilerRow(context),
    rows.tensorflowRow(context),
    await rows.addonRow(context),
    await rows.gpuRow(context),
  ];
  const last = [
    rows.kernelRow(context),
    ...rows.dataRows(context),
    rows.cacheRow(context),
    rows.diskRow(context),
  ];
  return [...first, rows.engineRow(context, first), ...last];
}

function report(all, healthy) {
  const lines = table(all.map(({ name, status, what }) => [MARKS[status], name, what])).split('\n');
  const text = all.flatMap(({ mend }, index) => [lines[index], ...(mend ? [`     to mend: ${mend}`] : [])]);
  const verdict = healthy ? 'Lessons can run.' : 'Lessons cannot run yet: mend the rows marked ✗.';
  return `${text.join('\n')}\n\n${verdict}\n`;
}
