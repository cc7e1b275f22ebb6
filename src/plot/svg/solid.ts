import { THEME, colourAt } from '../theme';
import type { Axis, Layout, Scatter3dTrace, Scene, SolidTrace, SurfaceTrace } from '../traces';
import { element, label, pathThrough, stroke } from './markup';
import { meshPieces } from './mesh';
import { cross, dot, unit, type Piece, type Projection, type Vector } from './space';
import { linearTicks, type Tick } from './ticks';

const range = (axis: Axis): readonly [number, number] => axis.range ?? [0, 1];

/** The data's box becomes a cube of side 1 around the origin, seen in perspective from the camera's eye. */
function projectionOf(scene: Scene, width: number, height: number): Projection {
  const { eye } = scene.camera;
  const from: Vector = [eye.x, eye.y, eye.z];
  const back = unit(from);
  const right = unit(cross([0, 0, 1], back));
  const up = cross(back, right);
  const distance = Math.hypot(...from);
  const ends = [range(scene.xaxis), range(scene.yaxis), range(scene.zaxis)];
  const zoom = height * 0.5;
  return (...place) => {
    const cube = place.map((value, i) => (value - ends[i][0]) / (ends[i][1] - ends[i][0]) - 0.5);
    const point: Vector = [cube[0], cube[1], cube[2]];
    const near = dot(point, back);
    const scale = (zoom * distance) / (distance - near);
    return { x: width / 2 + dot(point, right) * scale, y: height * 0.5 - dot(point, up) * scale, near };
  };
}

function surfacePieces({ x, y, z, colorscale }: SurfaceTrace, project: Projection): Piece[] {
  const all = z.flat();
  const low = all.reduce((a, b) => Math.min(a, b));
  const high = all.reduce((a, b) => Math.max(a, b));
  const pieces: Piece[] = [];
  for (let r = 0; r + 1 < y.length; r++) {
    for (let c = 0; c + 1 < x.length; c++) {
      const corners = [
        [r, c],
        [r, c + 1],
        [r + 1, c + 1],
        [r + 1, c],
      ];
      const places = corners.map(([i, j]) => project(x[j], y[i], z[i][j]));
      const mean = corners.reduce((sum, [i, j]) => sum + z[i][j], 0) / 4;
      const fill = colourAt(colorscale, (mean - low) / (high - low || 1));
      const d = `${pathThrough(places.map((place) => [place.x, place.y]))}Z`;
      // The stroke closes the hairlines between neighbours.
      const svg = element('path', { d, fill, stroke: fill, 'stroke-width': 0.6 });
      pieces.push({ near: places.reduce((sum, place) => sum + place.near, 0) / 4, svg });
    }
  }
  return pieces;
}

/** The path lies on the ground: drawn a little nearer than it is, so that its own cell does not cover it. */
const LIFT = 0.03;

function pathPieces({ x, y, z, line, marker }: Scatter3dTrace, project: Projection): Piece[] {
  const places = x.map((value, i) => project(value, y[i], z[i]));
  const steps = places.slice(1).map((to, i): Piece => {
    const from = places[i];
    const near = (from.near + to.near) / 2 + LIFT;
    return { near, svg: line ? stroke(from.x, from.y, to.x, to.y, line.color, line.width * 0.6) : '' };
  });
  const dots = places.map((place): Piece => {
    const svg = marker
      ? element('circle', { cx: place.x, cy: place.y, r: marker.size, fill: marker.color })
      : '';
    return { near: place.near + LIFT * 1.2, svg };
  });
  return [...steps, ...dots];
}

function wall(project: Projection, from: Vector, to: Vector): string {
  const [a, b] = [project(...from), project(...to)];
  return stroke(a.x, a.y, b.x, b.y, '#cbd2d9');
}

/** Grid lines on the floor and on the two walls behind. */
function walls(scene: Scene, project: Projection): string {
  const [x, y, z] = [range(scene.xaxis), range(scene.yaxis), range(scene.zaxis)];
  const behindX = scene.camera.eye.x > 0 ? x[0] : x[1];
  const behindY = scene.camera.eye.y > 0 ? y[0] : y[1];
  const lines = [
    ...ticksOf(x).flatMap(({ at }) => [
      wall(project, [at, y[0], z[0]], [at, y[1], z[0]]),
      wall(project, [at, behindY, z[0]], [at, behindY, z[1]]),
    ]),
    ...ticksOf(y).flatMap(({ at }) => [
      wall(project, [x[0], at, z[0]], [x[1], at, z[0]]),
      wall(project, [behindX, at, z[0]], [behindX, at, z[1]]),
    ]),
    ...ticksOf(z).flatMap(({ at }) => [
      wall(project, [x[0], behindY, at], [x[1], behindY, at]),
      wall(project, [behindX, y[0], at], [behindX, y[1], at]),
    ]),
  ];
  return lines.join('');
}

function ticksOf([low, high]: readonly [number, number]): Tick[] {
  return linearTicks(low, high, 5);
}

interface Edge {
  axis: Axis;
  /** The place of a value of this axis on the edge. */
  at: (value: number) => Vector;
  /** Which way the numbers stand off, in pixels. */
  off: readonly [number, number];
  anchor: 'start' | 'end';
}

function edge({ axis, at, off: [dx, dy], anchor }: Edge, project: Projection): string {
  const [low, high] = range(axis);
  const [a, b, middle] = [low, high, (low + high) / 2].map((value) => project(...at(value)));
  const numbers = ticksOf([low, high]).map((tick) => {
    const place = project(...at(tick.at));
    return label(place.x + dx, place.y + dy, tick.text, { anchor, size: 12 });
  });
  const isUpright = dy < 10;
  const title = isUpright
    ? label(middle.x - 52, middle.y, axis.title.text, { anchor: 'middle', size: 15, turn: -90 })
    : label(middle.x + dx * 4.2, middle.y + dy * 3.2, axis.title.text, { anchor, size: 15 });
  return stroke(a.x, a.y, b.x, b.y, THEME.axis, 1.2) + numbers.join('') + title;
}

/** The three edges that carry numbers, for an eye in front, at the right and above (x > 0, y < 0, z > 0). */
function edges(scene: Scene): Edge[] {
  const [x, y, z] = [range(scene.xaxis), range(scene.yaxis), range(scene.zaxis)];
  return [
    { axis: scene.xaxis, at: (value) => [value, y[0], z[0]], off: [-9, 16], anchor: 'end' },
    { axis: scene.yaxis, at: (value) => [x[1], value, z[0]], off: [9, 16], anchor: 'start' },
    { axis: scene.zaxis, at: (value) => [x[0], y[0], value], off: [-10, 4], anchor: 'end' },
  ];
}

function piecesOf(trace: SolidTrace, project: Projection): Piece[] {
  if (trace.type === 'surface') return surfacePieces(trace, project);
  return trace.type === 'mesh3d' ? meshPieces(trace, project) : pathPieces(trace, project);
}

/** Everything inside a picture with three axes: the walls, then all pieces from far to near. */
export function solid(traces: readonly SolidTrace[], layout: Layout, scene: Scene, width: number): string {
  const project = projectionOf(scene, width, layout.height);
  const pieces = traces.flatMap((trace) => piecesOf(trace, project));
  pieces.sort((a, b) => a.near - b.near);
  const numbers = edges(scene).map((each) => edge(each, project));
  return walls(scene, project) + pieces.map((piece) => piece.svg).join('') + numbers.join('');
}
