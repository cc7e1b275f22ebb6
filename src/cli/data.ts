import { Command } from 'commander';
import { catalogue, entryOf, type CatalogueEntry } from '../data/sources/catalogue';
import { copiesOf, type Copy } from '../data/sources/inventory';
import { lookUp, obtain, sourcesOf, type Sources } from '../data/sources/locate';
import { size } from '../data/sources/progress';
import { DataError } from '../data/errors';
import { table } from './table';

/** Where the commands print. */
export interface Printer {
  out: (line: string) => void;
  error: (line: string) => void;
}

const PRINTER: Printer = { out: console.log, error: console.error };

const STATES: Record<Copy['state'], string> = {
  published: 'published',
  other: 'not the published file, which is fine there',
  unknown: 'valid, no checksum is published',
  bad: 'bad',
};

/** The copy of each file that a lesson would take. */
function taken(entry: CatalogueEntry, copies: readonly Copy[]): (Copy | undefined)[] {
  return entry.files.map((file) => {
    const names = [file, ...(file.editions ?? [])].map((edition) => edition.file);
    const fits = (copy: Copy) => names.includes(copy.file) || names.includes(`${copy.file}.zip`);
    return copies.find((copy) => fits(copy) && copy.state !== 'bad');
  });
}

const unique = (words: string[]) => [...new Set(words)].join(', ');

async function statusRow(entry: CatalogueEntry, sources: Sources): Promise<string[]> {
  const files = taken(entry, await copiesOf(entry, sources.folders));
  const here = files.filter((file) => file !== undefined);
  const sum = (numbers: (number | null)[]) =>
    numbers.reduce<number>((total, bytes) => total + (bytes ?? 0), 0);
  const published = sum(entry.files.map((file) => file.bytes));
  const part =
    here.length < files.length && here.length > 0 ? ` (${here.length} of ${files.length} files)` : '';
  return [
    entry.name,
    here.length > 0 ? unique(here.map((copy) => copy.folder)) + part : 'not here',
    here.length > 0 ? (here.every((copy) => copy.state === 'published') ? 'published' : 'local') : '',
    here.length > 0 ? size(sum(here.map((copy) => copy.bytes))) : published > 0 ? size(published) : '?',
    entry.holds,
    entry.licence,
  ];
}

/** One row for each data set: where it is, and what it is. Gives the exit code. */
export async function status(sources = sourcesOf(), { out }: Printer = PRINTER): Promise<number> {
  const rows = await Promise.all(catalogue().map((entry) => statusRow(entry, sources)));
  out(table([['data set', 'where', 'which', 'size', 'what it holds', 'licence'], ...rows]));
  for (const { name, path } of sources.folders) out(`${name}: ${path}`);
  if (!sources.network) out('CONVLAB_OFFLINE is set: nothing is downloaded');
  return 0;
}

/** Downloads what is not here yet. Gives the exit code. */
export async function get(name: string, sources = sourcesOf(), printer: Printer = PRINTER): Promise<number> {
  let code = 0;
  for (const entry of name === 'all' ? catalogue() : [entryOf(name)]) {
    for (const file of entry.files) {
      try {
        const found = await lookUp(entry.name, file, sources.folders);
        const { note, folder } = found ?? (await obtain(entry.name, file, sources));
        printer.out(`${note} (${folder})`);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        printer.error(`error: ${entry.name}: ${error.message}`);
        code = 1;
      }
    }
  }
  return code;
}

/** Reads every file that is here and compares it with what is published. Gives the exit code. */
export async function verify(sources = sourcesOf(), { out, error }: Printer = PRINTER): Promise<number> {
  const copies = (await Promise.all(catalogue().map((entry) => copiesOf(entry, sources.folders)))).flat();
  if (copies.length === 0) out('no files are here');
  for (const { file, folder, state, fault } of copies) {
    if (state === 'bad') error(`error: ${folder}/${file}: ${fault ?? ''}`);
    else out(`${folder}/${file}: ${STATES[state]}`);
  }
  return copies.some((copy) => copy.state === 'bad') ? 1 : 0;
}

/** `convlab data …` */
export function dataCommand(): Command {
  const end = async (work: Promise<number>) => {
    process.exitCode = await work;
  };
  const data = new Command('data').description('the data sets of the lessons');
  data
    .command('status')
    .description('where each data set is, and what it is')
    .action(() => end(status()));
  data
    .command('get')
    .argument('<name>', 'a data set, or all')
    .description('download a data set into the cache')
    .action((name: string) => end(get(name)));
  data
    .command('verify')
    .description('compare every file that is here with what is published')
    .action(() => end(verify()));
  return data;
}
