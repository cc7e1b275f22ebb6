import { colourAt, THEME } from '../theme';
import type { HeatmapTrace } from '../traces';
import type { Scale } from './frame';
import { element, label } from './markup';

/** From this share of the scale on, white can be read better than ink. */
const DARK = 0.8;

/** Cells with their texts, on two category axes. */
export function heatmapCells(trace: HeatmapTrace, x: Scale, y: Scale): string {
  const { z, zmin, zmax, xgap, ygap } = trace;
  const width = Math.abs(x.pixel(1) - x.pixel(0)) - xgap;
  const height = Math.abs(y.pixel(1) - y.pixel(0)) - ygap;
  const cells = z.flatMap((row, i) =>
    row.map((value, j) => {
      const share = (value - zmin) / (zmax - zmin);
      const [middle, centre] = [x.pixel(j), y.pixel(i)];
      const fill = colourAt(trace.colorscale, share);
      const cell = element('rect', { x: middle - width / 2, y: centre - height / 2, width, height, fill });
      const ink = share >= DARK ? '#ffffff' : THEME.text;
      return cell + label(middle, centre + 5, trace.text[i][j], { anchor: 'middle', fill: ink });
    }),
  );
  return cells.join('');
}
