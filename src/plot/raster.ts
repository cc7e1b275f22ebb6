import { GreyImage, type GreyPixels } from '../basics/grey-image';

/** Each pixel drawn `factor` times as wide and as high. */
export function enlarge(image: GreyPixels, factor: number): GreyImage {
  const out = new GreyImage(image.width * factor, image.height * factor);
  for (let row = 0; row < out.height; row++) {
    const from = Math.floor(row / factor) * image.width;
    for (let column = 0; column < out.width; column++) {
      out.data[row * out.width + column] = image.data[from + Math.floor(column / factor)];
    }
  }
  return out;
}

/** Blocks of `factor` × `factor` pixels made one by their mean; what fills no block is left out. */
export function reduceBy(image: GreyPixels, factor: number): GreyImage {
  const out = new GreyImage(Math.floor(image.width / factor), Math.floor(image.height / factor));
  for (let row = 0; row < out.height; row++) {
    for (let column = 0; column < out.width; column++) {
      let sum = 0;
      for (let i = 0; i < factor; i++) {
        const start = (row * factor + i) * image.width + column * factor;
        for (let j = 0; j < factor; j++) sum += image.data[start + j];
      }
      out.data[row * out.width + column] = Math.round(sum / (factor * factor));
    }
  }
  return out;
}

/** Put a picture onto another, its top left at a row and a column; all of it must fit. */
export function paste(onto: GreyImage, image: GreyPixels, row: number, column: number): void {
  for (let y = 0; y < image.height; y++) {
    const line = image.data.subarray(y * image.width, (y + 1) * image.width);
    onto.data.set(line, (row + y) * onto.width + column);
  }
}
