import { THEME } from '../theme';
import type { FlatTrace, Layout, SolidTrace, Trace } from '../traces';
import { cartesian } from './cartesian';
import { element, escapeXml, label } from './markup';
import { solid } from './solid';

function isSolid(trace: Trace): trace is SolidTrace {
  return ['surface', 'scatter3d', 'mesh3d'].includes(trace.type);
}

/**
 * A figure as a self-contained SVG picture that looks like Plotly's rendering of the same data, for pages
 * where no script runs. It knows the kinds of traces in `traces.ts` and nothing else.
 */
export function renderSvg(traces: readonly Trace[], layout: Layout): string {
  const width = layout.width ?? (layout.xaxis2 ? THEME.wide : THEME.width);
  const { height, scene, title } = layout;
  const inside = scene
    ? solid(traces.filter(isSolid), layout, scene, width)
    : cartesian(
        traces.filter((trace): trace is FlatTrace => !isSolid(trace)),
        layout,
        width,
      );
  const paper = element('rect', { width, height, fill: THEME.paper });
  const heading = label(width / 2, 34, title.text, { anchor: 'middle', size: THEME.titleSize });
  const accessible = element('title', {}, escapeXml(title.text));
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'font-family': THEME.font,
    },
    accessible + paper + inside + heading,
  );
}
