import { Picture } from '../../image/picture';
import { Canvas, capsule, clouds, smooth, union, type Point } from './canvas';
import { strokesOf } from './digits';

const WIDTH = 700;
const HEIGHT = 730;

const PAPER = [236, 230, 214];
const INK = [36, 40, 92];

/** Where a place of the unit square is on the paper. */
const place = ([x, y]: Point): Point => [WIDTH / 2 + (x - 0.5) * 340, HEIGHT / 2 + (y - 0.5) * 480];

/**
 * A photograph of a digit, written with a broad pen on paper, in the light of a lamp from the upper left. It stands
 * in for a learner's own: 700 × 730 pixels in colour.
 *
 * @param digit 0 to 9
 */
export function digitPhotograph(digit: number): Picture {
  const canvas = new Canvas(WIDTH, HEIGHT, 3);
  const grain = clouds(digit + 1, 9, HEIGHT);
  const folds = clouds(digit + 11, 260, HEIGHT);
  const lamp = (x: number, y: number) => 1.05 - 0.22 * Math.hypot(x / WIDTH, y / HEIGHT);
  canvas.fill(
    PAPER,
    PAPER,
    () => 0,
    (x, y) => lamp(x, y) + 0.012 * grain(x, y) + 0.02 * folds(x, y),
  );
  const pieces = strokesOf(digit).flatMap((stroke) => {
    const line = smooth(stroke.map(place), 8);
    return line.slice(1).map((point, i) => capsule(line[i], point, 27 + 2 * folds(...point)));
  });
  canvas.paint(union(pieces), INK, { opacity: 0.93, softness: 4, light: lamp });
  return new Picture(WIDTH, HEIGHT, 3, canvas.toBytes());
}
