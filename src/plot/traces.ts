/** The part of Plotly's figure format (https://plotly.com/javascript/reference/) that our figures use. */
import type { ColourScale } from './theme';

export interface LineStyle {
  color: string;
  width: number;
  dash?: 'solid' | 'dash' | 'dot';
}

export interface MarkerStyle {
  color: string;
  size: number;
  symbol?: 'circle' | 'star' | 'x';
  opacity?: number;
  line?: { color: string; width: number };
}

/** Which pair of axes of the layout a trace is drawn on, where there are several: `x2` and `y2`, … */
export interface OnAxes {
  xaxis?: `x${number}`;
  yaxis?: `y${number}`;
}

export interface ScatterTrace extends OnAxes {
  type: 'scatter';
  x: readonly number[];
  y: readonly number[];
  mode: 'lines' | 'markers' | 'lines+markers';
  name: string;
  showlegend?: boolean;
  /** Traces of one group are shown and hidden together. */
  legendgroup?: string;
  line?: LineStyle;
  marker?: MarkerStyle;
}

export interface BarTrace extends OnAxes {
  type: 'bar';
  x: readonly string[];
  y: readonly number[];
  text: readonly string[];
  textposition: 'outside';
  name: string;
  /** One opacity a bar. */
  marker: { color: string; opacity?: readonly number[] };
}

/** `z[row][column]` stands at `x[column]`, `y[row]`. */
export interface ContourTrace extends OnAxes {
  type: 'contour';
  x: readonly number[];
  y: readonly number[];
  z: readonly (readonly number[])[];
  name: string;
  colorscale: ColourScale;
  contours: { start: number; end: number; size: number; coloring: 'fill' };
  colorbar: { title: { text: string; side: 'right' } };
}

/** `z[row][column]` is a cell at `x[column]`, `y[row]`, with a text in it. */
export interface HeatmapTrace extends OnAxes {
  type: 'heatmap';
  x: readonly string[];
  y: readonly string[];
  z: readonly (readonly number[])[];
  text: readonly (readonly string[])[];
  name: string;
  colorscale: ColourScale;
  /** The values of the scale's ends. */
  zmin: number;
  zmax: number;
  showscale: false;
  /** Room between cells, in pixels. */
  xgap: number;
  ygap: number;
  texttemplate: string;
  hovertemplate: string;
}

export interface SurfaceTrace {
  type: 'surface';
  x: readonly number[];
  y: readonly number[];
  z: readonly (readonly number[])[];
  name: string;
  colorscale: ColourScale;
  showscale: false;
  opacity?: number;
}

export interface Scatter3dTrace {
  type: 'scatter3d';
  x: readonly number[];
  y: readonly number[];
  z: readonly number[];
  mode: 'lines+markers' | 'lines' | 'markers';
  name: string;
  line?: LineStyle;
  marker?: MarkerStyle;
}

/** Triangles between points: the n-th has the corners `i[n]`, `j[n]`, `k[n]`, anticlockwise as seen from outside. */
export interface MeshTrace {
  type: 'mesh3d';
  x: readonly number[];
  y: readonly number[];
  z: readonly number[];
  i: readonly number[];
  j: readonly number[];
  k: readonly number[];
  name: string;
  color: string;
  flatshading: boolean;
}

export type FlatTrace = ScatterTrace | BarTrace | ContourTrace | HeatmapTrace;
export type SolidTrace = SurfaceTrace | Scatter3dTrace | MeshTrace;
export type Trace = FlatTrace | SolidTrace;

export interface Axis {
  title: { text: string };
  type?: 'linear' | 'log' | 'category';
  /** The ends; for a log axis the exponents of ten, as Plotly wants. */
  range?: readonly [number, number];
  /** From the top down, the first label at the top. */
  autorange?: 'reversed';
  /** Takes as much room as its labels need. */
  automargin?: true;
  /** Ticks at its multiples. */
  dtick?: number;
  /** Which share of the figure's width (or height) the axis takes. */
  domain?: readonly [number, number];
  /** The axis that it stands on. */
  anchor?: string;
  zeroline?: false;
}

export interface Camera {
  eye: { x: number; y: number; z: number };
}

export interface Scene {
  xaxis: Axis;
  yaxis: Axis;
  zaxis: Axis;
  camera: Camera;
  aspectmode: 'cube';
}

/** A corner inside the axes: 0.02 or 0.98 of their width and height. */
export interface Corner {
  x: number;
  xanchor: 'left' | 'right';
  y: number;
  yanchor: 'bottom' | 'top';
}

/** One line above the axes. */
export interface Above {
  orientation: 'h';
  x: 0.5;
  xanchor: 'center';
  y: number;
  yanchor: 'bottom';
}

export type LegendPlace = Corner | Above;

export interface Layout {
  title: { text: string };
  width?: number;
  height: number;
  xaxis?: Axis;
  yaxis?: Axis;
  /** More pairs of axes, each beside the one before. */
  [more: `xaxis${number}` | `yaxis${number}`]: Axis | undefined;
  scene?: Scene;
  showlegend: boolean;
  legend?: LegendPlace;
  barmode?: 'group';
  [style: string]: unknown;
}
