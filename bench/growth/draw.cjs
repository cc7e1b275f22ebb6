/** Draws charts side by side: node draw.cjs FILE, which becomes an SVG; the charts come on stdin as JSON, as `plot.line` takes them. */
const { readFileSync, writeFileSync } = require('node:fs');
const { plot } = require('convlab');

const [COLUMNS, WIDTH, HEIGHT] = [2, 720, 440];

function place(svg, i) {
  const [x, y] = [(i % COLUMNS) * WIDTH, Math.floor(i / COLUMNS) * HEIGHT];
  return svg.replace('<svg ', `<svg x="${x}" y="${y}" `);
}

const charts = JSON.parse(readFileSync(0, 'utf8'));
const panels = charts.map((chart, i) => place(plot.line(chart).toSvg(), i));
const size = `${COLUMNS * WIDTH} ${Math.ceil(charts.length / COLUMNS) * HEIGHT}`;
writeFileSync(
  process.argv[2],
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}">\n${panels.join('\n')}\n</svg>\n`,
);
