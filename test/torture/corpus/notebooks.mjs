/** Small notebooks: a lesson with an exercise in it, and one of the kind that other programs write. */
const kernelspec = { name: 'convlab', display_name: 'TypeScript (convlab)', language: 'typescript' };

const nbgrader = (id, more) => ({
  nbgrader: {
    schema_version: 3,
    grade: false,
    solution: false,
    locked: false,
    task: false,
    grade_id: id,
    ...more,
  },
});

const cell = (type, source, metadata = {}) => ({
  cell_type: type,
  id: `c${source.length}`,
  metadata,
  source,
});
const code = (source, metadata, outputs = []) => ({
  ...cell('code', source, metadata),
  execution_count: 1,
  outputs,
});

const figure = { data: [{ type: 'bar', y: [1, 2] }], layout: { title: { text: 'a <b>title</b>' } } };
const OUTPUTS = [
  { output_type: 'stream', name: 'stdout', text: ['one\n', 'two\n'] },
  {
    output_type: 'display_data',
    metadata: {},
    data: { 'application/vnd.plotly.v1+json': figure, 'text/plain': 'x' },
  },
  { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['\u001b[31mline\u001b[0m'] },
];

/** A lesson with an exercise. */
export const LESSON = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec, language_info: { name: 'typescript' } },
  cells: [
    cell('markdown', '# Title\n\n$x^2$ and $$\\begin{aligned}a&=b\\end{aligned}$$\n'),
    code(
      'function twice(x: number) {\n  // BEGIN SOLUTION\n  return 2 * x;\n  // END SOLUTION\n}',
      nbgrader('twice', { solution: true }),
      OUTPUTS,
    ),
    code(
      'if (twice(2) !== 4) throw new Error();\n// BEGIN HIDDEN TESTS\ntwice(3);\n// END HIDDEN TESTS',
      nbgrader('check', { grade: true, locked: true, points: 2 }),
    ),
    { cell_type: 'raw', id: 'raw', metadata: {}, source: ['a', 'b'] },
  ],
};

/** Format 4.4: cells without ids, text in lists. */
export const OLD = {
  nbformat: 4,
  nbformat_minor: 4,
  metadata: {},
  cells: [
    {
      cell_type: 'code',
      execution_count: null,
      metadata: { tags: ['raises-exception'] },
      outputs: [],
      source: ['1\n', '+ 1'],
    },
    {
      cell_type: 'markdown',
      metadata: {},
      source: ['![x](attachment:x.png)'],
      attachments: { 'x.png': { 'image/png': 'AAAA' } },
    },
  ],
};
