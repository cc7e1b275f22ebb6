/** One entry of `history_reply`: session, line, source (or source and output). */
export type HistoryEntry = [number, number, string | [string, string | null]];

interface HistoryRequest {
  hist_access_type?: string;
  output?: boolean;
  n?: number;
  start?: number;
  stop?: number;
  pattern?: string;
  unique?: boolean;
}

/** The inputs of this session, as `history_request` asks for them. Earlier sessions are not kept. */
export class History {
  private readonly inputs: { line: number; source: string; output: string | null }[] = [];

  add(line: number, source: string, output: string | null): void {
    this.inputs.push({ line, source, output });
  }

  /** `tail`, `range` and `search` as the protocol defines them; anything else finds nothing. */
  query(request: HistoryRequest): HistoryEntry[] {
    const found = this.select(request);
    return found.map(({ line, source, output }) => [0, line, request.output ? [source, output] : source]);
  }

  private select({ hist_access_type, n, start, stop, pattern, unique }: HistoryRequest): typeof this.inputs {
    const last = (list: typeof this.inputs): typeof this.inputs =>
      n === undefined ? list : list.slice(-n || list.length);
    if (hist_access_type === 'tail') return last(this.inputs);
    if (hist_access_type === 'range') {
      return this.inputs.filter(({ line }) => line >= (start ?? 1) && (stop == null || line < stop));
    }
    if (hist_access_type !== 'search') return [];
    const matching = this.inputs.filter(({ source }) => matches(pattern ?? '*', source));
    return last(
      unique
        ? matching.filter((e, i) => matching.findLastIndex((o) => o.source === e.source) === i)
        : matching,
    );
  }
}

/** `*` and `?` as in a shell. Not by a regular expression: with many stars one would take for ever. */
function matches(glob: string, text: string): boolean {
  let [at, from, star, mark] = [0, 0, -1, 0];
  while (from < text.length) {
    if (glob[at] === '*') {
      star = at++;
      mark = from;
    } else if (at < glob.length && (glob[at] === '?' || glob[at] === text[from])) {
      at++;
      from++;
    } else if (star >= 0) {
      at = star + 1; // the last star takes one letter more
      from = ++mark;
    } else return false;
  }
  return /^\**$/.test(glob.slice(at));
}
