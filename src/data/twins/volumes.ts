import { InputError } from '../../basics/errors';
import { drawSet } from './pixels';
import type { Draw } from './random';

const CLASSES = ['blobs', 'tubes'] as const;
const LEAST_SIDE = 12;
/** Balls that a tube is made of, close enough that they run into each other. */
const BALLS = 40;

/** Volumes of one shape with their class numbers. */
export interface LabelledVolumes {
  /** [count, depth, height, width, channels], one volume after the other. */
  volumes: Uint8Array;
  labels: Uint8Array;
  /** [depth, height, width, channels] of one volume. */
  shape: [depth: number, height: number, width: number, channels: number];
  /** `blobs`, `tubes`. */
  classNames: string[];
}

type Place = readonly [z: number, y: number, x: number];

/**
 * Made-up scans to tell apart: two or three round blobs, or as many bent tubes, in an uneven ground with noise. Both
 * classes have the same brightness, the same amount of matter and, on average, the same matter at each place: only its
 * form tells, which no weighted sum of the voxels sees.
 *
 * @param side voxels along each axis, at least 12
 * @returns `count` volumes, the classes equally often, the same for the same seed
 * @throws InputError when `count` or `side` is not such a whole number
 */
export function volumes(count: number, seed = 1, side = 24): LabelledVolumes {
  for (const [name, value, least] of [
    ['count', count, 1],
    ['side', side, LEAST_SIDE],
  ] as const) {
    if (Number.isInteger(value) && value >= least) continue;
    throw new InputError('volumes', `${name} as a whole number from ${least}`, String(value));
  }
  // To the set a volume is a tall picture: plane under plane.
  const { images, labels, classNames } = drawSet(
    count,
    seed,
    CLASSES,
    [side * side, side, 1],
    (label, random) => scan(label, random, side),
  );
  return { volumes: images, labels, shape: [side, side, side, 1], classNames };
}

function scan(label: number, random: Draw, side: number): Uint8Array {
  const matter = new Float32Array(side ** 3);
  const bodies = random.pick([2, 3]);
  for (let i = 0; i < bodies; i++) {
    const path = bend(random, side);
    const amount = random.between(0.007, 0.014) * side ** 3;
    if (label === 0) addBlob(matter, path, amount, random, side);
    else addTube(matter, path, amount, side);
  }
  return develop(matter, random, side);
}

/** A bent path through the volume, from 0 to 1, at least half a side long. */
function bend(random: Draw, side: number): (along: number) => Place {
  const coordinate = (): number => random.between(0.15, 0.85) * side;
  const anywhere = (): Place => [coordinate(), coordinate(), coordinate()];
  const [from, over] = [anywhere(), anywhere()];
  let to = anywhere();
  while (distance(from, to) < side / 2) to = anywhere();
  const along = (t: number, axis: 0 | 1 | 2): number =>
    (1 - t) ** 2 * from[axis] + 2 * t * (1 - t) * over[axis] + t ** 2 * to[axis];
  return (t) => [along(t, 0), along(t, 1), along(t, 2)];
}

/** A tube fills its path … */
function addTube(matter: Float32Array, path: (along: number) => Place, amount: number, side: number): void {
  const places = Array.from({ length: BALLS }, (_, i) => path(i / (BALLS - 1)));
  const length = places.slice(1).reduce((sum, place, i) => sum + distance(place, places[i]), 0);
  const radius = Math.sqrt(amount / (Math.PI * length));
  for (const place of places) addBall(matter, place, radius, side);
}

/** … and a blob of as much matter sits somewhere on it: two balls that nearly are one. */
function addBlob(
  matter: Float32Array,
  path: (along: number) => Place,
  amount: number,
  random: Draw,
  side: number,
): void {
  const centre = path(random.between(0, 1));
  const radius = 0.93 * Math.cbrt((3 * amount) / (4 * Math.PI));
  addBall(matter, centre, radius, side);
  const aside = (): number => random.normal(0.25 * radius);
  addBall(matter, [centre[0] + aside(), centre[1] + aside(), centre[2] + aside()], radius, side);
}

function distance(a: Place, b: Place): number {
  return Math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2);
}

/** Fill what is near a place, up to 1, with an edge one voxel wide. */
function addBall(matter: Float32Array, centre: Place, radius: number, side: number): void {
  const reach = radius + 0.5;
  const first = (at: number): number => Math.max(0, Math.ceil(at - reach));
  const last = (at: number): number => Math.min(side - 1, Math.floor(at + reach));
  for (let z = first(centre[0]); z <= last(centre[0]); z++) {
    for (let y = first(centre[1]); y <= last(centre[1]); y++) {
      for (let x = first(centre[2]); x <= last(centre[2]); x++) {
        const filled = Math.min(1, reach - distance(centre, [z, y, x]));
        const voxel = (z * side + y) * side + x;
        matter[voxel] = Math.max(matter[voxel], filled);
      }
    }
  }
}

/** Matter on a ground that grows lighter in some direction, and the scanner's noise. */
function develop(matter: Float32Array, random: Draw, side: number): Uint8Array {
  const contrast = random.between(60, 110);
  const [perPlane, perRow, perColumn] = [0, 1, 2].map(() => random.between(-25, 25) / side);
  const noise = random.between(12, 24);
  const ground = random.between(40, 90) - ((perPlane + perRow + perColumn) * side) / 2;
  const bytes = new Uint8ClampedArray(matter.length);
  for (let z = 0, voxel = 0; z < side; z++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++, voxel++) {
        const light = ground + perPlane * z + perRow * y + perColumn * x;
        bytes[voxel] = light + contrast * matter[voxel] + random.normal(noise);
      }
    }
  }
  return new Uint8Array(bytes.buffer);
}
