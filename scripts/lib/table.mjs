/** Text tables with aligned columns. */

/**
 * @param {string[][]} rows the first row may be a heading
 * @param {{ right?: number[] }} [options] columns whose cells stand to the right
 */
export function table(rows, { right = [] } = {}) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => [...row[column]].length)));
  const pad = (cell, column) => {
    const space = ' '.repeat(widths[column] - [...cell].length);
    return right.includes(column) ? space + cell : cell + space;
  };
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}
