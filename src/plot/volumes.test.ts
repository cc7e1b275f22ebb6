import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { ready, tf } from '../engine/index';
import { $display } from './display';
import { isosurface } from './isosurface';
import { slices } from './slices';
import { surfaceNet, type Mesh, type Point3 } from './surface-net';
import type { MeshTrace } from './traces';
import { voxelsOf, type VolumeSource } from './voxels';

beforeAll(() => ready());

type Shape = [depth: number, height: number, width: number];

function volume(shape: Shape, of: (z: number, y: number, x: number) => number) {
  const [depth, height, width] = shape;
  const data = Float32Array.from({ length: depth * height * width }, (_, i) =>
    of(Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width),
  );
  return { shape, data };
}

/** Its value tells its place: plane 100, row 10, column 1. */
const places = () => volume([4, 3, 5], (z, y, x) => 100 * z + 10 * y + x);

const ball = (side: number, radius: number) => {
  const middle = (side - 1) / 2;
  return volume([side, side, side], (z, y, x) => radius - Math.hypot(z - middle, y - middle, x - middle));
};

/** The volume inside a mesh whose pieces are turned outwards, by the divergence theorem. */
function insideOf({ points, quads }: Mesh): number {
  const six = ([ax, ay, az]: Point3, [bx, by, bz]: Point3, [cx, cy, cz]: Point3): number =>
    ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx);
  return quads.reduce((sum, quad) => {
    const [a, b, c, d] = quad.map((n) => points[n]);
    return sum + (six(a, b, c) + six(a, c, d)) / 6;
  }, 0);
}

/** How often each edge is passed, and how often the other way. */
function edgesOf({ quads }: Mesh): Map<string, number> {
  const counts = new Map<string, number>();
  for (const quad of quads) {
    quad.forEach((from, k) => {
      const key = `${from} ${quad[(k + 1) % 4]}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    });
  }
  return counts;
}

describe('surfaceNet', () => {
  it('of a ball has its volume, and points at its radius', () => {
    const mesh = surfaceNet(voxelsOf('test', ball(24, 8)), 0);
    expect(insideOf(mesh) / ((4 / 3) * Math.PI * 8 ** 3)).toBeCloseTo(1, 1);
    for (const point of mesh.points) {
      const radius = Math.hypot(...point.map((value) => value - 11.5));
      expect(Math.abs(radius - 8)).toBeLessThan(0.25);
    }
  });

  it('is closed and turned one way, at the walls too', () => {
    for (const radius of [3, 6, 9]) {
      const mesh = surfaceNet(voxelsOf('test', ball(12, radius)), 0);
      expect(mesh.quads.length).toBeGreaterThan(20);
      const edges = edgesOf(mesh);
      for (const [key, count] of edges) expect(edges.get(key.split(' ').reverse().join(' '))).toBe(count);
      expect(insideOf(mesh)).toBeGreaterThan(0);
    }
  });

  it('puts columns on x, rows on y and planes on z', () => {
    const mesh = surfaceNet(voxelsOf('test', volume([4, 6, 8], (z, y, x) => Number(z === 1 && y === 3 && x === 5))), 0.5); // prettier-ignore
    expect(mesh.quads).toHaveLength(6);
    const mean = (axis: 0 | 1 | 2) => mesh.points.reduce((sum, point) => sum + point[axis], 0) / 8;
    [5, 3, 1].forEach((place, axis) => expect(mean(axis as 0 | 1 | 2)).toBeCloseTo(place, 6));
  });
});

describe('plot.isosurface', () => {
  it('shows the surface in Plotly and in the same place as a picture', () => {
    const figure = isosurface(ball(16, 5), { level: 0, title: 'a ball' });
    const [trace] = figure.data as [MeshTrace];
    expect(trace.type).toBe('mesh3d');
    const { points, quads } = surfaceNet(voxelsOf('test', ball(16, 5)), 0);
    expect([trace.x.length, trace.i.length]).toEqual([points.length, 2 * quads.length]);
    const bundle = figure[$display]();
    expect(Object.keys(bundle)).toEqual(['application/vnd.plotly.v1+json', 'image/svg+xml', 'text/plain']);
    const svg = bundle['image/svg+xml'] as string;
    // The half that faces the camera.
    const drawn = svg.match(/<path /g)!.length;
    expect(drawn).toBeGreaterThan(0.35 * trace.i.length);
    expect(drawn).toBeLessThan(0.55 * trace.i.length);
    expect(svg).not.toContain('NaN');
    // The ball's middle is the cube's, which is in the middle of the picture.
    const xs = [...svg.matchAll(/d="M([\d.]+) /g)].map(([, x]) => Number(x));
    expect((Math.min(...xs) + Math.max(...xs)) / 2).toBeCloseTo(360, -1);
    // Lit from one side.
    expect(new Set([...svg.matchAll(/<path [^>]*fill="(#\w+)"/g)].map(([, fill]) => fill)).size).toBeGreaterThan(20); // prettier-ignore
  });

  it('lies halfway between the extremes unless told, and leaves a tensor to its owner', () => {
    const { shape, data } = volume([6, 6, 6], (z) => z);
    const tensor = tf.tensor(data, [1, ...shape, 1]);
    const before = tf.memory().numTensors;
    const figure = isosurface(tensor);
    expect(tf.memory().numTensors).toBe(before);
    expect(figure.layout.title.text).toBe('values = 2.5');
    expect(Math.min(...(figure.data[0] as MeshTrace).z)).toBe(2.5);
    expect(figure).toEqual(isosurface({ shape, data }));
    tensor.dispose();
  });

  it.each<[string, () => unknown, string]>([
    ['a level that nothing reaches', () => isosurface(ball(8, 3), { level: 3 }), 'a level above -3.0622 and up to 2.134, got 3.'], // prettier-ignore
    ['a volume of one value', () => isosurface(volume([4, 4, 4], () => 2)), 'a level above 2 and up to 2, got 2.'], // prettier-ignore
    ['what is not finite', () => isosurface(volume([2, 2, 2], () => NaN)), 'finite numbers in the volume, got NaN.'], // prettier-ignore
    ['noise', () => isosurface(volume([24, 24, 24], (z, y, x) => (z + y + x) % 2)), 'a surface of up to 5000 pieces, got one of'], // prettier-ignore
  ])('refuses %s', (_, act, message) => {
    expect(act).toThrow(InputError);
    expect(act).toThrow(message);
  });
});

describe('plot.slices', () => {
  const shown = async (source: VolumeSource, options?: Parameters<typeof slices>[1]) => {
    const bundle = await slices(source, options)[$display]();
    return (bundle['application/vnd.plotly.v1+json'] as { data: { z: number[][]; zmin: number; zmax: number }[] }).data; // prettier-ignore
  };

  it.each([
    ['depth', [[110, 111, 112, 113, 114], 3]],
    ['height', [[110, 111, 112, 113, 114], 4]],
    ['width', [[101, 111, 121], 4]],
  ] as const)('along %s are planes of voxels', async (axis, [row, rows]) => {
    const all = await shown(places(), { axis, count: { depth: 4, height: 3, width: 5 }[axis] });
    expect(all.map(({ z }) => z.length)).toEqual(all.map(() => rows));
    expect(all[1].z[1]).toEqual(row);
  });

  it('are evenly spaced, of one scale, and say where they are', async () => {
    const figure = slices(places(), { count: 2 });
    expect(figure.titles).toEqual(['depth 1', 'depth 3']);
    expect(figure.ranges).toEqual([[100, 324], [100, 324]]); // prettier-ignore
    expect(await shown(places())).toHaveLength(4);
  });

  it('take tensors with axes of length 1', async () => {
    const { shape, data } = places();
    const tensor = tf.tensor(data, [1, ...shape, 1]);
    expect(await shown(tensor)).toEqual(await shown({ shape, data }));
    tensor.dispose();
  });

  it.each<[string, () => unknown, string]>([
    ['too many', () => slices(places(), { count: 5 }), 'count as a whole number from 1 to 4, got 5.'],
    ['a batch', () => slices({ shape: [2, 2, 2, 2] as never, data: [] }), 'a volume [depth, height, width] of at least 2 × 2 × 2, got shape [2, 2, 2, 2]. One example'], // prettier-ignore
    ['a picture', () => slices({ shape: [1, 2, 2], data: [0, 0, 0, 0] }), 'got shape [1, 2, 2].'],
    ['missing values', () => slices({ shape: [2, 2, 2], data: [0] }), '2 × 2 × 2 values, got 1.'],
  ])('refuse %s', (_, act, message) => {
    expect(act).toThrow(InputError);
    expect(act).toThrow(message);
  });
});
