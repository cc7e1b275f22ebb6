import type { Raster } from './raster';
import { mapBytes } from './raster';
import { VIRIDIS_RGB } from './viridis';

/** The colours that numbers can be shown in. */
export type ColourMap = 'viridis' | 'grey';

/** The first 240 of a palette's 256 places are shades of its colour map; the last 16 are greys, for lettering. */
const SHADES = 240;

/** Red, green and blue of the 256 places. */
export function paletteOf(colours: ColourMap): Uint8Array {
  return Uint8Array.from({ length: 3 * 256 }, (_, i) => {
    const place = Math.floor(i / 3);
    if (place >= SHADES) return (place - SHADES) * 17;
    const shade = Math.round((place / (SHADES - 1)) * 255);
    return colours === 'grey' ? shade : VIRIDIS_RGB[3 * shade + (i % 3)];
  });
}

/** Values from 0 to 255 as places of shades. */
export function shaded(values: Raster): Raster {
  return mapBytes(values, (value) => Math.floor((value * SHADES) / 256));
}

/** Greys from 0 to 255, such as lettering, as places of greys. */
export function inked(greys: Raster): Raster {
  return mapBytes(greys, (grey) => SHADES + Math.floor(grey / 16));
}
