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

export interface ScatterTrace {
  type: 'scatter';
  x: readonly number[];
  y: readonly number[];
  mode: 'lines' | 'markers' | 'lines+markers';
  name: string;
  showlegend?: boolean;
  line?: LineStyle;
  marker?: MarkerStyle;
}

export interface BarTrace {
  type: 'bar';
  x: readonly string[];
  y: readonly number[];
  text: readonly string[];
  textposition: 'outside';
  name: string;
  marker: { color: string };
}

/** `z[row][column]` stands at `x[column]`, `y[row]`. */
export interface ContourTrace {
  type: 'contour';
  x: readonly number[];
  y: readonly number[];
  z: readonly (readonly number[])[];
  name: string;
  colorscale: ColourScale;
  contours: { start: number; end: number; size: number; coloring: 'fill' };
  colorbar: { title: { text: string; side: 'right' } };
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

export type FlatTrace = ScatterTrace | BarTrace | ContourTrace;
export type SolidTrace = SurfaceTrace | Scatter3dTrace;
export type Trace = FlatTrace | SolidTrace;

export interface Axis {
  title: { text: string };
  type?: 'linear' | 'log' | 'category';
  /** The ends; for a log axis the exponents of ten, as Plotly wants. */
  range?: readonly [number, number];
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

/** The corner of the axes where the legend stands; 0.02 or 0.98 of their width and height. */
export interface LegendPlace {
  x: number;
  xanchor: 'left' | 'right';
  y: number;
  yanchor: 'bottom' | 'top';
}

export interface Layout {
  title: { text: string };
  width?: number;
  height: number;
  xaxis?: Axis;
  yaxis?: Axis;
  scene?: Scene;
  showlegend: boolean;
  legend?: LegendPlace;
  [style: string]: unknown;
}
