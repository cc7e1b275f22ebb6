import { Canvas } from './canvas';
import { Figure } from './figure';
import { drawHorse } from './horse';
import { drawHuman } from './human';
import { drawLandscape } from './landscape';
import type { Draw } from './random';

/** Exposure and the camera's noise. */
function develop({ data }: Canvas, random: Draw): void {
  const exposure = random.between(0.8, 1.15);
  const grain = random.between(1, 7);
  for (let i = 0; i < data.length; i += 3) {
    const noise = random.between(-grain, grain);
    for (let c = 0; c < 3; c++) data[i + c] = data[i + c] * exposure + noise;
  }
}

/**
 * One picture of the synthetic twin of "horse or human": a horse (0) or a human (1) in a landscape with trees, rocks
 * and fences. Place, size, pose, direction, colours and ground vary.
 *
 * @param side of the square picture in pixels; the published ones have 300
 */
export function drawHorseOrHuman(label: number, random: Draw, side = 300): Uint8Array {
  const canvas = new Canvas(side, side, 3);
  const horizon = drawLandscape(canvas, random);
  const isHorse = label === 0;
  const unit = side * random.between(0.5, isHorse ? 0.9 : 1.05);
  const feet = Math.max(horizon + side * 0.04, side * random.between(0.74, 1.02));
  const figure = new Figure(canvas, unit, feet, random);
  figure.shadow(isHorse ? 0.42 : 0.2, random);
  if (isHorse) drawHorse(figure, random);
  else drawHuman(figure, random);
  develop(canvas, random);
  return canvas.toBytes();
}
