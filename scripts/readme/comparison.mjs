/** The README's table of times beside other libraries, from what `npm run bench` has recorded. */

/** What the README shows of `bench/RESULTS.md`: learners' work, not the machine's own rate. */
const HIDDEN = ['product'];
const PEERS = ['stock tfjs-node', 'Keras', 'PyTorch'];
const BEGIN = '<!-- comparison -->';
const END = '<!-- /comparison -->';

/** `text` with the table between its two marks made anew. */
export function withComparison(text, entries) {
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`expected the marks ${BEGIN} and ${END}, found none`);
  return `${before}${BEGIN}\n\n${comparison(entries).join('\n')}\n\n${END}${after}`;
}

/** A line for each row of the comparison: convlab's time, then each peer's with the ratio, ours ÷ theirs. */
export function comparison(entries) {
  const rows = Object.entries(entries)
    .filter(([name]) => !HIDDEN.includes(name))
    .flatMap(([, { rows }]) => Object.values(rows));
  const head = ['', 'convlab', ...PEERS, 'others'];
  return [head, head.map(() => '---'), ...rows.map(line)].map((cells) => `| ${cells.join(' | ')} |`);
}

function line(row) {
  const { title, spread, ratios, unit } = row;
  const found = ratios.convlab;
  const others = Object.keys(found).filter((name) => ![...PEERS, 'convlab wasm'].includes(name));
  const told = (name) => `${quantity(spread[name][1], unit)} (${digits(found[name], 2)})`;
  const cells = PEERS.map((peer) => (peer in found ? told(peer) : ''));
  const rest = others.map((name) => `${name} ${told(name)}`).join(', ');
  return [title, quantity(spread.convlab[1], unit), ...cells, rest];
}

/** As `bench/RESULTS.md` writes it. */
function quantity(value, unit) {
  if (unit === 'bytes') return `${(value / 1e9).toFixed(2)} GB`;
  return value < 1 ? `${digits(value * 1e3, 3)} ms` : `${digits(value, 3)} s`;
}

const digits = (value, count) => Number(value.toPrecision(count));
