import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { load, ROOT } from '../setup/scripts';

const { layout } = load('lib/layout.mjs') as { layout: (root: string) => { python: string } };

/** What a script would end at, and what would keep it from ending: https://html.spec.whatwg.org/#script-data-state */
const EVIL = '</script><script>alert(1)</script><!--<script>';
const FIGURE = {
  data: [{ type: 'bar', x: [EVIL], y: [1], name: EVIL }],
  layout: { title: { text: EVIL } },
  config: {},
};

const SITE = `import json, sys
sys.path.insert(0, "site")
from plotly_figures import to_html
print(to_html(json.load(sys.stdin)))`;

const PAGE = `import json, sys
sys.path.insert(0, "scripts")
import nbformat
from lesson_runner.page import to_html
output = nbformat.v4.new_output("display_data", json.load(sys.stdin))
cell = nbformat.v4.new_code_cell("", outputs=[output])
print(to_html(nbformat.v4.new_notebook(cells=[cell]), "evil", None))`;

it.each([
  ['the site', SITE, /<script type="application\/json">([\s\S]*?)<\/script>/],
  ["a lesson's page", PAGE, /<script>Plotly\.newPlot\("[\w-]+", ([\s\S]*?)\);<\/script>/],
])('a figure in %s holds every text whole, and no text ends its script', (_, program, script) => {
  const bundle = { 'application/vnd.plotly.v1+json': FIGURE, 'text/plain': EVIL };
  const { python } = layout(ROOT);
  const html = execFileSync(python, ['-c', program], {
    cwd: ROOT,
    input: JSON.stringify(bundle),
    encoding: 'utf8',
  });
  expect(html).not.toContain(EVIL);
  const [, spec] = script.exec(html)!;
  expect(spec).not.toContain('<');
  const { data, layout: shown } = JSON.parse(spec) as typeof FIGURE;
  expect({ data, layout: shown }).toEqual({ data: FIGURE.data, layout: FIGURE.layout });
});
