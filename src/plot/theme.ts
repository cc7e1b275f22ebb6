/**
 * One look for every figure. Colours are Okabe and Ito's, told apart by colour-blind readers too
 * (https://jfly.uni-koeln.de/color/). The paper is white and opaque, so that dark text stays readable
 * where the page around a stored picture is dark.
 */
export const COLOURS = {
  blue: '#0072b2',
  vermilion: '#d55e00',
  green: '#009e73',
  orange: '#e69f00',
  sky: '#56b4e9',
  purple: '#cc79a7',
  ink: '#1f2933',
} as const;

/** The order in which series take their colours. */
export const SERIES: readonly string[] = [
  COLOURS.blue,
  COLOURS.vermilion,
  COLOURS.green,
  COLOURS.orange,
  COLOURS.purple,
  COLOURS.sky,
];

export const THEME = {
  paper: '#ffffff',
  grid: '#e4e7eb',
  axis: '#616e7c',
  text: COLOURS.ink,
  font: 'Open Sans, Helvetica Neue, Arial, DejaVu Sans, sans-serif',
  fontSize: 14,
  titleSize: 18,
  width: 720,
  /** The width of a figure with axes side by side. */
  wide: 1000,
  height: 440,
} as const;

/** A share from 0 to 1 and its colour. */
export type ColourScale = readonly (readonly [number, string])[];

function channels(colour: string): number[] {
  return [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));
}

/** The colour at a share of a scale, as `#rrggbb`; shares beyond the ends take the end's colour. */
export function colourAt(scale: ColourScale, share: number): string {
  const t = Math.min(1, Math.max(0, share));
  const upper = Math.max(
    1,
    scale.findIndex(([stop]) => stop >= t),
  );
  const [from, fromColour] = scale[upper - 1];
  const [to, toColour] = scale[upper];
  const high = channels(toColour);
  const mixed = channels(fromColour).map((low, i) => low + ((high[i] - low) * (t - from)) / (to - from));
  return `#${mixed.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
}
